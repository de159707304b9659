"""Trunks on a real FreeSWITCH: what each carrier sees on the wire, whom it believes, what its network says, and one that is gone."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from console.scenarios import sip_messages as sip
from console.scenarios.gateway_file import gateway_file
from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Observation, Offer
from console.scenarios.stack import Stack, free_ports
from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from schemas.secrets import read_secret
from schemas.settings import from_environ
from store.documents import Documents, Saved
from store.secrets import device_password
from tests.live.office import Office, installation, needs_freeswitch

pytestmark = needs_freeswitch
CUSTOMER = "+14505550166"
_ORDER = ("T-PAI", "T-RPID", "T-FROM", "T-HIDDEN")
TRUNKS: dict[str, dict[str, Any]] = {
    "T-GONE": {"gateway": "gone", "rank": 1},
    "T-PAI": {"gateway": "pai", "rank": 2},
    "T-RPID": {"gateway": "rpid", "rank": 3, "identity": "remote_party", "format": "digits", "shown_format": "digits"},
    "T-FROM": {"gateway": "from", "rank": 4, "identity": "from", "format": "international", "prefix": "88"},
    "T-HIDDEN": {"gateway": "hidden", "rank": 5, "withheld": True},
}  # fmt: skip
FORWARDED = {"1002": {"schedule": {"enabled": False}}}
"""Marc's own forward to his mobile is in force."""
MARC, HIS_MOBILE = "+15145550111", "+14385550122"


class Carriers:
    """One peer for each trunk, and the INVITEs that each got."""

    def __init__(self, stack: Stack) -> None:
        self.seen: list[Observation] = []
        self.invites: list[tuple[str, sip.Message]] = []
        self.peers = {name: self._peer(stack, name) for name in _ORDER}

    def _peer(self, stack: Stack, name: str) -> Phone:
        def observe(seen: Observation) -> None:
            self.seen.append(seen)
            dialog = self.peers[name].dialogs.get(seen.call_id)
            if seen.what == "offered" and dialog is not None and dialog.invite is not None:
                self.invites.append((name, dialog.invite))

        return Phone(name, proxy=("127.0.0.1", stack.ports["trunks"]), domain="127.0.0.1", observe=observe)

    def answer_at(self, name: str, offer: Offer) -> None:
        """Every carrier before this one refuses with 503."""
        for peer in self.peers:
            self.peers[peer].script(offer if peer == name else Offer(refuse=503))

    def close(self) -> None:
        for peer in self.peers.values():
            peer.close()


class Place(Office):
    """The sample company with these trunks."""

    carriers: Carriers


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    stack = installation(tmp_path_factory.mktemp("trunks"))
    carriers = Carriers(stack)
    folder = stack.root / "gateways"
    folder.mkdir(parents=True)
    ports = {TRUNKS[name]["gateway"]: peer.port for name, peer in carriers.peers.items()}
    for name, port in {**ports, "gone": free_ports(1)[0]}.items():
        (folder / f"{name}.xml").write_text(gateway_file(name, port, register=name == "gone"))
    with stack:
        _publish(stack)
        place = Place(stack, "1004a")
        place.carriers = carriers
        yield place
        place.close()
        carriers.close()


def _publish(stack: Stack) -> None:
    settings = from_environ(stack.environment)
    documents = Documents(settings.database_url)
    newest = documents.load("boreal")
    assert newest is not None
    document = load_company(merged(plain_company(newest[1]), {"trunks": TRUNKS, "users": FORWARDED}))
    assert isinstance(document, CompanyDocument), document
    assert isinstance(documents.save(document, made_from=newest[0], author="test", note="trunks"), Saved)
    documents.publish("boreal", settings.snapshots, read_secret(settings.var, "device_key"))
    stack.wait_published()


@pytest.fixture
def carriers(place: Place) -> Iterator[Carriers]:
    place.becomes("available", "1004", seconds=30.0)
    yield place.carriers
    for phone in (*place.phones.values(), *place.carriers.peers.values()):
        for call in list(phone.dialogs):
            phone.hang_up(call)
        phone.claims.clear()
    place.until(lambda: not place.phones["1004a"].dialogs)
    place.seen.clear()
    place.carriers.seen.clear()
    place.carriers.invites.clear()


def dial(place: Place, to: str = CUSTOMER) -> str:
    password = device_password(read_secret(place.stack.root, "device_key"), "boreal", "1004a", 1)
    return place.phones["1004a"].call(to, password=password)


def wire(invite: sip.Message) -> dict[str, str]:
    """What a carrier reads, the users of its addresses alone."""
    names = ("from", "p-asserted-identity", "p-preferred-identity", "remote-party-id", "privacy")
    users = {
        name: invite.get(name).partition("sip:")[2].partition("@")[0].replace("%2B", "+")
        for name in names[:4]
    }
    return {
        "to": invite.uri.removeprefix("sip:").partition("@")[0],
        **users,
        "privacy": invite.get("privacy"),
    }


MAIN = "+15145550100"


@pytest.mark.parametrize(
    ("trunk", "expected"),
    [
        ("T-PAI", {"to": CUSTOMER, "from": MAIN, "p-asserted-identity": MAIN, "privacy": "none"}),
        ("T-RPID", {"to": CUSTOMER[1:], "from": MAIN[1:], "remote-party-id": MAIN[1:]}),
        ("T-FROM", {"to": f"88011{CUSTOMER[1:]}", "from": MAIN}),
        ("T-HIDDEN", {"to": CUSTOMER, "from": "anonymous", "p-asserted-identity": MAIN, "privacy": "id"}),
    ],
)  # fmt: skip
def test_given_a_trunk_then_its_carrier_reads_our_number_where_it_wants_it_and_nothing_a_phone_claims(
    place: Place, carriers: Carriers, trunk: str, expected: dict[str, str]
) -> None:
    carriers.answer_at(trunk, Offer(answer_after=0.2))
    place.phones["1004a"].claims = [
        ("p-asserted-identity", '"Evil" <sip:+19005551234@evil.example>'),
        ("remote-party-id", "<sip:+19005551234@evil.example>;party=calling;screen=yes"),
        ("privacy", "none"), ("x-evil", "yes"), ("p-charge-info", "<sip:evil@evil.example>"),
    ]  # fmt: skip
    dial(place)
    place.until(lambda: any(seen.what == "answered" for seen in carriers.seen))
    assert [name for name, _ in carriers.invites] == list(_ORDER[: _ORDER.index(trunk) + 1])
    invite = carriers.invites[-1][1]
    assert {name: value for name, value in wire(invite).items() if value} == expected
    assert "evil" not in invite.encode().decode().lower()


def test_given_an_emergency_call_then_a_trunk_that_withholds_numbers_shows_it(
    place: Place, carriers: Carriers
) -> None:
    carriers.answer_at("T-HIDDEN", Offer(answer_after=0.2))
    dial(place, "911")
    place.until(lambda: any(seen.what == "answered" for seen in carriers.seen))
    name, invite = carriers.invites[-1]
    assert name == "T-HIDDEN"
    found = wire(invite)
    assert (found["to"], found["from"], found["p-asserted-identity"]) == ("911", MAIN, MAIN)
    assert "id" not in found["privacy"].split(";")


def test_given_a_forward_then_its_carrier_reads_our_number_and_nothing_of_whoever_called(
    place: Place, carriers: Carriers
) -> None:
    carriers.answer_at("T-PAI", Offer())
    caller = carriers.peers["T-RPID"]
    caller.claims = [
        ("p-asserted-identity", '"Evil" <sip:+19005551234@evil.example>'), ("x-evil", "yes"),
        ("diversion", "<sip:+19005551234@evil.example>;reason=unconditional"),
    ]  # fmt: skip
    caller.call(MARC, number="+14505550199", contact="gw+rpid")
    place.until(lambda: carriers.invites)
    name, invite = carriers.invites[0]
    assert name == "T-PAI"
    assert {key: value for key, value in wire(invite).items() if value} == {
        "to": HIS_MOBILE, "from": MAIN, "p-asserted-identity": MAIN, "privacy": "none",
    }  # fmt: skip
    assert "evil" not in invite.encode().decode().lower()


def test_given_an_announcement_of_the_network_then_the_caller_hears_it_before_any_answer(
    place: Place, carriers: Carriers
) -> None:
    carriers.answer_at("T-PAI", Offer(early_media=True))
    call = dial(place)
    place.until(lambda: any(seen.what == "offered" for seen in carriers.seen))
    (theirs,) = carriers.peers["T-PAI"].dialogs.values()
    ours = place.phones["1004a"].dialogs[call]
    theirs.media.hum = 440.0
    ours.media.listen()
    place.until(lambda: ours.media.hears(440.0))
    assert ours.state == "early"


def test_given_a_network_that_speaks_and_then_fails_then_the_next_carrier_is_tried(
    place: Place, carriers: Carriers
) -> None:
    carriers.answer_at("T-RPID", Offer(answer_after=0.2))
    carriers.peers["T-PAI"].script(Offer(early_media=True, refuse=503, refuse_after=1.0))
    dial(place)
    place.until(lambda: any(seen.what == "answered" for seen in carriers.seen))
    assert [name for name, _ in carriers.invites] == ["T-PAI", "T-RPID"]


def rows(place: Place, column: str) -> dict[str, Any]:
    """What the API says of each trunk."""
    address = f"http://127.0.0.1:{place.stack.ports['console']}/api/v1/companies/boreal/trunks"
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {place.token}"})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return {row["id"]: row[column] for row in json.load(answer)["trunks"]}


def test_given_a_call_by_a_gateways_registration_then_it_takes_a_channel_of_its_trunk_until_it_is_over(
    place: Place, carriers: Carriers
) -> None:
    carrier = carriers.peers["T-RPID"]
    call = carrier.call("+15145550110", number=CUSTOMER, contact="gw+rpid")
    place.until(lambda: rows(place, "in_use")["T-RPID"] == 1)
    carrier.hang_up(call)
    place.until(lambda: rows(place, "in_use") == dict.fromkeys(TRUNKS, 0))


def test_given_a_gateway_that_cannot_register_then_it_is_known_to_be_down(place: Place) -> None:
    place.until(lambda: rows(place, "up") == {"T-GONE": False, **dict.fromkeys(_ORDER, True)}, 20.0)
