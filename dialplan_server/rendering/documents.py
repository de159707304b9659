"""Whole answers: a dialplan, "not found", and the way into the fail-safe file. One element a line, no declaration."""

from __future__ import annotations

from collections.abc import Iterable

from dialplan_server.rendering.encoders import action, arguments

CONTEXTS = ("relais-trunk", "relais-phone", "relais", "relais-transfer")
NOT_FOUND = b'<document type="freeswitch/xml">\n<section name="result">\n<result status="not found"/>\n</section>\n</document>\n'
_HEADS = {
    context: f'<document type="freeswitch/xml">\n<section name="dialplan">\n<context name="{context}">\n'
    '<extension name="relais">\n<condition>\n'
    for context in CONTEXTS
}
_TAIL = "\n</condition>\n</extension>\n</context>\n</section>\n</document>\n"


def dialplan(context: str, lines: Iterable[str]) -> bytes:
    """One extension, no condition. `context` is one of ours."""
    return (_HEADS[context] + "\n".join(lines) + _TAIL).encode()


def hang_up(context: str, cause: str) -> bytes:
    """A call that is refused."""
    return dialplan(context, [action("hangup", cause)])


def into_failsafe(context: str, number: str, file: str) -> bytes:
    """The fail-safe file decides: the answer to a request that we have a bug for. `number` passed the allow-list."""
    return dialplan(context, [action("transfer", arguments(number, f"XML:{file}", context))])
