"""Calls on a real FreeSWITCH, with SIP phones, through everything that `relais run` starts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from console.scenarios.sip_script import Offer
from tests.live.office import CALLER, CLAIRE, COLLECTIONS, MAIN, SALES, Office, needs_freeswitch

pytestmark = needs_freeswitch


def test_given_an_extension_dialled_in_the_greeting_then_that_phone_rings_and_is_bridged(
    office: Office,
) -> None:
    office.phones["1004a"].script(Offer(answer_after=1.0))
    call = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    office.outside.press(call, "1004")
    office.until(lambda: office.saw("1004a", "answered"))
    office.becomes("on_call", "1004")
    office.outside.hang_up(call)
    office.becomes("available", "1004")


def test_given_0_in_the_greeting_then_the_operator_rings_at_once(office: Office) -> None:
    office.phones["1000a"].script(Offer())
    call = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    pressed = time.time()
    office.outside.press(call, "0")
    office.until(lambda: office.saw("1000a", "offered"))
    assert office.at("1000a", "offered") - pressed < 1.0
    office.becomes("ringing", "1000")


def test_given_claire_declines_then_nothing_else_of_hers_rings_and_the_caller_hears_the_menu(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(refuse=603))
    office.phones["1001b"].script(Offer())
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "refused"))
    office.until(lambda: office.saw("trunk", "answered"))  # Z35
    assert not office.saw("1001b", "offered")


def test_given_two_phones_of_a_team_then_both_ring_together_and_the_loser_stops(office: Office) -> None:
    office.phones["1004a"].script(Offer(answer_after=1.5))
    office.phones["1006a"].script(Offer())
    office.becomes("available", "1004", "1006")
    office.outside.call(SALES, number=CALLER)
    office.until(lambda: office.saw("1004a", "answered"))
    office.until(lambda: office.saw("1006a", "cancelled"))
    assert abs(office.at("1004a", "offered") - office.at("1006a", "offered")) < 0.5
    # Answered elsewhere: no missed call on that phone (T21, T52).
    assert "cause=200" in next(o.detail for o in office.seen if (o.phone, o.what) == ("1006a", "cancelled"))


def test_given_the_caller_calls_a_number_nobody_has_then_404(office: Office) -> None:
    office.outside.call("+15145559999", number=CALLER)
    office.until(lambda: office.saw("trunk", "failed"))
    assert [o.detail for o in office.seen if o.what == "failed"] == ["404"]


def test_given_a_phone_that_was_switched_off_and_on_then_it_registers_at_once_and_rings(
    office: Office,
) -> None:
    """It has another Call-ID and port then, and its former registration has not run out: the last one wins."""
    office.phone("1001a").script(Offer())
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "offered"))
    assert sum(o.phone == "1001a" and o.what == "offered" for o in office.seen) == 1


ATTACKS = {
    "expansion, encoded": b"%24{system(touch FILE)}",
    "expansion": b"${system(touch FILE)}",
    "variable": b"$${base_dir}${sound_prefix}",
    "preprocessor": b"<X-PRE-PROCESS cmd='exec' data='touch FILE'/>",
    "preprocessor, out of an attribute": b'\\"/><X-PRE-PROCESS cmd=\\"exec\\" data=\\"touch FILE\\"/>',
    "quotes and braces": b"'}]>,[a=b],{c=d},<e=f>;|^^:g\\\"",
    "end of a command": b"x%0A%0Aapi system touch FILE%0A%0A",
    "folded line": b"x\r\n api system touch FILE",
    "another header": b"x%0D%0AUnique-ID: 1%0D%0Avariable_relais_step: 9",
    "not UTF-8": b"\xff\xfe\xc3\x28 \xe9t\xe9",
    "control characters": bytes(range(1, 9)) + b"\x0b\x0c\x7f",
    "very long": b"n" * 900,
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_given_a_name_that_is_an_attack_then_nothing_but_the_shown_name_changes(
    office: Office, tmp_path: Path, attack: bytes
) -> None:
    mark = tmp_path / "pwned"
    office.phones["1001a"].script(Offer(refuse=486))
    office.phones["1000a"].script(Offer(answer_after=0.1))
    call = office.outside.call(CLAIRE, number=CALLER, name=attack.replace(b"FILE", str(mark).encode()))
    # She is busy: a hand-over, then the operator (Z30), who is bridged.
    office.until(lambda: office.saw("1000a", "answered"))
    office.until(lambda: office.saw("trunk", "answered"))
    shown = next(o.detail for o in office.seen if o.phone == "1001a" and o.what == "offered")
    assert CALLER.lstrip("+") in shown
    assert (office.times("1001a", "offered"), office.times("1000a", "offered")) == (1, 1)
    office.outside.hang_up(call)
    office.until(lambda: office.saw("1000a", "ended"))
    assert not mark.exists()


def test_given_such_a_name_leaves_a_message_then_it_is_kept(office: Office, tmp_path: Path) -> None:
    mark = tmp_path / "pwned"
    before = office.messages("8400")
    name = b"%24{system(touch " + str(mark).encode() + b")} \xff'\\\";|"
    call = office.outside.call(COLLECTIONS, number=CALLER, name=name)
    office.until(lambda: office.records("8400"), 20.0)
    began = time.monotonic()
    office.until(lambda: time.monotonic() - began > 4.0)  # shorter messages are thrown away
    office.outside.hang_up(call)
    office.until(lambda: office.messages("8400") == before + 1)
    assert not mark.exists()
