"""One call handed over 200 times, from an INVITE that allows four hops, by the controller and by the switch itself."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import msgspec
import pytest

from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Offer
from presence.connection import hot
from presence.nodes import heartbeat_of
from routing.company import CompanyDocument, Ring
from schemas.secrets import read_secret
from schemas.settings import redis_url
from store.documents import Documents, Saved
from tests.live.office import CALLER, SALES, Office, needs_freeswitch
from tests.sample import document

pytestmark = needs_freeswitch
HAND_OVERS = 200


@pytest.fixture
def busy(office: Office) -> Iterator[Phone]:
    """The one phone of a company whose sales number rings it 210 times in a row; always busy."""
    documents, settings = Documents(office.settings.database_url), office.settings
    if "patient" not in documents.companies():
        assert isinstance(documents.save(patient_company(), made_from=0, author="test"), Saved)
        documents.publish("patient", settings.snapshots, read_secret(settings.var, "device_key"))
    office.until(lambda: office.knows("1004a", "patient"))
    phone = office.registered("1004a", "patient")
    phone.script(Offer(refuse=486))
    office.until(lambda: office.agents("patient")["1004"] == "available")
    yield phone
    phone.close()


def patient_company() -> CompanyDocument:
    sample = document()
    account = msgspec.structs.replace(sample.account, id="patient", domain="patient.example")
    rings = tuple(Ring(members=("1004",), seconds=10) for _ in range(HAND_OVERS + 10))
    sales = msgspec.structs.replace(sample.handlings["sales"], open=rings)
    return msgspec.structs.replace(sample, account=account, handlings={**sample.handlings, "sales": sales})


@pytest.fixture
def outside(office: Office) -> Iterator[Phone]:
    phone = Phone(
        "trunk", proxy=("127.0.0.1", office.stack.ports["trunks"]), domain="patient.example",
        observe=office.seen.append,
    )  # fmt: skip
    yield phone
    phone.close()


def moves(office: Office) -> int:
    """How many steps of calls the controller has ended."""
    address = f"http://127.0.0.1:{office.stack.ports['controller']}/health/live"
    with urllib.request.urlopen(address, timeout=5) as answer:
        return int(answer.read().decode().partition("moves ")[2].split()[0])


def test_given_a_controller_then_it_hands_the_call_over_200_times(
    office: Office, busy: Phone, outside: Phone
) -> None:
    before = moves(office)
    call = outside.call(SALES, number=CALLER, max_forwards=4)
    office.until(lambda: office.times("1004a", "offered") > HAND_OVERS, 60.0)
    assert call in outside.dialogs
    assert moves(office) - before >= HAND_OVERS
    seconds = office.seen[-1].at - office.at("1004a", "offered")
    assert seconds / HAND_OVERS < 0.5  # far below the second after which the switch would do it
    outside.hang_up(call)
    office.until(lambda: not outside.dialogs)


def test_given_no_controller_then_the_switch_hands_the_call_over_200_times(
    office: Office, busy: Phone, outside: Phone
) -> None:
    with office.unattended():
        office.kill("controller")
        office.until(lambda: not followed(office))
        call = outside.call(SALES, number=CALLER, max_forwards=4)
        office.until(lambda: office.times("1004a", "offered") > HAND_OVERS, 60.0)
        assert call in outside.dialogs
        outside.hang_up(call)
        office.until(lambda: not outside.dialogs)


def followed(office: Office) -> bool:
    """Whether a controller's heartbeat still counts."""
    return heartbeat_of(hot(redis_url(office.settings)), office.settings.node)
