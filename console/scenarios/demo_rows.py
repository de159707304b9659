"""From the demonstration switch's timeline of a call to the rows of docs/scenarios.md."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from console.scenarios.companies import music_name, prompt_names
from console.scenarios.trunk_world import TrunkWorld
from routing.company import CompanyDocument
from routing.what_if_plan import Row, What

_STATUS = {
    "USER_BUSY": "486", "UNALLOCATED_NUMBER": "404", "CALL_REJECTED": "603", "NO_USER_RESPONSE": "480", "NO_ANSWER": "480",
    "NORMAL_TEMPORARY_FAILURE": "480", "EXCHANGE_ROUTING_ERROR": "483",
    "INVALID_NUMBER_FORMAT": "484", "NORMAL_CIRCUIT_CONGESTION": "503",
}  # fmt: skip
_HEARD: Mapping[str, What] = {"listen": "listens", "whisper": "whispers", "barge": "barges"}


class DemoRows:
    """The rows of one call of the company `ident`; `name` is the scenario's for it. `own`: the phones of whom a program
    placed it for; the one that he answers is the caller's."""

    def __init__(
        self, ident: str, document: CompanyDocument, name: str, hang_up_at: float | None, world: TrunkWorld,
        own: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._world = world
        self._ident, self._document, self._name = ident, document, name
        self._until = math.inf if hang_up_at is None else hang_up_at - 0.5
        self._rows: list[Row] = []
        self._talking: set[str] = set()
        self._answered = self._gone = False
        self._own, self._callers = own, set[str]()
        self._monitors: set[str] = set()

    def of(self, told: dict[str, Any]) -> tuple[Row, ...]:
        """What a call's `rows` come to."""
        names = {leg: self._plain(who) for leg, who in told["legs"].items()}
        for row in told["rows"]:
            if row["what"] == "answer" and names[row["leg"]] in self._own:
                self._callers.add(row["leg"])
            if row["leg"] == told["call"] or row["leg"] in self._callers:
                self._caller(row)
            else:
                self._phone(row, names[row["leg"]], told["legs"][row["leg"]])
        return tuple(self._rows)

    def _plain(self, who: str) -> str:
        return self._world.meant(who.removesuffix(f"@{self._ident}.example"))

    def _say(self, row: dict[str, Any], what: What, who: str, **more: str) -> None:
        self._rows.append(Row(row["seconds"], what, who, self._name, **more))

    def _talks(self, row: dict[str, Any], other: str) -> None:
        self._talking.add(other)
        self._say(row, "talks", other)

    def _phone(self, row: dict[str, Any], name: str, dialled: str) -> None:
        match row["what"]:
            case "ring":
                through = self._world.trunk_of(row.get("through", ""))
                self._say(row, "rings", name, shows=row.get("detail", ""), through=through, dialled=dialled)
            case "bridge":
                # Whoever talked already leads the call now: its caller has sent him on.
                self._talks(row, self._plain(row.get("detail", "")) if name in self._talking else name)
            case "play" if name in self._talking:
                self._hears(row, prompt_names(row.get("detail", ""), self._ident, self._document))
            case "eavesdrop":
                self._monitors.add(row["leg"])
                self._say(row, _HEARD[row["detail"]], name)
            case "hangup" if row["leg"] in self._monitors and name not in self._talking:
                self._say(row, "leaves", name)
            case "hangup" if name not in self._talking:
                self._say(row, "stops", name)

    def _caller(self, row: dict[str, Any]) -> None:
        detail = row.get("detail", "")
        match row["what"]:
            case "answer":
                self._answered = True
            case "bridge":
                self._talks(row, self._plain(detail))
            case "record":
                self._say(row, "records", "call" if detail.endswith(".wav") else detail.partition("@")[0])
            case "voicemail" if detail.startswith("check "):
                self._say(row, "checks", detail.removeprefix("check ").partition("@")[0])
            case "play":
                self._hears(row, prompt_names(detail, self._ident, self._document))
            case "held":
                self._hears(row, music_name(detail, self._ident, self._document))
            case "refer":
                self._gone = True
            case "hangup" if row["seconds"] < self._until and not self._gone:
                cause = "normal" if self._answered else _STATUS.get(row.get("cause", ""), "normal")
                self._say(row, "clears", cause)

    def _hears(self, row: dict[str, Any], heard: str) -> None:
        repeated = self._rows and (self._rows[-1].what, self._rows[-1].who) == ("hears", heard)
        if heard and not repeated:
            self._say(row, "hears", heard)
