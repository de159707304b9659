"""Expansion of `${name}` and `${api(arguments)}` in application data (freeswitch-facts 3.2, switch_channel.c).

Values are expanded again, a backslash before `$` protects, `$${name}` is a global. What an expression may
run is decided by the caller: here only a short list, where the real switch would run anything.
"""

from __future__ import annotations

from collections.abc import Callable

from demo_switch.refusals import Refused

_DEEPEST = 20

Lookup = Callable[[str], str | None]
Api = Callable[[str, str], str]


def expand(text: str, lookup: Lookup, api: Api, depth: int = 0) -> str:
    """The text with every reference replaced; an unset variable is empty. Refused when an expression
    is unbalanced, nests without end or names an api that is not allowed."""
    if depth > _DEEPEST:
        raise Refused("unknown_expansion", f"nested without end: {text[:80]}")
    if "$" not in text and "\\" not in text:
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("$", "\\", "'"):
            taken, piece = _unescape(text, at)
        elif text[at] == "$" and _opens(text, at):
            taken, piece = _reference(text, at, lookup, api, depth)
        else:
            taken, piece = 1, text[at]
        out.append(piece)
        at += taken
    return "".join(out)


def _unescape(text: str, at: int) -> tuple[int, str]:
    """Only `\\$` loses its backslash here; the others are left to whoever splits the result."""
    following = text[at + 1]
    return (2, "$") if following == "$" else (2, text[at : at + 2])


def _opens(text: str, at: int) -> bool:
    return text.startswith("${", at) or text.startswith("$${", at)


def _reference(text: str, at: int, lookup: Lookup, api: Api, depth: int) -> tuple[int, str]:
    start = text.index("{", at) + 1
    end = _closing(text, start)
    inner = text[start:end]
    call = _as_call(inner)
    if call is not None:
        name, arguments = call
        value = api(name, expand(arguments, lookup, api, depth + 1))
    else:
        name = expand(inner, lookup, api, depth + 1)
        value = _sliced(name, lookup)
        value = expand(value, lookup, api, depth + 1)
    return end + 1 - at, value


def _closing(text: str, start: int) -> int:
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return at
    raise Refused("unknown_expansion", f"no closing brace: {text[:80]}")


def _as_call(inner: str) -> tuple[str, str] | None:
    """`name(arguments)` or `name arguments`: a call; a plain name is not."""
    for at, char in enumerate(inner):
        if char == "$":
            return None
        if char == "(":
            return inner[:at], inner[at + 1 :].rpartition(")")[0]
        if char == " ":
            return inner[:at], inner[at + 1 :]
    return None


def _sliced(name: str, lookup: Lookup) -> str:
    """`name`, `name:offset` or `name:offset:length`."""
    name, *numbers = name.split(":")
    value = lookup(name) or ""
    if not numbers:
        return value
    try:
        offset, length = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    except ValueError as error:
        raise Refused("unknown_expansion", f"not a slice: {name}:{':'.join(numbers)}") from error
    value = value[offset:] if abs(offset) < len(value) or offset >= 0 else value
    if length > 0:
        return value[:length]
    return value[:length] if length < 0 else value
