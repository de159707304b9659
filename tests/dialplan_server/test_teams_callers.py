"""Calls of phones in Microsoft Teams (P25): believed from the trunk that leads there, and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dialplan_server.answering import Answering
from dialplan_server.failsafe import document as failsafe_document
from routing.company import CompanyDocument
from routing.compiled import compile_company
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.dialplan_server.asking import (
    answering,
    applications,
    call,
    hand_over,
    legs_of,
    publish,
    settings_in,
    variables_of,
    well_formed,
)
from tests.sample import at, document

EMMA, MICROSOFT = "+15145550175", "52.114.75.24"
TEAMS = {
    "trunks": {
        "T-OUT": {"gateway": "out"},
        "T-TEAMS": {"gateway": "teams", "leads_to": "teams", "sources": ["52.112.0.0/14"], "host": "sbc.boreal.example"},
    },
    "users": {"1005": {"devices": {"1005t": {"kind": "teams", "number": EMMA}}}},
}  # fmt: skip


def company() -> CompanyDocument:
    loaded = load_company(merged(plain_company(document()), TEAMS))
    assert isinstance(loaded, CompanyDocument), loaded
    return loaded


def neighbour() -> CompanyDocument:
    """Another company, with Teams by the same addresses of Microsoft, and a user who gave himself Emma's number there."""
    ours = company()
    account = msgspec.structs.replace(ours.account, id="other", domain="other.example")
    trunk = msgspec.structs.replace(ours.trunks["T-TEAMS"], host="sbc.other.example")
    return msgspec.structs.replace(
        ours, account=account, trunks={**ours.trunks, "T-TEAMS": trunk}, numbers={}
    )


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Answering:
    settings = settings_in(tmp_path_factory.mktemp("var"))
    publish(settings, company())
    publish(settings, neighbour())
    return answering(settings, at("2026-10-13 10:00"))


def from_teams(
    worker: Answering, dialled: str, address: str = MICROSOFT, host: str = "sbc.boreal.example", caller: str = EMMA
) -> bytes:  # fmt: skip
    return worker.dialplan(
        call(
            dialled, Hunt__Caller__ID__Number=caller, Hunt__Network__Addr=address, variable_sip_req_host=host
        )
    )


def test_given_emma_calls_from_teams_then_it_is_her_phone_that_calls_with_her_extension(
    worker: Answering,
) -> None:
    answer = from_teams(worker, "1004")
    said = variables_of(answer)
    assert {name: said[name] for name in ("relais_owner", "relais_device", "relais_trunk", "presence_id")} == {
        "relais_owner": "1005", "relais_device": "1005t", "relais_trunk": "T-TEAMS",
        "presence_id": "1005@boreal.example",
    }  # fmt: skip
    assert said["effective_caller_id_number"] == "1005"
    assert set(legs_of(answer)) == {"${sofia_contact(*/1004a@boreal.example)}"}


def test_given_she_calls_outside_then_it_leaves_by_a_trunk_to_the_outside_with_her_number(
    worker: Answering,
) -> None:
    ((dialled, leg),) = legs_of(from_teams(worker, "+14505550166")).items()
    assert (dialled, leg["origination_caller_id_number"]) == (
        "sofia/gateway/out/+14505550166",
        "+15145550102",
    )


def test_given_her_call_comes_back_from_a_step_then_it_is_still_hers(worker: Answering) -> None:
    back = hand_over("u.1004.o.r0", entry="extension.1004", owner="1005", device="1005t", outcome="no_answer")
    assert variables_of(worker.dialplan(back))["relais_owner"] == "1005"


@pytest.mark.parametrize(
    ("address", "host", "caller"),
    [
        ("203.0.113.9", "sbc.boreal.example", EMMA),  # somebody else
        ("127.0.0.1", "sbc.boreal.example", EMMA),  # another trunk
        ("52.116.0.1", "sbc.boreal.example", EMMA),  # just beside the network
        ("", "sbc.boreal.example", EMMA),
        ("52.114.75.24@evil", "sbc.boreal.example", EMMA),
        (MICROSOFT, "sbc.elsewhere.example", EMMA),  # somebody else's Teams
        (MICROSOFT, "", EMMA),
        (MICROSOFT, "sbc.boreal.example", "+15145550176"),  # nobody's number
        (MICROSOFT, "sbc.boreal.example", "1005"),
        (MICROSOFT, "sbc.boreal.example", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialled", ["1004", "911", "+14505550166"])
def test_given_another_source_then_he_is_a_stranger_who_reaches_no_extension_and_nobody_outside(
    worker: Answering, address: str, host: str, caller: str, dialled: str
) -> None:
    answer = from_teams(worker, dialled, address, host, caller)
    assert applications(answer) == [("hangup", "UNALLOCATED_NUMBER")]


def test_given_another_company_with_the_same_addresses_and_number_then_its_own_user_calls(
    worker: Answering,
) -> None:
    said = variables_of(from_teams(worker, "1004", host="SBC.other.example"))
    assert (said["relais_company"], said["relais_owner"]) == ("other", "1005")


def test_given_a_phone_in_teams_then_nobody_registers_as_it(worker: Answering, tmp_path: Path) -> None:
    asked = b"section=directory&domain=boreal.example&user=1005t&action=sip_auth"
    assert b'<user id="1005t"' not in worker.directory(asked)


def test_given_nobody_decides_then_her_phone_in_teams_rings_all_the_same(worker: Answering) -> None:
    found = compile_company(company(), 1)
    failsafe = failsafe_document([found], "/sorry.wav")
    well_formed(failsafe, "failsafe")
    assert f"]sofia/gateway/teams/{EMMA}" in failsafe.decode()
    boxes = worker.directory(b"section=directory&domain=boreal.example&user=1005&action=user_call")
    assert f"sofia/gateway/teams/{EMMA}".encode() in boxes


@pytest.mark.parametrize("owner", ["", "1005", "1004", "9999"])
@pytest.mark.parametrize("device", ["", "1005t", "1004a", "nobody"])
def test_given_any_owner_and_device_on_a_leg_then_a_hand_over_is_answered(
    worker: Answering, owner: str, device: str
) -> None:
    back = hand_over("u.1004.o.r0", entry="extension.1004", owner=owner, device=device, outcome="no_answer")
    assert variables_of(worker.dialplan(back))["relais_owner"] == owner.replace("9999", "")
