"""Every dialplan worker is dead, on a real FreeSWITCH: what the fail-safe file and the directory's mirror do with each
kind of call. What becomes of calls under way is test_dialplan_killed's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from console.run import switch_socket
from console.scenarios.sip_script import Offer
from routing.ended_call import EndedCall
from schemas.secrets import read_secret
from store.call_records import CallRecords, Wanted
from store.secrets import device_password
from tests.live.office import CALLER, CLAIRE, Office, installation, needs_freeswitch

pytestmark = needs_freeswitch


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An installation of its own, whose workers are dead before the first phone registers: the mirror knows the digests."""
    with installation(tmp_path_factory.mktemp("failsafe")) as stack:
        office = Office(stack)
        with office.unattended():
            office.kill("dialplan")
            for name in ("1001a", "1001b", "1004a", "1009a"):
                office.phone(name)
            yield office
        office.close()


@pytest.fixture
def office(dead: Office) -> Iterator[Office]:
    yield dead
    dead.quiet()


def dial(office: Office, device: str, number: str) -> str:
    """A call by one of our phones, with its digest."""
    key = read_secret(office.stack.root, "device_key")
    return office.phones[device].call(number, password=device_password(key, "boreal", device, 1))


def of_caller(kept: CallRecords, number: str) -> list[EndedCall]:
    return [record for record in kept.list(Wanted(company="boreal")) if record.caller == number]


def from_of(office: Office, phone: str) -> str:
    return unquote(next(o.detail for o in office.seen if o.phone == phone and o.what == "offered"))


def test_given_a_number_then_the_phones_of_its_user_ring_together(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.5))
    office.phones["1001b"].script(Offer())
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    office.until(lambda: office.saw("1001b", "cancelled"))
    assert office.saw("trunk", "answered")


def test_given_such_a_call_then_its_record_names_who_answered_and_every_phone_that_rang(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.5))
    office.phones["1001b"].script(Offer())
    number = "+14505550198"
    call = office.outside.call(CLAIRE, number=number)
    office.until(lambda: office.saw("1001a", "answered"))
    office.until(lambda: office.saw("1001b", "cancelled"))
    office.outside.hang_up(call)
    kept = CallRecords(office.settings.database_url)
    office.until(lambda: of_caller(kept, number))
    (record,) = of_caller(kept, number)
    assert (record.rule, record.disposition, record.answered_by) == ("failsafe", "answered", "1001a")
    assert record.began < record.answered_at < record.ended
    assert {(leg.leg, leg.owner, leg.answered > 0) for leg in record.legs} == {
        ("1001a", "1001", True), ("1001b", "1001", False),
    }  # fmt: skip


def test_given_nobody_answers_then_the_message_is_kept_in_the_users_box(office: Office) -> None:
    for name in ("1001a", "1001b"):
        office.phones[name].script(Offer(refuse=480))
    call = office.outside.call(CLAIRE, number=CALLER)
    box = office.stack.root / "fs" / "voicemail" / "boreal.example" / "1001"
    office.until(lambda: any(box.glob("msg_*.wav")), 25.0)
    office.outside.hang_up(call)


def test_given_an_extension_dialled_by_a_phone_then_that_phone_rings(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.2))
    dial(office, "1004a", "1001")
    office.until(lambda: office.saw("1001a", "answered"))
    assert "<sip:1004@" in from_of(office, "1001a")
    office.until(lambda: office.saw("1004a", "answered"))


@pytest.mark.parametrize(
    ("device", "number", "shown"),
    [
        ("1004a", "911", "+15145550100"),
        ("1004a", "112", "+15145550100"),
        ("1009a", "15", "+33199000103"),
        ("1009a", "112", "+33199000103"),
    ],
)
def test_given_an_emergency_number_then_it_reaches_the_trunk_with_the_number_of_the_site(
    office: Office, device: str, number: str, shown: str
) -> None:
    office.outside.script(Offer(answer_after=0.2), number=number)
    dial(office, device, number)
    office.until(lambda: office.saw(number, "offered"))
    assert f"<sip:{shown}@" in from_of(office, number)
    office.until(lambda: office.saw(device, "answered"))


def test_given_an_emergency_number_dialled_from_outside_then_a_sentence_and_nothing_leaves(
    office: Office,
) -> None:
    office.outside.call("911", number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    office.until(lambda: office.saw("trunk", "ended"), 30.0)
    assert not office.saw("911", "offered")


def test_given_a_number_we_do_not_have_then_a_sentence(office: Office) -> None:
    dial(office, "1004a", "+15145559999")
    office.until(lambda: office.saw("1004a", "answered"))
    office.until(lambda: office.saw("1004a", "ended"), 30.0)
    assert not office.saw("+15145559999", "offered")


def joined_leg(office: Office, device: str) -> str:
    """The channel of a phone that talks to somebody, empty before: the switch lists a channel only a moment after it began."""
    listed = json.loads(switch_socket.ask(office.settings, "api show channels as json", 5.0))
    for row in listed.get("rows", []):
        other = switch_socket.ask(office.settings, f"api uuid_getvar {row['uuid']} bridge_uuid", 5.0)
        if device in row["name"] and other.strip() not in ("", "_undef_"):
            return str(row["uuid"])
    return ""


def test_given_a_transfer_by_somebody_then_the_extension_rings(office: Office) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.2))
    office.phones["1004a"].script(Offer(answer_after=0.2))
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    office.until(lambda: joined_leg(office, "1001a"))
    leg = joined_leg(office, "1001a")
    file = office.stack.root / "fs" / "failsafe.xml"
    moved = f"api uuid_transfer {leg} -bleg 1004 XML,XML:{file} relais-transfer"
    assert switch_socket.ask(office.settings, moved, 5.0).startswith("+OK")
    office.until(lambda: office.saw("1004a", "offered"))
