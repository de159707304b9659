"""The board shows agents as their capacity makes them, where the company wants that (D44, T138), in a real browser."""

from __future__ import annotations

import msgspec
import pytest

from routing.agents import Intent, LegActivity
from tests.console.browser import NEEDS_CHROMIUM, Visit
from tests.console.conftest import Console
from tests.sample import document

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(120)]
OMAR, PROFILE = "1004", "CP-OUT-3"


def talks(console: Console, *calls: str) -> None:
    """Omar is in these calls, and in no other."""
    store, now = console.agents(), console.doors.clock.unix("boreal")
    for call in set(store.leg_uuids()) - set(calls):
        store.leg_over(call, OMAR, now)
    for call in calls:
        leg = LegActivity(
            owner=OMAR, state="answered", call=call, node="node-1", since=now, device="1004a", profile=PROFILE
        )
        store.leg(call, leg)


def test_t138_one_call_three_calls_none_and_a_break_with_one(console: Console, visit: Visit) -> None:
    account = msgspec.structs.replace(document().account, presence_from_capacity=True)
    console.save(msgspec.structs.replace(document(), account=account))
    console.agents().register("1004a", console.doors.clock.unix("boreal") + 600)
    visit.sign_in()
    row = visit.agent(OMAR)

    def shows(state: str, units: str) -> None:
        row.locator("td.is", has_text=state).wait_for()
        row.locator("td.who", has_text=f"{PROFILE} {units}").wait_for()

    shows("disponible", "0/3")
    talks(console, "c1")
    shows("occupé", "1/3")
    talks(console, "c1", "c2", "c3")
    shows("ne pas déranger", "3/3")
    talks(console)
    shows("disponible", "0/3")
    console.agents().declare(OMAR, Intent(kind="break", reason="", since=console.doors.clock.unix("boreal")))
    talks(console, "c4")
    shows("en pause", "1/3")
    assert visit.errors == []
