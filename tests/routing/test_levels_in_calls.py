"""Calls obey what the levels came to, each object in its own zone (3.2, C24, C26)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from routing.call import Call
from routing.compiled import compile_company
from routing.decision import Decision
from routing.engine import next_step
from routing.route import Attempt, History, Outcome, OutcomeKind
from routing.snapshot import Snapshot
from routing.steps import Announce, Ask, Ring, Voicemail
from tests.routing.levels import account, boreal, for_users, lock, seconds, site, user
from tests.sample import CALLER, everybody_idle, rings

PARIS, MONTREAL = ZoneInfo("Europe/Paris"), ZoneInfo("America/Toronto")
A_TUESDAY = datetime(2026, 10, 13, 10, tzinfo=MONTREAL)
HOURS = {"openings": [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "08:00", "end": "17:00"}]}


def decide(entry: str, now: datetime, *changes: dict[str, Any], history: History = ()) -> Decision:
    """The next step of a call to a number, or to an extension."""
    company = compile_company(boreal(*changes), 1)
    kind: Any = "number" if entry in company.document.numbers else "extension"
    call = Call(id="c", company="boreal", entry_kind=kind, entry=entry, caller_number=CALLER, received_at=now)
    return next_step(company, call, Snapshot(now=now, agents=everybody_idle()), history)


def reasons(decision: Decision) -> list[str]:
    return [str(reason.code) for reason in decision.reasons]


def test_given_a_sites_ring_time_then_it_is_the_legs() -> None:
    step = decide("1006", A_TUESDAY, site(**for_users(**seconds(45)))).step
    assert isinstance(step, Ring)
    assert [leg.seconds for leg in step.legs] == [45]


def test_given_press_1_off_for_all_then_a_mobile_is_bridged_at_once() -> None:
    off = account(**for_users(press_1=False), locks=[lock("users.press_1")])
    plan = user("1001", open={"ring": {"mode": "simultaneous"}})
    step = decide("1001", A_TUESDAY, off, plan).step
    assert isinstance(step, Ring)
    assert [leg.confirm for leg in step.legs if leg.number] == [None]


def test_given_hold_music_of_the_account_then_the_leg_has_it() -> None:
    step = decide("1006", A_TUESDAY, account(**for_users(hold_music="M-BOREALIS"))).step
    assert isinstance(step, Ring)
    assert step.hold_music == "M-BOREALIS"


@pytest.mark.parametrize(
    ("languages", "spoken"), [([], ["fr", "en"]), (["en"], ["en"]), (["en", "fr"], ["en", "fr"])]
)
def test_given_languages_of_a_site_then_its_callers_hear_them(
    languages: list[str], spoken: list[str]
) -> None:
    closed = {"handlings": {"sales": {"closed": None}}}
    step = decide("N-VEN", A_TUESDAY.replace(hour=20), site(languages=languages), closed).step
    assert isinstance(step, Announce)
    assert [prompt.language for prompt in step.prompts] == spoken


def test_given_the_accounts_closed_branch_then_a_number_without_one_has_it() -> None:
    closed = account(defaults={"numbers": {"closed": [{"action": "voicemail", "box": "8300"}]}})
    step = decide(
        "N-MAIN", A_TUESDAY.replace(hour=20), closed, {"handlings": {"main": {"closed": None}}}
    ).step
    assert isinstance(step, Voicemail)
    assert step.box == "8300"


def test_given_an_operator_of_a_site_then_0_in_the_greeting_joins_him() -> None:
    his = site(operator={"action": "extension", "extension": "1006"})
    greeting = decide("N-MAIN", A_TUESDAY, his)
    assert isinstance(greeting.step, Ask)
    pressed = (Attempt(greeting.place, Outcome(OutcomeKind.KEYED, keys="0")),)
    assert rings(decide("N-MAIN", A_TUESDAY, his, history=pressed)) == {"1006a"}


ZONES: dict[str, tuple[str, dict[str, Any], datetime, str]] = {
    "a queue in Lyon, open there": ("7000", {"queues": {"Q-SUP": {"site": "LYON"}}},
                                    datetime(2026, 10, 13, 8, tzinfo=PARIS), "queue_open"),
    "a queue in Lyon, closed there": ("7000", {"queues": {"Q-SUP": {"site": "LYON"}}},
                                      datetime(2026, 10, 13, 10, tzinfo=MONTREAL).replace(hour=11), "queue_out_of_hours"),
    "a queue whose schedule has a zone": ("7000", {"queues": {"Q-SUP": {"schedule": {"time_zone": "Europe/Paris"}}}},
                                          datetime(2026, 10, 13, 16, 59, tzinfo=PARIS), "queue_open"),
    "a user in Lyon before he opens": ("1009", user("1009", schedule=HOURS),
                                       datetime(2026, 10, 13, 7, 59, tzinfo=PARIS), "user_closed"),
    "a user in Lyon when he opens": ("1009", user("1009", schedule=HOURS),
                                     datetime(2026, 10, 13, 8, tzinfo=PARIS), "user_open"),
    "a user whose schedule has a zone": ("1006", user("1006", schedule={**HOURS, "time_zone": "Europe/Paris"}),
                                         datetime(2026, 10, 13, 8, tzinfo=PARIS), "user_open"),
    "a user's rule is of his zone": ("1009", user("1009", rules=[{
        "id": "R1", "weekly": [{"days": ["tue"], "start": "08:00", "end": "09:00"}],
        "steps": [{"action": "voicemail"}]}]), datetime(2026, 10, 13, 8, 30, tzinfo=PARIS), "rule_matched"),
    "a rule of a handling is of its schedule's zone": ("N-MAIN", {"handlings": {"main": {"schedule": {"time_zone": "Europe/Paris"}}}},
        datetime(2026, 10, 13, 12, 30, tzinfo=PARIS), "rule_matched"),
    "a queue's holiday": ("7000", {"queues": {"Q-SUP": {"exceptions": {"H": {
        "yearly": {"month": 10, "day": 13}, "steps": [{"action": "voicemail", "box": "8200"}]}}}}},
        A_TUESDAY, "exception_in_force"),
}  # fmt: skip


@pytest.mark.parametrize("case", ZONES)
def test_given_an_object_then_its_own_zone_decides(case: str) -> None:
    entry, change, now, reason = ZONES[case]
    assert reason in reasons(decide(entry, now, change))


def test_given_a_queues_holiday_then_its_steps_are_played() -> None:
    _, change, now, _ = ZONES["a queue's holiday"]
    step = decide("7000", now, change).step
    assert isinstance(step, Voicemail)
    assert step.box == "8200"
