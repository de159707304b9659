"""The history of a call, and the compact form in which the call itself carries it (design 2.4).

A route is the attempts of the present segment, oldest first. As text: attempts joined by `:`, each
`kind.id.branch.stage.outcome[.detail]`, alphabet `[A-Za-z0-9._:-]`, at most 1024 characters.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from routing.stages import Stage, parse_stage

LONGEST = 1024
_TOKEN = re.compile(r"[A-Za-z0-9-]*")
_ROUTE = re.compile(r"[A-Za-z0-9._:-]{0,1024}")
_KEYS_OUT = str.maketrans({"*": "s", "#": "p"})
_KEYS_IN = str.maketrans({"s": "*", "p": "#"})


class OutcomeKind(StrEnum):
    """How a step ended. The values are what the route carries."""

    ANSWERED = "a"
    NO_ANSWER = "n"
    BUSY = "b"
    DECLINED = "d"
    UNREACHABLE = "u"
    KEYED = "k"
    NO_INPUT = "i"
    DONE = "z"
    CONTENDED = "c"
    FAILED = "f"
    MOVED = "m"
    TRUNK_FAILED = "t"


class LegOutcome(StrEnum):
    """How one leg of a ring step ended; the letters are what the route carries."""

    ANSWERED = "a"
    NO_ANSWER = "n"
    BUSY = "b"
    DECLINED = "d"
    UNREACHABLE = "u"
    CANCELLED = "c"
    LOST_RACE = "l"
    FAILED = "f"
    TRUNK_FAILED = "t"
    """Of a leg to the outside: the trunk did not take the call, and another may."""


class Outcome(msgspec.Struct, frozen=True):
    """How a step ended. `keys` for KEYED; `members` for rings: (owner, how his legs ended)."""

    kind: OutcomeKind
    keys: str = ""
    members: tuple[tuple[str, LegOutcome], ...] = ()


class Place(msgspec.Struct, frozen=True):
    """Where in the company a step stands: `kind` n(umber's handling), u(ser), q(ueue), b(ox)...,
    the object's id, the branch taken there (its context, fixed on arrival), the stage within it."""

    kind: str
    id: str
    branch: str
    stage: str


class Attempt(msgspec.Struct, frozen=True):
    """A step that was taken, and its outcome."""

    place: Place
    outcome: Outcome


History = tuple[Attempt, ...]


class RouteRefused(Exception):
    """The text is not a route; the call restarts at its number."""


def encode_route(history: History) -> str:
    """The compact form; RouteRefused when it would be longer than a variable may be."""
    text = ":".join(_encode_attempt(a) for a in compact(history))
    if not _ROUTE.fullmatch(text):
        raise RouteRefused(f"route of {len(text)} characters")
    return text


def compact(history: History) -> History:
    """Without what no later decision looks at, so that a call may wait as long as it likes and lists may be as long as they
    like: rounds of waiting and announcements that are over, and offers that nobody declined of a queue's earlier cycles and
    of ring steps that another one of their list has followed."""
    kept: list[Attempt] = []
    last: dict[tuple[str, int, str, int, bool], Stage] = {}
    furthest: dict[str, int] = {}
    here: tuple[str, str, str, int] | None = None
    for attempt in reversed(history):
        place, stage = attempt.place, parse_stage(attempt.place.stage)
        if here != (there := (place.kind, place.id, place.branch, stage.visit)):
            here, last, furthest = there, {}, {}
        # Which announcement was the last one must be known however long the wait.
        step = (stage.letter, stage.index, stage.within, stage.until, stage.part == "a")
        followed = not stage.within and stage.index < furthest.get(stage.letter, 0)
        if not _superseded(attempt, stage, last.get(step), followed=followed):
            kept.append(attempt)
        last.setdefault(step, stage)
        furthest[stage.letter] = max(stage.index, furthest.get(stage.letter, 0))
    return tuple(reversed(kept))


def _superseded(attempt: Attempt, stage: Stage, later: Stage | None, *, followed: bool) -> bool:
    if attempt.outcome.kind is OutcomeKind.KEYED or not (followed or later):
        return False
    if stage.part in ("w", "a"):
        return True
    declined = any(how is LegOutcome.DECLINED for _, how in attempt.outcome.members)
    over = followed or (later is not None and stage.number < later.number)
    return stage.part == "r" and over and not declined


def decode_route(text: str) -> History:
    """The history a call carries; RouteRefused for anything that `encode_route` did not write."""
    if not _ROUTE.fullmatch(text):
        raise RouteRefused("alphabet or length")
    return tuple(_decode_attempt(part) for part in text.split(":")) if text else ()


def _encode_attempt(attempt: Attempt) -> str:
    place, outcome = attempt.place, attempt.outcome
    detail = (
        outcome.keys.translate(_KEYS_OUT) if outcome.keys else "-".join(o + how for o, how in outcome.members)
    )
    words = [place.kind, place.id, place.branch, place.stage, outcome.kind.value]
    return ".".join([*words, detail] if detail else words)


def _decode_attempt(text: str) -> Attempt:
    words = text.split(".")
    if len(words) not in (5, 6) or not all(_TOKEN.fullmatch(w) for w in words):
        raise RouteRefused(text)
    try:
        kind = OutcomeKind(words[4])
        return Attempt(Place(*words[:4]), _decode_outcome(kind, words[5] if len(words) == 6 else ""))
    except ValueError as error:
        raise RouteRefused(text) from error


def _decode_outcome(kind: OutcomeKind, detail: str) -> Outcome:
    if kind is OutcomeKind.KEYED:
        return Outcome(kind, keys=detail.translate(_KEYS_IN))
    members = tuple((m[:-1], LegOutcome(m[-1:])) for m in detail.split("-")) if detail else ()
    return Outcome(kind, members=members)
