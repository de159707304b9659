"""A transfer that is completed while whoever was asked still rings: the caller is with nobody then, and must neither be lost nor
hear nothing, with a controller and without."""

from __future__ import annotations

import gevent
import pytest

from console.scenarios.sip_media import Media
from console.scenarios.sip_script import Offer
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import hot
from routing.agents import Intent
from schemas.secrets import read_secret
from schemas.settings import redis_url
from store.secrets import device_password
from tests.live.office import CALLER, CLAIRE, Office, needs_freeswitch

pytestmark = needs_freeswitch
_SILENCE = 3.0
QUEUE = "+18005550101"
_RINGING = 440.0
"""One of the two pitches of the ringing tone; phones hum otherwise."""


def sends_him_on(office: Office, *omar: Offer) -> Media:
    """Claire holds the caller, asks Omar and sends the caller to him while his phone rings; what the caller hears."""
    return _sends_on(office, CLAIRE, "1001a", omar)


def _sends_on(office: Office, number: str, device: str, omar: tuple[Offer, ...]) -> Media:
    sender = office.phones[device]
    sender.script(Offer(answer_after=0.3), Offer())
    office.phones["1004a"].script(*omar)
    call = office.outside.call(number, number=CALLER)
    office.until(lambda: office.saw(device, "answered"))
    media = office.outside.dialogs[call].media
    media.listen()
    office.until(lambda: office.saw("trunk", "answered"))
    assert sender.hold(on=True) == 200
    key = read_secret(office.stack.root, "device_key")
    sender.call("1004", password=device_password(key, "boreal", device, 1))
    office.until(lambda: office.saw("1004a", "offered") and office.saw(device, "progress"))
    gevent.sleep(0.5)
    assert sender.join() == 202
    return media


def test_given_a_controller_then_he_hears_ringing_and_reaches_whom_she_had_asked(office: Office) -> None:
    media = sends_him_on(office, Offer(), Offer(answer_after=4))
    office.until(lambda: office.times("1004a", "offered") == 2, 3.0)
    assert office.times("1004a", "cancelled") == 1
    office.until(lambda: media.hears(_RINGING), 4.0)
    office.until(lambda: office.saw("1004a", "answered"), 8.0)
    office.becomes("available", "1001")
    office.becomes("on_call", "1004")
    assert media.longest_gap < _SILENCE
    assert not office.saw("trunk", "ended")


def test_given_a_controller_and_nobody_answers_then_the_rules_of_whom_she_asked_go_on(office: Office) -> None:
    media = sends_him_on(office, Offer(), Offer(refuse=486, refuse_after=1.0))
    office.until(lambda: office.records("1004"), 25.0)
    shown = [seen.detail for seen in office.seen if (seen.phone, seen.what) == ("1004a", "offered")]
    assert ["1001@" in each for each in shown] == [True, False]
    assert CALLER in shown[1]
    assert media.longest_gap < _SILENCE
    assert not office.saw("trunk", "ended")


@pytest.mark.parametrize(
    "omar", [Offer(answer_after=4), Offer(refuse=486, refuse_after=3)], ids=["he answers", "he is busy"]
)
def test_given_no_controller_then_he_hears_music_and_is_not_lost(office: Office, omar: Offer) -> None:
    with office.unattended():
        office.kill("controller")
        media = sends_him_on(office, omar)
        office.until(lambda: office.saw("1004a", "answered") or office.records("1004"), 25.0)
        assert not office.saw("trunk", "ended")
    assert media.longest_gap < _SILENCE
    assert office.times("1004a", "offered") == 1


def test_given_a_mailbox_that_answered_her_then_the_caller_dials_whom_she_had_dialled(office: Office) -> None:
    """She talks to nobody there: the switch cannot join them."""
    claire, omar = office.phones["1001a"], office.phones["1004a"]
    claire.script(Offer(answer_after=0.3), Offer())
    omar.script(Offer(refuse=486), Offer(answer_after=1.0))
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    assert claire.hold(on=True) == 200
    key = read_secret(office.stack.root, "device_key")
    claire.call("1004", password=device_password(key, "boreal", "1001a", 1))
    office.until(lambda: office.times("1001a", "answered") == 2, 6.0)
    assert claire.join() == 202
    office.until(lambda: office.saw("1004a", "answered"), 6.0)
    office.becomes("available", "1001")
    office.becomes("on_call", "1004")
    assert not office.saw("trunk", "ended")


def test_given_a_queues_call_then_the_work_after_it_is_whose_who_sent_the_caller_on(office: Office) -> None:
    """Her leg of that call is over some milliseconds before the one with which she asked."""
    if "1007a" not in office.phones:
        office.phone("1007a")
    office.becomes("available", "1007")
    _sends_on(office, QUEUE, "1007a", (Offer(), Offer(answer_after=1)))
    office.becomes("acw", "1007", seconds=3.0)
    office.becomes("on_call", "1004")
    office.quiet()
    office.becomes("available", "1004")
    assert office.agents()["1007"] == "acw"
    settings = office.settings
    now = Clock(settings.clock).unix("boreal")
    AgentStore(hot(redis_url(settings)), "boreal").declare("1007", Intent(kind="available", since=now))
