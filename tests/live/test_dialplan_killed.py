"""Every dialplan worker killed with SIGKILL, and none started again, in every phase of a call: the next step of the
call, and every new call, reach the fail-safe. One worker frozen: calls go on."""

from __future__ import annotations

import os
import signal
import time

from console.scenarios.sip_script import Offer
from tests.live.office import CALLER, CLAIRE, COLLECTIONS, MAIN, SALES, Office, needs_freeswitch

pytestmark = needs_freeswitch


def new_calls_reach_the_fail_safe(office: Office) -> None:
    """The first open target's phones ring, and a number nobody has hears a sentence."""
    office.phones["1004a"].script(Offer())
    known = office.outside.call(SALES, number=CALLER)
    office.until(lambda: office.saw("1004a", "offered"), 5.0)
    office.outside.hang_up(known)
    unknown = office.outside.call("+15145559999", number=CALLER)
    office.until(lambda: office.played("something_wrong"), 5.0)
    office.until(lambda: unknown not in office.outside.dialogs)


def test_given_they_are_killed_in_the_greeting_then_what_is_dialled_leads_to_the_box(office: Office) -> None:
    call = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    with office.unattended():
        office.kill("dialplan")
        office.outside.press(call, "1004")
        office.until(lambda: office.records("1000"), 25.0)
        assert call in office.outside.dialogs
        new_calls_reach_the_fail_safe(office)


def test_given_they_are_killed_while_a_phone_rings_then_its_busy_answer_leads_to_the_box(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(refuse=486, refuse_after=2.0))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "offered"))
    with office.unattended():
        office.kill("dialplan")
        new_calls_reach_the_fail_safe(office)
        office.until(lambda: office.records("1001"), 25.0)
        assert call in office.outside.dialogs
    assert office.times("1001a", "offered") == 1


def test_given_they_are_killed_while_a_phone_rings_then_it_can_be_answered(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=1.5))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "offered"))
    with office.unattended():
        office.kill("dialplan")
        office.until(lambda: office.saw("1001a", "answered"))
        office.becomes("on_call", "1001")
        office.outside.hang_up(call)
        office.becomes("available", "1001")


def test_given_they_are_killed_in_a_conversation_then_nobody_hears_of_it(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.2))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.becomes("on_call", "1001")
    with office.unattended():
        office.kill("dialplan")
        new_calls_reach_the_fail_safe(office)
        assert call in office.outside.dialogs
        assert not office.saw("1001a", "ended")
        office.becomes("on_call", "1001")
        office.outside.hang_up(call)
        office.until(lambda: office.saw("1001a", "ended"))


def test_given_they_are_killed_during_a_message_then_it_is_kept(office: Office) -> None:
    before = office.messages("8400")
    call = office.outside.call(COLLECTIONS, number=CALLER)
    office.until(lambda: office.records("8400"), 20.0)
    began = time.monotonic()
    with office.unattended():
        office.kill("dialplan")
        new_calls_reach_the_fail_safe(office)
        office.until(lambda: time.monotonic() - began > 4.0)  # shorter messages are thrown away
        office.outside.hang_up(call)
        office.until(lambda: office.messages("8400") == before + 1)


def test_given_they_are_killed_then_a_message_can_still_be_left(office: Office) -> None:
    """Whose box it is comes from the directory's mirror."""
    before = office.messages("8400")
    with office.unattended():
        office.kill("dialplan")
        call = office.outside.call(COLLECTIONS, number=CALLER)
        office.until(lambda: office.records("8400"), 25.0)
        began = time.monotonic()
        office.until(lambda: time.monotonic() - began > 4.0)
        office.outside.hang_up(call)
        office.until(lambda: office.messages("8400") == before + 1)


def test_given_a_frozen_worker_then_every_call_goes_on_and_it_is_replaced(office: Office) -> None:
    office.phones["1004a"].script(Offer())
    frozen = office.stack.children()["dialplan-0"]
    with office.unattended():
        os.kill(frozen, signal.SIGSTOP)
        for number in range(1, 7):
            office.becomes("available", "1004", "1006")
            call = office.outside.call(SALES, number=CALLER)
            # A second for each binding that leads to it, of three.
            office.until(lambda number=number: office.times("1004a", "offered") == number, 5.0)
            office.outside.hang_up(call)
            office.until(lambda call=call: call not in office.outside.dialogs)
    # Two seconds of silence; twenty of one that the supervisor never heard.
    office.until(lambda: office.stack.children()["dialplan-0"] != frozen, 25.0)


def test_given_they_are_killed_then_a_name_with_line_ends_still_reaches_a_phone_that_can_answer(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.2))
    with office.unattended():
        office.kill("dialplan")
        call = office.outside.call(CLAIRE, number=CALLER, name=b"x%0A%0Aapi%250D%250AVia: me")
        office.until(lambda: office.saw("1001a", "answered") and office.saw("trunk", "answered"))
        office.outside.hang_up(call)
        office.until(lambda: office.saw("1001a", "ended"))
