"""Scenario files: one case of call handling each, read and checked (docs/scenarios.md)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from routing.company import CompanyDocument
from routing.what_if import Caller, Offer, Row
from schemas.company import load_company
from schemas.document_text import Unreadable, parse
from schemas.merge_patch import merged
from schemas.problems import Problem, in_words
from schemas.shape import Shape

SCHEMA = Path(__file__).with_name("scenario.schema.json")
SAMPLE = Path(__file__).with_name("examples") / "boreal.yaml"
_KINDS = ("rings", "talks", "hears", "records", "checks", "clears")


class Expected(msgspec.Struct, frozen=True):
    """A row of the timeline; without `at` only its order counts."""

    what: str
    who: str
    at: float | None = None


class CallPlan(msgspec.Struct, frozen=True, rename={"number": "from"}):
    """Who calls what, and what he does, in seconds after he called."""

    to: str
    number: str = "+14505550199"
    device: str = ""
    press: tuple[tuple[float, str], ...] = ()
    hang_up_at: float | None = None

    @property
    def caller(self) -> Caller:
        """What the caller does."""
        return Caller(self.press) if self.hang_up_at is None else Caller(self.press, self.hang_up_at)


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One case. `start` is local time of the account, without a zone."""

    path: Path
    title: str
    document: CompanyDocument
    start: datetime
    call: CallPlan
    timeline: tuple[Expected, ...]
    needs: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    agents: dict[str, str] = {}
    unregistered: tuple[str, ...] = ()
    phones: dict[str, tuple[Offer, ...]] = {}


def load_scenario(path: Path) -> Scenario | list[Problem]:
    """The scenario of a file, its company with the changes made; else everything that is wrong."""
    read = parse(path.read_text(encoding="utf-8"))
    if isinstance(read, Unreadable):
        return [in_words(read.found, read.line)]
    found = _shape().mistakes(read.data)
    if found:
        return [in_words(each) for each in found]
    data: dict[str, Any] = read.data
    company = path.parent / data["company"] if "company" in data else SAMPLE
    document = _company(company, data.get("changes"))
    if isinstance(document, list):
        return document
    return Scenario(
        path=path, title=data["title"], document=document, start=datetime.fromisoformat(data["at"]),
        call=msgspec.convert(data["call"], CallPlan), timeline=_timeline(data["timeline"]),
        needs=tuple(data.get("needs", ())), only=tuple(data.get("only", ())), agents=data.get("agents", {}),
        unregistered=tuple(data.get("unregistered", ())),
        phones=msgspec.convert(data.get("phones", {}), dict[str, tuple[Offer, ...]]),
    )  # fmt: skip


@cache
def _shape() -> Shape:
    return Shape(SCHEMA)


def _company(file: Path, changes: Any) -> CompanyDocument | list[Problem]:
    if not changes:
        return load_company(file)
    read = parse(file.read_text(encoding="utf-8"))
    if isinstance(read, Unreadable):
        return [in_words(read.found, read.line)]
    return load_company(merged(read.data, changes))


def _timeline(rows: list[dict[str, Any]]) -> tuple[Expected, ...]:
    """`until` of a ring is a row of its own; rows in the order of their times, as far as these are given."""
    found: list[Expected] = []
    for row in rows:
        kind = next(kind for kind in _KINDS if kind in row)
        found.append(Expected(kind, row[kind], row.get("at")))
        if "until" in row:
            found.append(Expected("stops", row[kind], row["until"]))
    latest, timed = 0.0, []
    for place, row_ in enumerate(found):
        latest = max(latest, row_.at or 0.0)
        timed.append((row_.at if row_.at is not None else latest, place, row_))
    return tuple(row_ for _, _, row_ in sorted(timed, key=lambda each: each[:2]))


def differences(expected: tuple[Expected, ...], rows: tuple[Row, ...], tolerance: float) -> list[str]:
    """What is not as expected, in words; empty when nothing. A time must be right since the call began
    or since the row before: a switch's grain (a second a timer) adds up, what the caller does is not late."""
    left, told = list(rows), []
    meant, was = 0.0, 0.0
    for row in expected:
        match = next((each for each in left if (each.what, each.who) == (row.what, row.who)), None)
        if match is None:
            told.append(f"expected, did not happen: {_words(row)}")
            continue
        left.remove(match)
        if match.at < was - tolerance:
            told.append(f"too early, at {match.at:.1f} s: {_words(row)}")
        if row.at is not None:
            off = min(abs(match.at - row.at), abs((match.at - was) - (row.at - meant)))
            if off > tolerance:
                told.append(
                    f"at {match.at:.1f} s, {match.at - was:.1f} s after the row before: {_words(row)}"
                )
            meant, was = row.at, match.at
    told += [f"happened, not expected: {each.at:.1f} s {each.what} {each.who}" for each in left]
    return told


def _words(row: Expected) -> str:
    return f"{'' if row.at is None else f'{row.at:g} s '}{row.what} {row.who}"
