"""What goes onto the wire: one encoder for commands, which no argument can break out of. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from controller.esl.errors import UnsafeArgument

MAX_COMMAND = 1024 * 1024
"""The switch reads commands a byte a time, and gives up at 10 MB: what is longer is a mistake."""

# LF and CR end a line, NUL ends a string of the switch: all three would cut or add a command.
_ENDS_LINE = re.compile(r"[\r\n\0]")
_NAME = re.compile(r"[A-Za-z0-9_.:-]+")
_UUID = re.compile(r"[A-Za-z0-9_.:@-]{1,256}")


def checked_line(text: str) -> str:
    """`text`, when it can stand in one line."""
    if _ENDS_LINE.search(text):
        raise UnsafeArgument("a line end or NUL inside an argument")
    return text


def checked_name(text: str) -> str:
    """`text`, when it can name a header, an event, a subclass or an application."""
    if not _NAME.fullmatch(text):
        raise UnsafeArgument("not a name")
    return text


def checked_uuid(text: str) -> str:
    """`text`, when it can be the id of a channel or a job (ids need not be RFC 4122 ones)."""
    if not _UUID.fullmatch(text):
        raise UnsafeArgument("not the id of a channel or job")
    return text


def command_bytes(line: str, headers: Mapping[str, str] | None = None, body: str | None = None) -> bytes:
    """A whole command. `headers` follow its line; `body` may hold anything."""
    if not line.strip():
        # The switch does not answer an empty command, and every later answer would be misread.
        raise UnsafeArgument("an empty command")
    lines = [checked_line(line)]
    lines += [f"{checked_name(name)}: {checked_line(value)}" for name, value in (headers or {}).items()]
    payload = _encoded(body or "")
    if body is not None:
        lines.append(f"content-length: {len(payload)}")
    data = _encoded("\n".join(lines)) + b"\n\n" + payload
    if len(data) > MAX_COMMAND:
        raise UnsafeArgument(f"a command of more than {MAX_COMMAND} bytes")
    return data


def subscription(verb: str, names: tuple[str, ...], subclasses: tuple[str, ...]) -> str:
    """`event json A B CUSTOM x::y`: after `CUSTOM` the switch takes every word for a subclass."""
    words = [checked_name(name) for name in names]
    if subclasses:
        words += ["CUSTOM", *(checked_name(name) for name in subclasses)]
    if not words:
        raise UnsafeArgument("no event named")
    return " ".join([verb, *words])


def execute_headers(application: str, argument: str, event_uuid: str, lock: bool) -> dict[str, str]:
    """Headers of the `sendmsg` which queues an application on a channel."""
    headers = {"call-command": "execute", "execute-app-name": checked_name(application)}
    if argument:
        headers["execute-app-arg"] = argument
    if lock:
        headers["event-lock"] = "true"
    return {**headers, "event-uuid": checked_uuid(event_uuid)}


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnsafeArgument("text that has no UTF-8 form") from None
