"""Two companies on one switch with the same extensions: nothing of one is ever the other's."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialplan_server.answering import Answering
from presence.gathering import NOTHING, Gathered
from routing.compiled import Company
from schemas.company import load_company
from tests.dialplan_server.asking import (
    answering,
    applications,
    body,
    call,
    data_of,
    hand_over,
    legs_of,
    publish,
    settings_in,
    variables_of,
    well_formed,
)
from tests.sample import BOREAL, at, document

OPEN = at("2026-10-13 13:00")  # 10:00 in Vancouver
PHONES = {
    "boreal": {"1001a@boreal.example"},
    "zephyr": {"1001a@zephyr.example", "1001b@zephyr.example"},
}  # fmt: skip
NUMBERS = {"boreal": "+15145550110", "zephyr": "+16045550101"}


class Desk:
    """One worker that serves both, and what it asked of presence."""

    def __init__(self, folder: Path) -> None:
        settings = settings_in(folder)
        zephyr = load_company(BOREAL.with_name("second.yaml"))
        assert not isinstance(zephyr, list), zephyr
        assert set(zephyr.users) < set(document().users)
        assert zephyr.users["1001"].devices.keys() & document().users["1001"].devices.keys()
        for each in (document(), zephyr):
            publish(settings, each)
        self.asked: list[tuple[str, frozenset[str]]] = []
        self.worker: Answering = answering(settings, OPEN, self._gather)

    def _gather(self, company: Company, agents: frozenset[str], *_: object) -> Gathered:
        self.asked.append((company.document.account.id, agents))
        return NOTHING


def phones(answer: bytes) -> set[str]:
    """Which devices ring, as `device@domain`."""
    return {dialled.removeprefix("${sofia_contact(*/").removesuffix(")}") for dialled in legs_of(answer)}


def phone_of(ident: str) -> dict[str, str]:
    """What the switch sends of a phone of 1000 that gave its password."""
    return {
        "variable_relais_company": ident, "variable_relais_owner": "1000", "variable_sip_authorized": "true",
        "variable_domain_name": f"{ident}.example",
    }  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("two"))


@pytest.mark.parametrize("ident", PHONES)
def test_given_a_number_of_each_then_the_phones_of_its_own_1001_and_its_own_agents_are_asked_for(
    desk: Desk, ident: str
) -> None:
    desk.asked.clear()
    answer = desk.worker.dialplan(call(NUMBERS[ident]))
    assert phones(answer) == PHONES[ident]
    assert variables_of(answer)["relais_company"] == ident
    assert {asked for asked, _ in desk.asked} == {ident}


@pytest.mark.parametrize("ident", PHONES)
def test_given_a_phone_of_each_that_dials_1001_then_its_own_colleague_rings(desk: Desk, ident: str) -> None:
    answer = desk.worker.dialplan(call("1001", "relais-phone", **phone_of(ident)))
    assert phones(answer) == PHONES[ident]
    assert {leg["relais_company"] for leg in legs_of(answer).values()} == {ident}


def test_given_an_extension_that_only_the_other_has_then_it_is_not_found(desk: Desk) -> None:
    assert legs_of(desk.worker.dialplan(call("1004", "relais-phone", **phone_of("boreal"))))
    answer = desk.worker.dialplan(call("1004", "relais-phone", **phone_of("zephyr")))
    assert "bridge" not in dict(applications(answer))
    assert b"boreal" not in answer


@pytest.mark.parametrize("ident", PHONES)
def test_given_a_call_that_nobody_answered_then_the_message_goes_to_the_box_of_its_own_company(
    desk: Desk, ident: str
) -> None:
    # Nothing was pressed in the menu of his box.
    answer = desk.worker.dialplan(hand_over("u.1001.o.n0m0", company=ident, entry="extension.1001"))
    assert data_of(answer, "voicemail") == f"relais {ident}.example 1001"


def test_given_the_same_device_in_both_then_each_domain_has_its_own_digest(desk: Desk) -> None:
    found = {}
    for ident in PHONES:
        asked = body(
            section="directory", action="sip_auth", key="id", user="1001a", domain=f"{ident}.example"
        )
        (user,) = well_formed(desk.worker.directory(asked)).iter("user")
        told = {str(each.get("name")): str(each.get("value")) for each in user.iter("param", "variable")}
        assert (told["relais_company"], told["mwi-account"]) == (ident, f"1001@{ident}.example")
        found[ident] = told["a1-hash"]
    assert found["boreal"] != found["zephyr"]


@pytest.mark.parametrize("user", ["1004a", "8100", "1002"])
def test_given_a_user_of_one_then_the_domain_of_the_other_does_not_know_him(desk: Desk, user: str) -> None:
    asked = body(section="directory", action="sip_auth", key="id", user=user, domain="zephyr.example")
    assert list(well_formed(desk.worker.directory(asked)).iter("user")) == []
