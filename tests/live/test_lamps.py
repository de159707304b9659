"""Lamps on a real FreeSWITCH, as the NOTIFY on the wire has them: a person's, what he declared, a queue's, a shared line's, a parked
call's; lit and dark again, and right after the controller was killed.

Claire's phone looks (1001a). Omar is 1004, Lina 1007; Soutien is the queue 7000, the shared line 7300.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Offer
from schemas.secrets import read_secret
from store.secrets import device_password
from tests.live.office import Office, installation, needs_freeswitch

pytestmark = needs_freeswitch
DARK, BLINKS, LIT = "terminated", "early", "confirmed"
LINE = {"shared_lines": {"L-ACC": {"extension": "7300", "members": ["1004", "1007"], "seconds": 60}}}


class Wall(Office):
    """An office whose phone 1001a has lamps."""

    def looks_at(self, lamp: str, package: str = "dialog") -> None:
        """It subscribes to a lamp."""
        key = read_secret(self.stack.root, "device_key")
        assert (
            self.phones["1001a"].subscribe(lamp, package, device_password(key, "boreal", "1001a", 1)) == 202
        )

    def shows(self, lamp: str, state: str, seconds: float = 10.0) -> None:
        """Wait until the newest NOTIFY about it says so."""
        self.until(lambda: self._newest(lamp) == state, seconds)

    def _newest(self, lamp: str) -> str:
        about = [
            o.detail
            for o in self.seen
            if o.what == "notified" and f'entity="sip:{lamp}@boreal.example"' in o.detail
        ]
        if not about:
            return ""
        states = [s for s in (DARK, BLINKS, LIT) if f"<state>{s}<" in about[-1]]
        return states[0] if states else DARK


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """An installation of its own, with a shared line."""
    with installation(tmp_path_factory.mktemp("lamps")) as stack:
        office = Wall(stack, "1001a", "1004a", "1007a")
        office.saves(LINE)
        yield office
        office.close()


@pytest.fixture(autouse=True)
def _quiet(office: Wall) -> Iterator[None]:
    """Nobody talks when a test begins; phones only ring."""
    office.becomes("available", "1001", "1004", "1007", seconds=30.0)  # who still talks is not rung
    for phone in office.phones.values():
        phone.script(Offer())
    yield
    for phone in (office.outside, *office.phones.values()):
        for call in list(phone.dialogs):
            phone.hang_up(call)


def password(office: Wall, phone: str) -> str:
    return device_password(read_secret(office.stack.root, "device_key"), "boreal", phone, 1)


def talks(phone: Phone) -> bool:
    return any(dialog.state == "up" for dialog in phone.dialogs.values())


def test_a_person_who_rings_and_talks(office: Wall) -> None:
    office.looks_at("1004")
    office.shows("1004", DARK)
    office.phones["1004a"].script(Offer(answer_after=2))
    call = office.phones["1007a"].call("1004", password=password(office, "1007a"))
    office.shows("1004", BLINKS)
    office.shows("1004", LIT)
    office.phones["1007a"].hang_up(call)
    office.shows("1004", DARK)


def test_a_key_for_do_not_disturb_shows_what_he_declared_and_changes_it(office: Wall) -> None:
    office.looks_at("*781004")
    office.shows("*781004", DARK)
    for state in (LIT, DARK):
        office.phones["1004a"].call("*781004", password=password(office, "1004a"))
        office.shows("*781004", state)
        office.until(lambda: not office.phones["1004a"].dialogs, 20.0)


def test_a_shared_line_blinks_while_it_rings_and_is_lit_while_it_is_in_use(office: Wall) -> None:
    office.looks_at("7300")
    office.shows("7300", DARK)
    office.phones["1004a"].script(Offer(answer_after=3))
    call = office.phones["1001a"].call("7300", password=password(office, "1001a"))
    office.shows("7300", BLINKS)
    office.until(lambda: office.saw("1007a", "offered"))
    office.shows("7300", LIT)
    office.kill("controller")
    office.phones["1001a"].hang_up(call)
    office.shows("7300", DARK, 30.0)


def test_a_queue_is_lit_while_callers_wait(office: Wall) -> None:
    office.looks_at("7000")
    office.shows("7000", DARK)
    call = office.phones["1007a"].call("7000", password=password(office, "1007a"))
    office.shows("7000", LIT)
    office.looks_at("7000")
    office.shows("7000", LIT)
    office.phones["1007a"].hang_up(call)
    office.shows("7000", DARK, 30.0)


def test_a_place_to_park_is_lit_while_somebody_waits_there(office: Wall) -> None:
    office.looks_at("*881004")
    office.shows("*881004", DARK)
    office.phones["1004a"].script(Offer(answer_after=0))
    call = office.phones["1007a"].call("1004", password=password(office, "1007a"))
    office.until(lambda: all(talks(office.phones[name]) for name in ("1004a", "1007a")))
    assert office.phones["1004a"].transfer("*68") == 202
    office.shows("*881004", LIT)
    office.phones["1007a"].hang_up(call)
    office.shows("*881004", DARK)


def test_a_switch_that_was_killed_leaves_no_lamp_lit(office: Wall) -> None:
    office.looks_at("7300")
    office.phones["1004a"].script(Offer(answer_after=0))
    office.phones["1007a"].call("7300", password=password(office, "1007a"))
    office.shows("7300", LIT)
    office.kill("switch")
    office.shows("7300", DARK, 40.0)


def test_the_night_switch_is_lit_while_a_number_is_closed_by_hand(office: Wall) -> None:
    office.looks_at("*280100")
    office.shows("*280100", DARK)
    office.saves({"handlings": {"main": {"forced": "closed"}}})
    office.shows("*280100", LIT)
    office.saves({"handlings": {"main": {"forced": ""}}})
    office.shows("*280100", DARK)
