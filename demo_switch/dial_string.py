"""The dial string of `bridge` and `originate` (freeswitch-facts 3.5, 4.5; switch_ivr_originate.c).

`{a=b}` is for all legs, `[a=b]` for one; `|` tries one group after another, `,` rings together.
Enterprise originate (`:_:`, `<...>`) is not in our answers and refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from demo_switch.refusals import Refused
from demo_switch.splitting import separate

_MOST_LEGS = 128


@dataclass(frozen=True)
class DialledLeg:
    """One endpoint, e.g. `sofia/gateway/trunk/+15145550100`, with its own variables."""

    endpoint: str
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DialString:
    """`groups` ring one after another, the legs of one group together."""

    groups: tuple[tuple[DialledLeg, ...], ...]
    variables: dict[str, str]


def parse_dial_string(text: str) -> DialString:
    """Refused (bad_dial_string) when brackets do not close, a pair has no `=`, or nothing is dialled."""
    text = text.strip()
    if ":_:" in text or text.startswith("<"):
        raise Refused("bad_dial_string", f"enterprise originate: {text[:80]}")
    variables, rest = _brackets(text, "{", "}")
    groups = tuple(_group(part) for part in _cut_groups(rest))
    legs = sum(len(group) for group in groups)
    if not legs or legs > _MOST_LEGS or any(not leg.endpoint for group in groups for leg in group):
        raise Refused("bad_dial_string", f"{legs} legs: {text[:80]}")
    return DialString(groups, variables)


def _cut_groups(text: str) -> list[str]:
    """Cut at `|` first: the switch does it before it looks at brackets, so one inside them breaks the leg."""
    return [part for part in separate_raw(text, "|") if part.strip()]


def _group(text: str) -> tuple[DialledLeg, ...]:
    return tuple(_leg(part) for part in separate_raw(text, ",", inside="[]") if part.strip())


def _leg(text: str) -> DialledLeg:
    variables, rest = _brackets(text.strip(), "[", "]")
    parts = separate(rest, " ", 2)
    if len(parts) > 1:
        raise Refused("bad_dial_string", f"blank in a leg: {text[:80]}")
    return DialledLeg(parts[0] if parts else "", variables)


def _brackets(text: str, opening: str, closing: str) -> tuple[dict[str, str], str]:
    """All leading `{...}` (several are allowed) and what follows them."""
    variables: dict[str, str] = {}
    while text.startswith(opening):
        end = _end_of_bracket(text, opening, closing)
        for pair in separate(text[1:end], ","):
            name, equals, value = pair.partition("=")
            if not equals or not name.strip():
                raise Refused("bad_dial_string", f"not a pair: {pair[:80]}")
            variables[name.strip()] = value
        text = text[end + 1 :].lstrip(" ")
    return variables, text


def _end_of_bracket(text: str, opening: str, closing: str) -> int:
    depth, quoted = 0, False
    for at, char in enumerate(text):
        quoted ^= char == "'"
        if not quoted:
            depth += {opening: 1, closing: -1}.get(char, 0)
        if not depth and char == closing:
            return at
    raise Refused("bad_dial_string", f"no closing {closing}: {text[:80]}")


def separate_raw(text: str, delimiter: str, inside: str = "") -> list[str]:
    """Parts with quotes and escapes kept; delimiters in quotes, or between the pair `inside`, do not cut."""
    parts, start, at, quoted, depth = [], 0, 0, False, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "'":
            quoted = not quoted
        elif inside and not quoted and char in inside:
            depth += 1 if char == inside[0] else -1
        elif char == delimiter and not quoted and depth <= 0:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]
