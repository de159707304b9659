"""Levels and locks against the rule said the other way round, from the object up, on random companies (3.2)."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.company import Announce, BusySignal, CallWaiting, CompanyDocument, Hangup, ToOperator, Voicemail
from routing.effective import effective
from routing.resolution import ask

LEVELS = ("account", "site", "group", "object")
SECONDS = (None, 10, 15, 20)
BUSY: tuple[dict[str, Any] | None, ...] = (
    None, {"action": "voicemail", "box": "8100"}, {"action": "busy_signal"}, {"action": "call_waiting"}, {"action": "operator"},
)  # fmt: skip
WORDS = ("voicemail", "busy_signal", "call_waiting", "operator")


class Level(msgspec.Struct, frozen=True):
    """What one level says about two settings, and what it locks."""

    seconds: int | None
    busy: dict[str, Any] | None
    locks_seconds: bool = False
    forbids: tuple[str, ...] = ()
    enabled: bool = True


levels = st.builds(
    Level, st.sampled_from(SECONDS), st.sampled_from(BUSY), st.booleans(),
    st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple), st.booleans(),
)  # fmt: skip


def document(found: dict[str, Level]) -> CompanyDocument:
    def holder(name: str) -> dict[str, Any]:
        level = found[name]
        open_ = {"ring": {"seconds": level.seconds}, "busy": level.busy}
        locks = [{"setting": "users.*.busy", "values": list(level.forbids)}] if level.forbids else []
        locks += [{"setting": "users.open.ring.seconds"}] if level.locks_seconds else []
        return {"defaults": {"users": {"open": open_}}, "locks": locks}

    own = found["object"]
    return msgspec.convert(
        {
            "format": 1,
            "account": {"id": "a", "name": "A", "domain": "a.example", "time_zone": "UTC", **holder("account")},
            "sites": {"S": {"name": "S", **holder("site")}},
            "groups": {"G": {"name": "G", "enabled": found["group"].enabled, **holder("group")}},
            "users": {"1000": {"name": "U", "site": "S", "group": "G", "open": {"ring": {"seconds": own.seconds}, "busy": own.busy}}},
        },
        CompanyDocument,
    )  # fmt: skip


def in_force(found: dict[str, Level]) -> list[Level]:
    """From the account down; a group that is not enabled is not there."""
    return [found[name] for name in LEVELS if name != "group" or found[name].enabled]


def seconds_by_hand(found: dict[str, Level]) -> int:
    """The lowest level that has a value and is not below a lock; else the default."""
    chain = in_force(found)
    for place in range(len(chain) - 1, -1, -1):
        value = chain[place].seconds
        if value is not None and not any(level.locks_seconds for level in chain[:place]):
            return value
    return 30


def busy_by_hand(found: dict[str, Level]) -> str:
    """The lowest level whose action no level above forbids; else call waiting, or busy where that is forbidden."""
    chain = in_force(found)
    for place in range(len(chain) - 1, -1, -1):
        action = chain[place].busy
        above = [word for level in chain[:place] for word in level.forbids]
        if action is not None and action["action"] not in above:
            return str(action["action"])
    forbidden = [word for level in chain[:-1] for word in level.forbids]
    return "busy_signal" if "call_waiting" in forbidden else "call_waiting"


NAMES = {
    Voicemail: "voicemail",
    BusySignal: "busy_signal",
    CallWaiting: "call_waiting",
    ToOperator: "operator",
    Announce: "announce",
    Hangup: "hangup",
}


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(LEVELS, levels)))
def test_given_any_levels_then_calls_and_questions_get_what_the_rule_says(found: dict[str, Level]) -> None:
    saved = document(found)
    user = effective(saved).users["1000"]
    assert user.open.ring is not None
    assert (user.open.ring.seconds, NAMES[type(user.open.busy)]) == (
        seconds_by_hand(found),
        busy_by_hand(found),
    )
    asked = [ask(saved, f"users.1000.open.{setting}") for setting in ("ring.seconds", "busy")]
    assert [answer.value for answer in asked if answer is not None] == [
        user.open.ring.seconds,
        user.open.busy,
    ]


@settings(max_examples=100, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(LEVELS, levels)))
def test_given_an_effective_document_then_nothing_more_comes_of_it(
    found: dict[str, Level],
) -> None:
    """What calls obey is a document like any other: making it effective again changes nothing."""
    once = effective(document(found))
    assert effective(once) == once
