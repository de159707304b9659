"""The message light of a user's phones on a real FreeSWITCH: a message is left, listened to, deleted.

Claire's phones are 1001a and 1001b; her box is 1001. A registered phone is told without asking; one that asks for the
messages of its own name, or of the box, is told in its subscription too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.scenarios.sip_script import Offer
from schemas.secrets import read_secret
from store.secrets import box_pin, device_password
from tests.live.office import CALLER, CLAIRE, Office, installation, needs_freeswitch

pytestmark = needs_freeswitch
WAITING, NONE = "Messages-Waiting: yes", "Messages-Waiting: no"
TWO_SECONDS = 2 * 8000 * 2
"""Bytes of the shortest message that is kept (min-record-len)."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An installation of its own: boxes begin empty, and phones keep what they were told."""
    with installation(tmp_path_factory.mktemp("light")) as stack:
        office = Office(stack, "1001a", "1001b", "1004a")
        yield office
        office.close()


def told(office: Office, phone: str) -> list[str]:
    """What a phone was notified of, the oldest first."""
    return [o.detail for o in office.seen if o.phone == phone and o.what == "notified"]


def light(office: Office, phone: str, what: str, seconds: float = 15.0) -> str:
    """The last thing a phone was told, once it is `what`."""
    office.until(lambda: bool(told(office, phone)) and what in told(office, phone)[-1], seconds)
    return told(office, phone)[-1]


def declined(office: Office) -> str:
    """A call to Claire, who declines; the caller hears her menu."""
    office.seen[:] = [o for o in office.seen if o.what == "notified"]
    for name in ("1001a", "1001b"):
        office.phones[name].script(Offer(refuse=603))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    return call


def leave_message(office: Office) -> None:
    call = declined(office)
    office.outside.press(call, "1")
    folder = office.stack.root / "fs" / "voicemail" / "boreal.example" / "1001"
    office.until(lambda: any(f.stat().st_size > TWO_SECONDS for f in folder.glob("msg_*.wav")), 40.0)
    office.outside.hang_up(call)


def test_given_a_phone_that_registers_then_it_is_told_of_its_users_box(office: Office) -> None:
    for name, box in (("1001a", "1001"), ("1001b", "1001"), ("1004a", "1004")):
        assert f"sip:{box}@boreal.example" in light(office, name, NONE)


def test_given_a_message_then_every_phone_of_the_user_is_told_until_it_is_listened_to(office: Office) -> None:
    leave_message(office)
    for name in ("1001a", "1001b"):
        assert "Voice-Message: 1/0" in light(office, name, WAITING)
    light(office, "1004a", NONE)  # nothing for him

    # A phone that asks for the messages of its own name is told of the same box, in its subscription.
    key = read_secret(office.stack.root, "device_key")
    phone, before = office.phones["1001b"], len(told(office, "1001b"))
    assert phone.subscribe("1001b", "message-summary", device_password(key, "boreal", "1001b", 1)) == 202
    office.until(lambda: len(told(office, "1001b")) > before)
    assert [WAITING in each for each in told(office, "1001b")[before:]] == [True]

    call = declined(office)
    office.outside.press(call, "*")
    office.until(lambda: office.played("vm-password"))
    office.outside.press(call, f"{box_pin(key, 'boreal', '1001')}#")
    office.until(lambda: office.played("/msg_"), 30.0)
    office.until(lambda: "/msg_" not in office.heard[-1][1], 30.0)
    office.outside.press(call, "7")
    for name in ("1001a", "1001b"):
        light(office, name, NONE, 30.0)
    office.outside.hang_up(call)
