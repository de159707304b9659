"""Who may register, what the switch is told of him, and whose message light he has."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from lxml import etree

from dialplan_server import directory
from dialplan_server.answering import Answering
from dialplan_server.rendering import documents
from routing.company import Box, Device, Site
from routing.compiled import compile_company
from store.documents import compiled_snapshot
from store.secrets import a1_hash, device_password
from tests.dialplan_server.asking import answering, body, publish, settings_in, well_formed
from tests.sample import at, company, document

DOMAIN = "boreal.example"
PURPOSES = (
    "sip_auth",
    "user_call",
    "voicemail-lookup",
    "reverse-auth-lookup",
    "group_call",
    "event_socket_auth",
    "",
)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Answering:
    var = settings_in(tmp_path_factory.mktemp("var"))
    publish(var, document())
    return answering(var, at("2026-10-13 10:00"))


def ask(worker: Answering, user: str, *, domain: str = DOMAIN, action: str = "sip_auth") -> bytes:
    return worker.directory(body(section="directory", action=action, key="id", user=user, domain=domain))


def users(answer: bytes) -> list[etree._Element]:
    return list(well_formed(answer).iter("user"))


def told(answer: bytes, what: str) -> dict[str, str]:
    """The params or variables of the only user."""
    (user,) = users(answer)
    return {str(each.get("name")): str(each.get("value")) for each in user.iterfind(f"{what}s/{what}")}


def test_given_a_device_then_its_digest_and_never_its_password(worker: Answering) -> None:
    answer = ask(worker, "1001a")
    password = device_password("key", "boreal", "1001a", 1)
    assert told(answer, "param") == {
        "a1-hash": a1_hash("1001a", DOMAIN, password),
        "dial-string": "${sofia_contact(*/1001a@boreal.example)}", "mwi-account": "1001@boreal.example",
    }  # fmt: skip
    assert password.encode() not in answer


def test_given_a_device_then_all_that_its_calls_need(worker: Answering) -> None:
    found = told(ask(worker, "1001a"), "variable")
    kept = set(found.pop("attended_transfer_no_copy").split(","))
    assert {"effective_caller_id_number", "relais_call", "relais_device", "relais_leg", "relais_peer"} <= kept
    assert found == {
        "relais_company": "boreal", "relais_owner": "1001", "relais_device": "1001a", "user_context": "relais-phone",
        "effective_caller_id_name": "Claire Gagnon", "effective_caller_id_number": "1001",
        "emergency_caller_id_number": "+15145550100", "presence_id": "1001@boreal.example",
        "force_transfer_context": "relais-transfer",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["1001a", "1001", "8100", "1090", "1009a"])
def test_given_any_purpose_then_the_same_complete_user(worker: Answering, name: str) -> None:
    answers = {ask(worker, name, action=purpose) for purpose in PURPOSES}
    assert len(answers) == 1
    assert len(users(answers.pop())) == 1


@pytest.mark.parametrize("box", ["8100", "8110", "1001"])
def test_given_a_box_then_a_user_that_can_never_register(worker: Answering, box: str) -> None:
    params = told(ask(worker, box), "param")
    assert (params["sip-forbid-register"], params["allow-empty-password"], params["vm-enabled"]) == (
        "true",
        "false",
        "true",
    )
    assert {"password", "a1-hash"}.isdisjoint(params)
    assert len(params["vm-password"]) == 6
    assert ("dial-string" in params) == (box == "1001")


def test_given_a_box_with_an_address_then_messages_are_mailed_there() -> None:
    boxes = {**document().boxes, "8100": Box(name="Générale", email="accueil@boreal.example")}
    changed = msgspec.structs.replace(document(), boxes=boxes)
    snapshot = compiled_snapshot(changed, 1, "key")
    known = compile_company(changed, 1)
    answer = directory.answer(known, directory.user_lines(snapshot, known, "8100"))
    assert told(answer, "param")["vm-mailto"] == "accueil@boreal.example"


@pytest.mark.parametrize("name", ["1001z", "9999", "", "1001a%40", "../x", "8100 "])
def test_given_a_name_nobody_has_then_a_definitive_no(worker: Answering, name: str) -> None:
    answer = ask(worker, name)
    assert answer == documents.NOT_FOUND if not name else not users(answer)


def test_given_a_domain_nobody_has_then_a_definitive_no(worker: Answering) -> None:
    answer = ask(worker, "1001a", domain="evil.example")
    assert b'<domain name="evil.example">' in answer
    assert not users(answer)


def test_given_a_device_that_is_switched_off_then_it_is_nobody() -> None:
    claire = document().users["1001"]
    devices = {**claire.devices, "1001a": Device(enabled=False)}
    changed = msgspec.structs.replace(
        document(), users={**document().users, "1001": msgspec.structs.replace(claire, devices=devices)}
    )
    known = compile_company(changed, 1)
    assert directory.user_lines(compiled_snapshot(changed, 1, "key"), known, "1001a") == []


# --- the message light ----------------------------------------------------------------------------------


def test_given_every_device_of_a_user_then_its_light_is_his_boxs(worker: Answering) -> None:
    for device in document().users["1001"].devices:
        assert told(ask(worker, device), "param")["mwi-account"] == "1001@boreal.example"


def test_given_a_device_of_nobody_then_no_light(worker: Answering) -> None:
    assert "mwi-account" not in told(ask(worker, "1090"), "param")


def test_given_a_phone_that_asks_for_its_own_messages_then_its_users_box_is_counted(
    worker: Answering,
) -> None:
    (found,) = users(ask(worker, "1001a", action="message-count"))
    assert (found.get("id"), found.get("number-alias")) == ("1001", "1001a")
    (box,) = users(ask(worker, "1001", action="message-count"))
    assert (box.get("id"), box.get("number-alias")) == ("1001", None)


# --- emergency calls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "number"),
    [("1001a", "+15145550100"), ("1009a", "+33199000103"), ("1090", "+15145550100")],
)
def test_given_a_phone_of_a_site_then_rescuers_see_the_number_of_that_site(
    worker: Answering, device: str, number: str
) -> None:
    assert told(ask(worker, device), "variable")["emergency_caller_id_number"] == number


def test_given_no_number_at_all_then_the_extension() -> None:
    changed = msgspec.structs.replace(document(), numbers={}, sites={"MTL": Site(name="Montréal")})
    known = compile_company(changed, 1)
    answer = directory.answer(
        known, directory.user_lines(compiled_snapshot(changed, 1, "key"), known, "1001a")
    )
    assert told(answer, "variable")["emergency_caller_id_number"] == "1001"


# --- the mirror -----------------------------------------------------------------------------------------


def test_given_the_mirror_then_it_holds_the_same_users_as_the_answers(worker: Answering) -> None:
    mirror = well_formed(directory.mirror([(compiled_snapshot(document(), 1, "key"), company())]))
    found = {str(user.get("id")): etree.tostring(user) for user in mirror.iter("user")}
    assert {"1001a", "1001b", "1009a", "1090", "8100", "1001"} <= set(found)
    for name, user in found.items():
        (answered,) = users(ask(worker, name))
        assert etree.tostring(answered) == user


def test_given_two_companies_with_the_same_names_then_the_mirror_has_each_in_its_domain() -> None:
    account = msgspec.structs.replace(document().account, id="other", domain="other.example")
    other = msgspec.structs.replace(document(), account=account)
    pairs = [(compiled_snapshot(each, 1, "key"), compile_company(each, 1)) for each in (document(), other)]
    domains = {str(each.get("name")): each for each in well_formed(directory.mirror(pairs)).iter("domain")}
    assert set(domains) == {"boreal.example", "other.example"}
    digests = {
        name: domain.find(".//user[@id='1001a']//param").get("value") for name, domain in domains.items()
    }  # type: ignore[union-attr]
    assert len(set(digests.values())) == 2


def test_given_nobody_then_an_empty_mirror(tmp_path: Path) -> None:
    well_formed(directory.mirror([]))


@pytest.mark.parametrize("domain", ["X-PRE-PROCESS", "a.x-pre-process.example"])
def test_given_a_domain_that_the_preprocessor_would_drop_then_it_is_refused_like_any_other_that_is_none(
    worker: Answering, domain: str
) -> None:
    mishaps = worker.metrics.answers.labels("directory", "failsafe")
    before = mishaps._value.get()
    assert ask(worker, "1001a", domain=domain) == documents.NOT_FOUND
    assert mishaps._value.get() == before


def test_given_somebody_who_rings_a_user_by_his_extension_then_a_horn_of_his_stays_silent() -> None:
    claire = document().users["1001"]
    devices = {**claire.devices, "1001h": Device(kind="paging"), "1001d": Device(enabled=False)}
    users = {**document().users, "1001": msgspec.structs.replace(claire, devices=devices)}
    changed = msgspec.structs.replace(document(), users=users)
    lines = "\n".join(
        directory.user_lines(compiled_snapshot(changed, 1, "key"), compile_company(changed, 1), "1001")
    )
    assert "1001a@" in lines
    assert "1001h@" not in lines
    assert "1001d@" not in lines
