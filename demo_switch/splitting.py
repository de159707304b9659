"""Splitting of arguments as the switch does it (switch_utils.c, switch_separate_string; freeswitch-facts 3.5).

A leading `^^x` chooses another delimiter, single quotes protect, a backslash escapes the delimiter,
quotes, itself, and n, r, t, s.
"""

from __future__ import annotations

_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def separate(text: str, delimiter: str, limit: int = 0) -> list[str]:
    """The parts, cleaned of quotes, escapes and outer blanks. At most `limit` parts when not 0."""
    if text.startswith("^^") and len(text) > 2:
        delimiter, text = text[2], text[3:]
    if not text:
        return []
    cut = _cut_blank if delimiter == " " else _cut
    return [clean(part, delimiter) for part in cut(text, delimiter, limit)]


def clean(part: str, delimiter: str) -> str:
    """One part without its quotes, escapes and outer blanks."""
    out: list[str] = []
    keep, quoted, at = 0, False, 0
    part = part.lstrip(" ")
    while at < len(part):
        escaped = _escaped(part, at, delimiter)
        if escaped:
            out.append(escaped)
            keep, at = len(out), at + 2
            continue
        if part[at] == "'" and (quoted or "'" in part[at + 1 :]):
            quoted = not quoted
            keep = len(out) if quoted else keep
        else:
            out.append(part[at])
            keep = len(out) if part[at] != " " or quoted else keep
        at += 1
    return "".join(out[:keep])


def _escaped(part: str, at: int, delimiter: str) -> str:
    """What the escape at this place stands for, or empty."""
    if part[at] != "\\" or at + 1 >= len(part):
        return ""
    following = part[at + 1]
    if following in ("'", '"', "\\", delimiter):
        return following
    return _UNESCAPED.get(following, "")


def _cut(text: str, delimiter: str, limit: int) -> list[str]:
    parts: list[str] = []
    start, at, quoted = 0, 0, False
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            at += 1
        elif char == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
        elif char == delimiter and not quoted and len(parts) + 1 != limit:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def _cut_blank(text: str, delimiter: str, limit: int) -> list[str]:
    parts: list[str] = []
    rest = text.strip(" ")
    while rest:
        if limit and len(parts) + 1 == limit:
            return [*parts, rest]
        head = _cut(rest, delimiter, 2)
        parts.append(head[0])
        rest = head[1].lstrip(" ") if len(head) > 1 else ""
    return parts
