"""Scenario files: one case of call handling each, read and checked (docs/scenarios.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from routing.company import CompanyDocument
from routing.what_if_plan import Caller, Offer
from schemas.company import load_company
from schemas.document_text import Unreadable, parse
from schemas.merge_patch import merged
from schemas.problems import Found, Problem, in_words
from schemas.scenario_checks import check_moments, check_scenario, device_owners
from schemas.scenario_events import Event, Publishes, declared, patched, plain_event
from schemas.shape import Shape
from schemas.timeline import Expected, expected

SCHEMA = Path(__file__).with_name("scenario.schema.json")
SAMPLE = Path(__file__).with_name("examples") / "boreal.yaml"


class CallPlan(msgspec.Struct, frozen=True, rename={"number": "from"}):
    """Who calls what, `at` seconds into the play, and what he does, in seconds after he called. `click`: the user for whom
    a program asks for the call, `force`: whatever his capacity; `call_back`: the call whose caller is called back by this one."""

    to: str
    number: str = "+14505550199"
    device: str = ""
    click: str = ""
    force: bool = False
    call_back: str = ""
    press: tuple[tuple[float, str], ...] = ()
    hang_up_at: float | None = None
    at: float = 0.0

    @property
    def caller(self) -> Caller:
        """What the caller does."""
        known = Caller(self.press, device=self.device)
        if self.hang_up_at is None:
            return known
        return msgspec.structs.replace(known, hang_up_at=self.hang_up_at)


class Supposed(msgspec.Struct, frozen=True):
    """An agent's state when the play begins; `idle_since` in Unix seconds, 0 when nothing is said of it."""

    state: str = "available"
    idle_since: float = 0.0


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One case. `start` is an instant of the account's zone. `calls` and `events` in the order of their times."""

    path: Path
    title: str
    document: CompanyDocument
    start: datetime
    calls: dict[str, CallPlan]
    timeline: tuple[Expected, ...]
    rules: dict[str, str] = {}
    """Which rule must have won, by call."""
    unrecorded: tuple[str, ...] = ()
    """Calls that are no company's, beside those for numbers of nobody."""
    cases: tuple[str, ...] = ()
    """Acceptance cases of the catalogue that it plays."""
    items: tuple[str, ...] = ()
    """Items of the catalogue that it shows."""
    needs: tuple[str, ...] = ()
    waiting: str = ""
    only: tuple[str, ...] = ()
    agents: dict[str, Supposed] = {}
    unregistered: tuple[str, ...] = ()
    phones: dict[str, tuple[Offer, ...]] = {}
    trunks: dict[str, tuple[Offer, ...]] = {}
    """What a trunk does with its calls instead of whoever is called; nothing at all when it is down."""
    events: tuple[Event, ...] = ()

    def is_nobodys(self, plan: CallPlan) -> bool:
        """It comes from outside for a number that no company has, so it is no company's call."""
        known = {number.number for number in self.document.numbers.values()}
        outside = not (plan.device or plan.click or plan.call_back)
        return outside and plan.to.startswith("+") and plan.to not in known

    def leaves_record(self, name: str) -> bool:
        """Every call does, but those that are no company's."""
        return name not in self.unrecorded and not self.is_nobodys(self.calls[name])

    def plays_on(self, runner: str) -> bool:
        """False where it waits for a capability or a rule, or is not for this runner."""
        return not self.needs and not self.waiting and runner in (self.only or (runner,))


def load_scenario(path: Path) -> Scenario | list[Problem]:
    """The scenario of a file, its company with the changes made; else everything that is wrong."""
    read = parse(path.read_text(encoding="utf-8"))
    if isinstance(read, Unreadable):
        return [in_words(read.found, read.line)]
    data: Any = read.data
    mistakes = _shape().mistakes(data)
    if mistakes:
        return _told(mistakes, read.lines)
    company = path.parent / data["company"] if "company" in data else SAMPLE
    document = _company(company, data.get("changes"))
    if isinstance(document, list):
        return [*_told(list(check_moments(data)), read.lines), *document]
    mistakes = list(check_scenario(data, document))
    return _told(mistakes, read.lines) if mistakes else _scenario(path, data, document)


@cache
def _shape() -> Shape:
    return Shape(SCHEMA)


def _told(mistakes: list[Found], lines: Mapping[Any, int]) -> list[Problem]:
    return [in_words(found, lines.get(found.steps, 0)) for found in mistakes]


def _company(file: Path, changes: Any) -> CompanyDocument | list[Problem]:
    if not changes:
        return _unchanged(file)
    read = parse(file.read_text(encoding="utf-8"))
    if isinstance(read, Unreadable):
        return [in_words(read.found, read.line)]
    return load_company(merged(read.data, changes))


@cache
def _unchanged(file: Path) -> CompanyDocument | list[Problem]:
    return load_company(file)


def _scenario(path: Path, data: dict[str, Any], document: CompanyDocument) -> Scenario | list[Problem]:
    instants = _Instants(data["at"], document.account.time_zone)
    events = _events(data, document, instants)
    if isinstance(events, list):
        return events
    calls = {"": data["call"]} if "call" in data else data["calls"]
    plans = {
        name: msgspec.convert({**call, "at": instants.seconds(call.get("at", 0.0))}, CallPlan)
        for name, call in calls.items()
    }
    return Scenario(
        path=path, title=data["title"], document=document, start=instants.start,
        calls=dict(sorted(plans.items(), key=lambda each: each[1].at)), timeline=_timeline(data, plans),
        cases=tuple(data.get("cases", ())), items=tuple(data.get("items", ())),
        rules=_rules(data), unrecorded=tuple(data.get("unrecorded", ())),
        needs=tuple(data.get("needs", ())), waiting=data.get("waiting", ""),
        only=tuple(data.get("only", ())), unregistered=tuple(data.get("unregistered", ())),
        agents={ext: _supposed(state, instants) for ext, state in data.get("agents", {}).items()},
        phones=_offers(data.get("phones", {})), trunks=_offers(data.get("trunks", {})), events=events,
    )  # fmt: skip


def _offers(written: Mapping[str, Any]) -> dict[str, tuple[Offer, ...]]:
    plain = {name: () if script == "down" else script for name, script in written.items()}
    return msgspec.convert(plain, dict[str, tuple[Offer, ...]])


def _timeline(data: Mapping[str, Any], plans: Mapping[str, CallPlan]) -> tuple[Expected, ...]:
    """A row without a call is of the only one."""
    only = next(iter(plans))
    return expected({"call": only, **row} for row in data["timeline"])


def _rules(data: Mapping[str, Any]) -> dict[str, str]:
    """A rule by itself is of the only call."""
    written = data.get("rule", {})
    return {"": written} if isinstance(written, str) else written


class _Instants:
    """The moments of a file, as seconds of the play. Local times are of the account's zone."""

    def __init__(self, start: str, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self.start = self.instant(start)

    def instant(self, text: str) -> datetime:
        """Where the clock is put back an hour is written twice a night, the first is meant without an offset."""
        moment = datetime.fromisoformat(text)
        return moment.astimezone(self._zone) if moment.tzinfo else moment.replace(tzinfo=self._zone)

    def seconds(self, when: float | str) -> float:
        """Since the beginning."""
        return self.instant(when).timestamp() - self.start.timestamp() if isinstance(when, str) else when


def _supposed(state: str | Mapping[str, str], instants: _Instants) -> Supposed:
    if isinstance(state, str):
        return Supposed(state)
    since = state.get("idle_since", "")
    return Supposed(state.get("is", "available"), instants.instant(since).timestamp() if since else 0.0)


def _events(
    data: Mapping[str, Any], document: CompanyDocument, instants: _Instants
) -> tuple[Event, ...] | list[Problem]:
    """In the order of their times; a change is made to the document as the changes before it left it."""
    owners = device_owners(document, data)
    timed = sorted(enumerate(data.get("events", ())), key=lambda each: instants.seconds(each[1]["at"]))
    events: list[Event] = []
    problems: list[Problem] = []
    for place, event in timed:
        at = instants.seconds(event["at"])
        if "is" in event:
            events.append(declared(event, at, instants.start.timestamp() + at))
        elif "saves" in event:
            changed = patched(document, event["saves"])
            if isinstance(changed, list):
                problems += [_within(problem, f"events[{place}].saves") for problem in changed]
                continue
            document = changed
            events.append(Publishes(at, changed))
        else:
            events.append(plain_event(event, at, owners))
    return problems or tuple(events)


def _within(problem: Problem, path: str) -> Problem:
    return msgspec.structs.replace(problem, path=f"{path}.{problem.path}", line=0)
