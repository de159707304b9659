"""The controller killed with SIGKILL, and not started again, in every phase of a call: the call goes on by its own
plan, and what agents' states missed is mended once a controller is back."""

from __future__ import annotations

import time

from console.scenarios.sip_script import Offer
from tests.live.office import CALLER, CLAIRE, COLLECTIONS, MAIN, Office, needs_freeswitch

pytestmark = needs_freeswitch


def test_given_it_is_killed_in_the_greeting_then_the_extension_dialled_rings_and_is_bridged(
    office: Office,
) -> None:
    office.phones["1004a"].script(Offer(answer_after=0.5))
    call = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    with office.unattended():
        office.kill("controller")
        office.outside.press(call, "1004")
        office.until(lambda: office.saw("1004a", "answered"), 8.0)
    office.becomes("on_call", "1004")
    office.outside.hang_up(call)
    office.until(lambda: office.saw("1004a", "ended"))
    office.becomes("available", "1004")


def test_given_it_is_killed_while_a_phone_rings_then_the_busy_answer_moves_the_call_within_two_seconds(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(refuse=486, refuse_after=1.5))
    office.phones["1000a"].script(Offer(answer_after=0.5))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "offered"))
    with office.unattended():
        office.kill("controller")
        # Busy: the operator rings (Z30), moved by the XML itself after a second, and only once.
        office.until(lambda: office.saw("1000a", "answered"), 8.0)
        assert office.at("1000a", "offered") - office.at("1001a", "refused") < 2.0
        assert (office.times("1001a", "offered"), office.times("1000a", "offered")) == (1, 1)
    office.becomes("on_call", "1000")
    office.becomes("available", "1001")  # within a sweep: his leg ended while nobody followed the switch
    office.outside.hang_up(call)
    office.becomes("available", "1000")


def test_given_it_is_killed_while_a_phone_rings_and_is_answered_then_the_two_talk(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=1.5))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "offered"))
    with office.unattended():
        office.kill("controller")
        office.until(lambda: office.saw("1001a", "answered"))
        office.until(lambda: office.saw("trunk", "answered"))
    office.becomes("on_call", "1001")
    office.outside.hang_up(call)
    office.until(lambda: office.saw("1001a", "ended"))
    office.becomes("available", "1001")


def test_given_it_is_killed_in_a_conversation_then_nobody_hears_of_it(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.2))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    office.becomes("on_call", "1001")
    with office.unattended():
        office.kill("controller")
        office.phones["1004a"].script(Offer())
        other = office.outside.call("+15145550102", number=CALLER)
        office.until(lambda: office.saw("1004a", "offered"))
        office.outside.hang_up(other)
    assert call in office.outside.dialogs
    assert not office.saw("1001a", "ended")
    office.becomes("on_call", "1001")
    office.outside.hang_up(call)
    office.until(lambda: office.saw("1001a", "ended"))
    office.becomes("available", "1001")


def test_given_it_is_killed_and_the_conversation_ends_before_another_is_there_then_the_agent_is_freed(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.2))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.becomes("on_call", "1001")
    with office.unattended():
        office.kill("controller")
        office.outside.hang_up(call)
        office.until(lambda: office.saw("1001a", "ended"))
    office.becomes("available", "1001")


def test_given_it_is_killed_during_a_message_then_the_caller_stays_and_the_message_is_kept(
    office: Office,
) -> None:
    before = office.messages("8400")
    call = office.outside.call(COLLECTIONS, number=CALLER)
    office.until(lambda: office.records("8400"), 20.0)
    began = time.monotonic()
    with office.unattended():
        office.kill("controller")
        office.until(lambda: time.monotonic() - began > 4.0)  # shorter messages are thrown away
        assert call in office.outside.dialogs
        office.outside.hang_up(call)
        office.until(lambda: office.messages("8400") == before + 1)
