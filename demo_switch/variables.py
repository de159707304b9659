"""The variables of a channel: text, or an array that grows by `push` (as `originate_causes` does).

Text is str with surrogateescape: callers' names are bytes, and the switch copies them unseen.
"""

from __future__ import annotations

from collections.abc import Iterator

Value = str | list[str]


class Variables:
    """Names and values in the order in which they were set."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str) -> str | None:
        """The value as applications see it: an array is `ARRAY::a|:b`."""
        value = self._values.get(name)
        return as_text(value) if value is not None else None

    def true(self, name: str) -> bool:
        """True as the switch reads it."""
        return is_true(self.get(name))

    def number(self, name: str, default: int) -> int:
        """The value as a whole number, or the default."""
        text = (self.get(name) or "").strip()
        return int(text) if text.lstrip("-").isdigit() else default

    def set(self, name: str, value: str | None) -> None:
        """Set, or remove when the value is None or empty (the switch makes no difference)."""
        self._values.pop(name, None)
        if value:
            self._values[name] = value

    def push(self, name: str, value: str) -> None:
        """Append to an array; a first value stays plain text."""
        present = self._values.get(name)
        if present is None:
            self._values[name] = value
        elif isinstance(present, list):
            self._values[name] = [*present, value]
        else:
            self._values[name] = [present, value]

    def items(self) -> Iterator[tuple[str, Value]]:
        """All of them, arrays as lists."""
        return iter(list(self._values.items()))


def as_text(value: Value) -> str:
    """An array as one text."""
    return value if isinstance(value, str) else "ARRAY::" + "|:".join(value)


def is_true(text: str | None) -> bool:
    """`switch_true`: yes, on, true, enabled, active, allow, or a number that is not 0."""
    if not text:
        return False
    low = text.lower()
    if low in ("yes", "on", "true", "t", "enabled", "active", "allow"):
        return True
    return low.lstrip("-").isdigit() and int(low) != 0
