"""What was told of agents, on its way to whoever keeps it for statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from presence import keys
from presence.kept_streams import Entry, KeptStream
from routing.agent_history import Transition

AT_ONCE = 1000


class Told(msgspec.Struct, frozen=True):
    """A company's entries that were read together. `last` is the id of the newest; `agents` are those of agents that can be read."""

    company: str
    last: str
    agents: tuple[Transition, ...]
    unread: int


class Transitions:
    """The transitions of all companies that nobody has kept yet; as `KeptStream`."""

    def __init__(self, client: Any) -> None:
        self._stream = KeptStream(client, keys.transitions, keys.transitions_kept, AT_ONCE)

    def next(self, companies: Sequence[str], seconds: float) -> list[Told]:
        """The next ones of each company that has any, at the latest after `seconds` none."""
        by_company: dict[str, list[Entry]] = {}
        for entry in self._stream.next(companies, seconds):
            by_company.setdefault(entry.company, []).append(entry)
        return [_told(company, entries) for company, entries in by_company.items()]

    def kept(self, told: Told) -> None:
        """They are in the database."""
        self._stream.kept(told.company, told.last)


def _told(company: str, entries: Sequence[Entry]) -> Told:
    agents = [entry for entry in entries if entry.fields.get("what") == "agent"]
    found = [each for each in map(_read, agents) if each is not None]
    return Told(company, entries[-1].id, tuple(found), len(agents) - len(found))


def _read(entry: Entry) -> Transition | None:
    said = entry.fields
    try:
        return Transition(
            entry=entry.id, extension=said["who"], at=float(said["at"]), how=said["how"], before=said["from"],
            after=said["to"], reason=said["reason"], source=said["source"], call=said["call"],
        )  # fmt: skip
    except (KeyError, ValueError):
        return None
