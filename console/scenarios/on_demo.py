"""Scenarios on the demonstration switch: real HTTP, Redis and event socket, the clock sped up."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from console.scenarios import companies
from console.scenarios.stack import Stack
from routing.what_if import Row
from schemas.scenario import Scenario
from schemas.settings import Settings, from_environ

_SPEED = 4.0
_AT_ONCE = 12
_LONGEST = 240.0
"""Seconds of the scenario's clock after which the caller hangs up whatever happens."""
_QUIET_SECONDS = 3.0
_STATUS = {
    "USER_BUSY": "486", "UNALLOCATED_NUMBER": "404", "CALL_REJECTED": "603", "NO_USER_RESPONSE": "480", "NO_ANSWER": "480",

    "NORMAL_TEMPORARY_FAILURE": "480", "EXCHANGE_ROUTING_ERROR": "483",
}  # fmt: skip


def play_on_demo(scenarios: Sequence[Scenario]) -> dict[Path, tuple[Row, ...]]:
    """What happened in each; they run side by side, those that script the same outside world one by one."""
    with TemporaryDirectory(prefix="relais-demo-") as folder:
        root = Path(folder)
        clock = companies.ClockFile(root / "clock.json", _SPEED)
        stack = Stack(root=root / "var", clock=clock.path, extra={"RELAIS_DEMO_REGISTER": "none"})
        with stack:
            return _Demo(stack, clock).play(companies.own_companies(scenarios))


class _Demo:
    """A running installation, and its control door."""

    def __init__(self, stack: Stack, clock: companies.ClockFile) -> None:
        self._stack, self._clock = stack, clock
        self._settings: Settings = from_environ(stack.environment)

    def play(self, known: dict[str, Scenario]) -> dict[Path, tuple[Row, ...]]:
        """Publish, register, call; the rows of each scenario by its file."""
        companies.publish(self._settings, known)
        self._wait_published(known)
        for ident, scenario in known.items():
            self._register(ident, scenario)
        together = {i: s for i, s in known.items() if not _scripts_outside(s)}
        alone = {i: s for i, s in known.items() if i not in together}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            rows = dict(zip(together, pool.map(self._one, together, together.values()), strict=True))
        rows |= {ident: self._one(ident, scenario) for ident, scenario in alone.items()}
        return {known[ident].path: found for ident, found in rows.items()}

    def _wait_published(self, known: Mapping[str, Scenario]) -> None:
        last = list(known)[-1]
        deadline = time.monotonic() + 30
        body = {"device": f"nobody@{last}.example", "trusted": True}
        while "not a device" not in str(self._ask("POST", "/phones/register", body, strict=False)):
            if time.monotonic() > deadline:
                raise TimeoutError("the companies were not published")
            time.sleep(0.1)  # another process reads them
        time.sleep(1.5)  # every worker and the controller look at least once a second

    def _register(self, ident: str, scenario: Scenario) -> None:
        for device in companies.registered_devices(scenario):
            self._ask("POST", "/phones/register", {"device": f"{device}@{ident}.example", "trusted": True})
        for phone, offers in scenario.phones.items():
            if not phone.startswith("+"):
                self._script(f"{phone}@{ident}.example", offers)

    def _script(self, name: str, offers: Sequence[Any]) -> None:
        told = [msgspec.to_builtins(offer) for offer in offers]
        self._ask("POST", "/phones/script", {"phone": name, "offers": told})

    def _one(self, ident: str, scenario: Scenario) -> tuple[Row, ...]:
        outside = [phone for phone in scenario.phones if phone.startswith("+")]
        for number in outside:
            self._script(number, scenario.phones[number])
        start = companies.start_of(scenario)
        companies.suppose(self._settings, ident, scenario, start)
        self._clock.reach(ident, start)
        rows = self._call(ident, scenario)
        for number in outside:
            self._script(number, ())
        return rows

    def _call(self, ident: str, scenario: Scenario) -> tuple[Row, ...]:
        plan = scenario.call
        until = plan.hang_up_at if plan.hang_up_at is not None else _LONGEST
        placed: dict[str, Any] = {
            "to": plan.to, "press": plan.press, "hang_up_at": until, "request_host": f"{ident}.example",
            **({"device": f"{plan.device}@{ident}.example"} if plan.device else {"number": plan.number}),
        }  # fmt: skip
        call = self._ask("POST", "/calls", placed)["call"]
        last = max((row.at or 0.0 for row in scenario.timeline), default=0.0)
        deadline = time.monotonic() + (last + 30.0) / _SPEED
        while True:
            told = self._ask("GET", f"/calls/{call}")
            rows = rows_of(told, ident, scenario, until)
            if told["over"] or time.monotonic() > deadline or self._settled(rows, scenario, told):
                self._ask("POST", f"/calls/{call}/hangup", {}, strict=False)
                return rows
            time.sleep(0.1)  # another process plays

    @staticmethod
    def _settled(rows: tuple[Row, ...], scenario: Scenario, told: dict[str, Any]) -> bool:
        """As many rows as expected, and nothing more for a while (what must not happen gets its chance)."""
        enough = len(rows) >= len(scenario.timeline)
        newest = max((row["seconds"] for row in told["rows"]), default=0.0)
        return enough and told.get("now", 0.0) - told["started"] - newest > _QUIET_SECONDS

    def _ask(self, method: str, path: str, body: object = None, *, strict: bool = True) -> Any:
        link = http.client.HTTPConnection("127.0.0.1", self._stack.ports["demo"], timeout=20)
        try:
            link.request(method, path, json.dumps(body) if body is not None else None)
            answer = link.getresponse()
            found = json.loads(answer.read())
        finally:
            link.close()
        if strict and answer.status != 200:
            raise RuntimeError(f"{method} {path}: {found}")
        return found


def _scripts_outside(scenario: Scenario) -> bool:
    return any(phone.startswith("+") for phone in scenario.phones)


def rows_of(told: dict[str, Any], ident: str, scenario: Scenario, hang_up_at: float) -> tuple[Row, ...]:
    """The timeline of docs/scenarios.md from that of the switch."""
    names = {leg: who.removesuffix(f"@{ident}.example") for leg, who in told["legs"].items()}
    found: list[Row] = []
    talking: set[str] = set()
    answered = False
    for row in told["rows"]:
        at, leg, what, detail = row["seconds"], row["leg"], row["what"], row.get("detail", "")
        caller = leg == told["call"]
        if what == "ring" and not caller:
            found.append(Row(at, "rings", names[leg]))
        elif what == "bridge":
            other = (detail if caller else names[leg]).removesuffix(f"@{ident}.example")
            talking.add(other)
            found.append(Row(at, "talks", other))
        elif what == "hangup" and not caller and names[leg] not in talking:
            found.append(Row(at, "stops", names[leg]))
        elif what == "record":
            found.append(Row(at, "records", detail.partition("@")[0]))
        elif what == "answer" and caller:
            answered = True
        elif what == "play" and caller:
            heard = companies.prompt_names(detail, ident, scenario.document)
            repeated = found and (found[-1].what, found[-1].who) == ("hears", heard)
            if heard and not repeated:
                found.append(Row(at, "hears", heard))
        elif what == "hangup" and caller and at < hang_up_at - 0.5:
            cause = "normal" if answered else _STATUS.get(row.get("cause", ""), "normal")
            found.append(Row(at, "clears", cause))
    return tuple(found)
