"""Two FreeSWITCH processes in one installation, `node-1` and `node-2`, followed by one controller, with another in reserve.

The queue Soutien is called at the second switch. Noah's phone (1008a) is there, Lina (1007) has one at each; Claire's is at the first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from console.scenarios.sip_script import Offer
from console.scenarios.stack import free_ports
from presence import keys
from tests.live.office import CALLER, CLAIRE, needs_freeswitch
from tests.live.second_switch import NODE, TwoSwitches, two_switches

pytestmark = needs_freeswitch
SUPPORT, SECOND_CALLER, THIRD_CALLER = "+18005550101", "+14505550177", "+14505550166"
NOAH, LINA = "1008", "1007"
CHANGES = {"users": {LINA: {"devices": {"1007b": {"kind": "sip"}}}}, "queues": {"Q-SUP": {"wrap_up": 0}}}
long_only = pytest.mark.skipif(not os.environ.get("RELAIS_LONG"), reason="minutes: RELAIS_LONG=1")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSwitches]:
    with two_switches(tmp_path_factory.mktemp("two")) as office:
        office.saves(CHANGES)
        office.phone("1001a")
        office.phone("1007a")
        office.phone_at_second("1008a")
        yield office


@pytest.fixture
def office(pair: TwoSwitches) -> Iterator[TwoSwitches]:
    pair.until(lambda: pair.at_node("1008a", NODE) and pair.at_node("1007a", "node-1"))
    # Who asks for a lamp while nobody follows the switch is heard when he asks again.
    pair.until(pair.is_followed, 30.0)
    pair.becomes("available", "1001", LINA, NOAH, seconds=45.0)
    yield pair
    pair.quiet()
    pair.until(lambda: pair.stack.ready() and not pair.legs() and not pair.waits(), 45.0)


def test_given_a_member_whose_phone_is_at_the_other_switch_then_who_has_one_there_gets_the_call(
    office: TwoSwitches,
) -> None:
    office.phones["1007a"].script(Offer(answer_after=0.1))
    office.phones["1008a"].script(Offer(answer_after=0.3))
    office.beyond.call(SUPPORT, number=CALLER)
    office.until(lambda: office.saw("1008a", "answered"), 30.0)
    office.becomes("on_call", NOAH)
    assert not office.saw("1007a", "offered")


def test_given_a_member_who_talks_at_one_switch_then_the_other_offers_him_nothing_until_that_is_over(
    office: TwoSwitches,
) -> None:
    second = office.phone_at_second("1007b")
    office.until(lambda: office.at_node("1007b", NODE))
    office.phones["1007a"].script(Offer(answer_after=0.1))
    talk = office.phones["1001a"].call(LINA, password=office.password("1001a"))
    office.until(lambda: office.saw("1007a", "answered"))
    office.becomes("on_call", LINA)
    # Who has been idle the longest is she, whom nobody may ring; Noah is looked at after her, and will not.
    office.phones["1008a"].script(Offer(refuse=486))
    second.script(Offer(answer_after=0.3))
    seen = len(office.seen)
    office.beyond.call(SUPPORT, number=CALLER)
    office.until(lambda: office.saw("1008a", "refused"), 30.0)
    assert "1007b" not in {each.phone for each in office.seen[seen:] if each.what == "offered"}
    office.phones["1001a"].hang_up(talk)
    office.until(
        lambda: any(each.phone == "1007b" and each.what == "answered" for each in office.seen[seen:]), 30.0
    )
    ended = next(each.at for each in office.seen if each.phone == "1007a" and each.what == "ended")
    offered = next(each.at for each in office.seen[seen:] if each.phone == "1007b" and each.what == "offered")
    assert offered > ended - 0.1
    office.becomes("on_call", LINA)


def test_given_the_controller_is_killed_then_the_one_in_reserve_follows_both_within_five_seconds(
    office: TwoSwitches,
) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.1))
    office.phones["1008a"].script(Offer(answer_after=0.1))
    here = office.outside.call(CLAIRE, number=SECOND_CALLER)
    there = office.beyond.call(SUPPORT, number=THIRD_CALLER)
    office.becomes("on_call", "1001", NOAH, seconds=30.0)
    reserve = in_reserve(office)
    try:
        with office.unattended():
            office.kill("controller")
            began = time.monotonic()
            office.until(lambda: {office.follower(node) for node in ("node-1", NODE)} == {reserve.pid}, 20.0)
            took = time.monotonic() - began
            print(f"both switches were taken over in {took:.2f} s")
            assert took < 5.0
            assert here in office.outside.dialogs
            assert there in office.beyond.dialogs
            office.outside.hang_up(here)
            office.beyond.hang_up(there)
            office.until(
                lambda: {office.record(SECOND_CALLER), office.record(THIRD_CALLER)} == {"answered"}, 20.0
            )
            office.becomes("available", "1001", NOAH, seconds=20.0)
    finally:
        reserve.terminate()
        reserve.wait()


@long_only
@pytest.mark.parametrize("comes_back", [True, False], ids=["started again", "gone"])
def test_given_a_switch_is_killed_then_what_died_with_it_is_cleared_and_the_others_calls_go_on(
    office: TwoSwitches, comes_back: bool
) -> None:
    claire, noah = office.phones["1001a"], office.phones["1008a"]
    assert claire.subscribe("7000", "dialog", office.password("1001a")) == 202
    claire.script(Offer(answer_after=0.1))
    noah.script(Offer(answer_after=0.1))
    here = office.outside.call(CLAIRE, number=SECOND_CALLER)
    office.beyond.call(SUPPORT, number=CALLER)
    office.becomes("on_call", "1001", NOAH, seconds=30.0)
    office.until(lambda: not office.waits())  # else it is the first caller who is seen to wait
    office.phones["1007a"].script(Offer())
    office.beyond.call(SUPPORT, number=THIRD_CALLER)
    office.until(lambda: office.waits() == 1 and office.lamp("7000") == "confirmed", 20.0)
    office.second.kill()
    if comes_back:
        office.second.start()
    office.until(
        lambda: not office.waits() and {leg.node for leg in office.legs().values()} == {"node-1"}, 120.0
    )
    office.until(lambda: office.lamp("7000") == "terminated", 20.0)
    office.until(lambda: "" not in {office.record(CALLER), office.record(THIRD_CALLER)}, 30.0)
    assert here in office.outside.dialogs
    assert not office.saw("1001a", "ended")
    assert office.agents()["1001"] == "on_call"
    office.outside.hang_up(here)
    office.until(lambda: office.record(SECOND_CALLER) == "answered", 20.0)
    if not comes_back:
        office.second.start()
    office.until(lambda: office.second.ready() and bool(office.follower(NODE)), 60.0)


def in_reserve(office: TwoSwitches) -> subprocess.Popen[bytes]:
    """Another controller of the same installation, once it waits for both switches."""
    (port,) = free_ports(1)
    own = {**office.stack.environment, "RELAIS_CONTROLLER_LISTEN": f"127.0.0.1:{port}"}
    process = subprocess.Popen([sys.executable, "-m", "controller"], env=own, stdout=subprocess.DEVNULL)
    office.until(lambda: all(office.redis.exists(keys.standby(node)) for node in ("node-1", NODE)), 30.0)
    return process
