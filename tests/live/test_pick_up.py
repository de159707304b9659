"""Two colleagues who pick up the same ringing call in the same moment, on a real FreeSWITCH: one of them has it, and keeps it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Offer
from schemas.secrets import read_secret
from store.secrets import device_password
from tests.live.office import Office, needs_freeswitch
from tests.live.test_recording import asked

pytestmark = needs_freeswitch


def password(office: Office, name: str) -> str:
    return device_password(read_secret(office.stack.root, "device_key"), "boreal", name, 1)


@pytest.fixture
def emma(office: Office) -> Iterator[Phone]:
    """Her phone, for this test alone: she is of a team that others call."""
    phone = office.phone("1005a")
    yield phone
    for call in list(phone.dialogs):
        phone.hang_up(call)
    office.until(lambda: not phone.dialogs)
    assert phone.register(password(office, "1005a"), 0) == 200
    office.becomes("offline", "1005")
    office.phones.pop("1005a").close()


def dials(office: Office, name: str, to: str) -> None:
    """A phone of the company calls."""
    office.phones[name].call(to, password=password(office, name))


def talks(phone: Phone) -> bool:
    return any(dialog.state == "up" for dialog in phone.dialogs.values())


def test_given_two_who_pick_up_at_once_then_one_talks_to_the_caller_and_the_other_is_told_there_is_nothing(
    office: Office, emma: Phone
) -> None:
    hugo, caller = office.phones["1006a"], office.phones["1001a"]
    office.becomes("available", "1005", "1006", seconds=30.0)
    office.phones["1004a"].script(Offer())
    dials(office, "1001a", "1004")
    office.until(lambda: any("1004a" in call["ringing"] for call in asked(office, "calls")["calls"]))
    for name in ("1005a", "1006a"):
        dials(office, name, "*97")
    office.until(lambda: talks(emma) + talks(hugo) == 1 and len(emma.dialogs) + len(hugo.dialogs) == 1)
    assert talks(caller)
    office.until(lambda: not office.phones["1004a"].dialogs)
    (winner,) = (phone for phone in (emma, hugo) if talks(phone))
    extension = winner.name.removesuffix("a")
    office.until(
        lambda: {each for each, state in office.agents().items() if state == "on_call"} == {"1001", extension}
    )
    assert talks(winner)
    assert talks(caller)
    assert office.times("1005a", "answered") + office.times("1006a", "answered") == 1
