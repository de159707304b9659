"""Who gets what from the fail-safe file, read by the demonstration switch's own rules of dialplans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

from demo_switch.channel import Channel
from demo_switch.dialplan import Dialplans
from demo_switch.refusals import Refusals
from dialplan_server.failsafe import document as failsafe
from routing.company import CompanyDocument, Number, Site, Trunk
from routing.compiled import Company, compile_company
from tests.dialplan_server.asking import well_formed
from tests.sample import company, document

SORRY = "tone_stream://%(300,300,400);loops=3"
GOODBYE = ("hangup", "NORMAL_TEMPORARY_FAILURE")
WHOLE = ("unset", "playback_timeout_sec")
SPEAKS = [("answer", ""), WHOLE, ("playback", SORRY), GOODBYE]
PHONE = {"relais_company": "boreal", "relais_owner": "1002", "relais_device": "1002a"}


def changed(**account: object) -> CompanyDocument:
    return msgspec.structs.replace(document(), account=msgspec.structs.replace(document().account, **account))


def box(extension: str, domain: str = "boreal.example") -> list[tuple[str, str]]:
    return [("answer", ""), WHOLE, ("voicemail", f"relais {domain} {extension}"), GOODBYE]


def acts(
    folder: Path, context: str, dialled: str, companies: Sequence[Company] = (), **variables: str
) -> list[tuple[str, str]]:
    """The applications for a call; the fail-safe file is the only dialplan."""
    file = folder / "failsafe.xml"
    file.write_bytes(failsafe(companies or [company()], SORRY))
    well_formed(file.read_bytes(), "failsafe")
    profile = SimpleNamespace(
        dialplan=f"XML:{file}",
        context=context,
        destination=dialled,
        field={"destination_number": dialled}.get,
    )
    channel = cast(Channel, SimpleNamespace(profile=profile, variables=variables))
    known = {**variables, "destination_number": dialled}
    tasks = Dialplans(Refusals(), lambda _: None, lambda _, name: known.get(name), lambda *_: "").actions(
        channel
    )
    return [(task.application, task.data) for task in tasks or ()]


def rung(actions: Sequence[tuple[str, str]]) -> list[str]:
    """The devices that ring, from the one bridge there may be."""
    dialled = [data for application, data in actions if application == "bridge"]
    assert len(dialled) < 2
    return re.findall(r"sofia_contact\(\*/(\w+)@", dialled[0]) if dialled else []


# --- numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "devices", "after"),
    [
        ("+15145550110", ["1001a", "1001b", "1001c"], box("1001")),  # a user's number: his phones, his box
        ("+15145550102", ["1004a", "1005a", "1006a"], box("8300")),  # a team, the handling's box
        ("+33199000103", ["1009a"], box("8500")),
        ("+15145550100", ["1000a"], box("1000")),  # a greeting that nobody can play: the operator
        ("+15145550160", [], box("8400")),
    ],
)
def test_given_a_number_then_its_first_target_rings_for_30_s_and_its_box_follows(
    tmp_path: Path, number: str, devices: list[str], after: list[tuple[str, str]]
) -> None:
    actions = acts(tmp_path, "relais-trunk", number)
    assert rung(actions) == devices
    assert actions[-len(after) :] == after
    if devices:
        assert [name for name, _ in actions] == [
            "multiset",
            "bridge",
            "answer",
            "unset",
            "voicemail",
            "hangup",
        ]
        assert {"call_timeout=30", "continue_on_fail=true", "hangup_after_bridge=true"} <= {
            *actions[0][1].split("|")
        }


@pytest.mark.parametrize("written", ["15145550110", "5145550110", "01115145550110", "0015145550110"])
def test_given_a_trunk_that_writes_numbers_its_own_way_then_the_number_is_found(
    tmp_path: Path, written: str
) -> None:
    assert rung(acts(tmp_path, "relais-trunk", written)) == ["1001a", "1001b", "1001c"]


@pytest.mark.parametrize("dialled", ["+15145559999", "1001", "911", "112", "next-1", "+151455501100"])
def test_given_anything_else_from_outside_then_a_sentence(tmp_path: Path, dialled: str) -> None:
    assert acts(tmp_path, "relais-trunk", dialled, **PHONE) == SPEAKS


def test_given_a_number_that_takes_no_calls_then_a_sentence(tmp_path: Path) -> None:
    numbers = dict(document().numbers)
    numbers["DID-1001"] = msgspec.structs.replace(numbers["DID-1001"], receive_calls=False)
    shut = compile_company(msgspec.structs.replace(document(), numbers=numbers), 1)
    assert acts(tmp_path, "relais-trunk", "+15145550110", [shut]) == SPEAKS


def test_given_several_people_and_no_box_then_a_sentence_after_their_phones(tmp_path: Path) -> None:
    handlings = dict(document().handlings)
    handlings["sales"] = msgspec.structs.replace(
        handlings["sales"], open=handlings["sales"].open[:1], closed=()
    )
    without = compile_company(msgspec.structs.replace(document(), handlings=handlings), 1)
    actions = acts(tmp_path, "relais-trunk", "+15145550102", [without])
    assert rung(actions) == ["1004a", "1005a", "1006a"]
    assert actions[2:] == SPEAKS


def test_given_a_horn_and_a_user_who_may_take_no_calls_then_they_do_not_ring_without_us_either(
    tmp_path: Path,
) -> None:
    users = dict(document().users)
    horn = msgspec.structs.replace(users["1005"].devices["1005a"], kind="paging")
    users["1005"] = msgspec.structs.replace(users["1005"], devices={**users["1005"].devices, "horn": horn})
    users["1006"] = msgspec.structs.replace(users["1006"], licensed=False)
    there = compile_company(msgspec.structs.replace(document(), users=users), 1)
    assert rung(acts(tmp_path, "relais-trunk", "+15145550102", [there])) == ["1004a", "1005a"]


def test_given_two_companies_with_one_number_then_the_asked_domain_decides(tmp_path: Path) -> None:
    other = compile_company(changed(id="other", domain="other.example"), 1)
    both = [company(), other]
    for asked, domain in (
        ("other.example", "other.example"),
        ("boreal.example", "boreal.example"),
        ("", "boreal.example"),
    ):
        actions = acts(tmp_path, "relais-trunk", "+15145550160", both, sip_req_host=asked)
        assert actions == box("8400", domain)


# --- phones -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("context", ["relais-phone", "relais-transfer"])
def test_given_an_extension_from_a_phone_then_that_users_phones_and_box(tmp_path: Path, context: str) -> None:
    actions = acts(tmp_path, context, "1001", **PHONE)
    assert rung(actions) == ["1001a", "1001b", "1001c"]
    assert actions[-4:] == box("1001")


@pytest.mark.parametrize(
    ("dialled", "after"),
    [("8100", box("8100")), ("+15145550160", box("8400")), ("1999", SPEAKS), ("+15145559999", SPEAKS)],
)
def test_given_a_box_a_number_of_ours_or_nothing_we_know_then_what_it_is(
    tmp_path: Path, dialled: str, after: list[tuple[str, str]]
) -> None:
    assert acts(tmp_path, "relais-phone", dialled, **PHONE) == after


def test_given_two_companies_with_one_extension_then_each_reaches_its_own(tmp_path: Path) -> None:
    other = compile_company(changed(id="other", domain="other.example"), 1)
    both = [company(), other]
    for ident, domain in (("boreal", "boreal.example"), ("other", "other.example")):
        called = acts(tmp_path, "relais-phone", "8100", both, **{**PHONE, "relais_company": ident})
        assert called == box("8100", domain)


# --- emergency ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["911", "112", "15", "17", "18", "114", "115", "119", "191", "196"])
def test_given_an_emergency_number_of_one_of_our_countries_then_it_leaves_through_the_trunk(
    tmp_path: Path, number: str
) -> None:
    actions = acts(tmp_path, "relais-phone", number, **PHONE)
    through = f"[origination_caller_id_number=${{emergency_caller_id_number}}]sofia/gateway/trunk/{number}"
    assert actions == [
        ("set", "continue_on_fail=true"),
        ("set", "hangup_after_bridge=true"),
        ("bridge", through),
        *SPEAKS,
    ]


def test_given_trunks_then_an_emergency_call_tries_each_that_is_meant_for_it_first(tmp_path: Path) -> None:
    trunks = {
        "T-A": Trunk(gateway="a", rank=1, emergency=False),
        "T-B": Trunk(gateway="b", rank=2),
        "T-C": Trunk(gateway="c", rank=1, enabled=False),
    }
    there = compile_company(msgspec.structs.replace(document(), trunks=trunks), 1)
    called = acts(tmp_path, "relais-phone", "911", [there], **PHONE)
    bridges = [data.rpartition("]")[2] for application, data in called if application == "bridge"]
    assert bridges == ["sofia/gateway/b/911", "sofia/gateway/a/911"]


@pytest.mark.parametrize(
    ("country", "sites", "numbers"),
    [
        ("CA", {}, {"112", "911"}),
        ("US", {}, {"112", "911"}),
        ("GB", {}, {"112", "911", "999"}),
        ("CA", {"X": Site(name="Bruxelles", country="BE")}, {"100", "101", "112", "911"}),
    ],
)
def test_given_the_countries_of_a_company_and_its_sites_then_their_emergency_numbers_alone(
    tmp_path: Path, country: str, sites: dict[str, Site], numbers: set[str]
) -> None:
    one = compile_company(msgspec.structs.replace(changed(country=country), sites=sites), 1)
    written = failsafe([one], SORRY).decode()
    assert set(re.findall(r"sofia/gateway/trunk/([0-9]+)", written)) == numbers


def test_given_emergency_numbers_of_the_companys_own_then_they_leave_and_those_they_replace_do_not(
    tmp_path: Path,
) -> None:
    there = compile_company(changed(emergency_numbers={"FR": ("15", "18", "3237")}), 1)
    written = failsafe([there], SORRY).decode()
    assert set(re.findall(r"sofia/gateway/trunk/([0-9]+)", written)) == {"112", "15", "18", "3237", "911"}
    assert any("trunk/3237" in data for _, data in acts(tmp_path, "relais-phone", "3237", [there], **PHONE))
    assert acts(tmp_path, "relais-phone", "17", [there], **PHONE) == SPEAKS


@pytest.mark.parametrize(
    ("context", "known"),
    [
        ("relais-trunk", PHONE),
        ("relais-transfer", PHONE),
        ("relais", PHONE),
        ("relais-phone", {}),
        ("relais-phone", {"relais_company": "boreal"}),
        ("relais-phone", {"relais_company": "boreal", "relais_owner": "1002"}),
        ("relais-phone", {**PHONE, "relais_company": "other"}),
    ],
)
def test_given_anybody_but_a_phone_that_gave_its_password_then_no_emergency_call(
    tmp_path: Path, context: str, known: dict[str, str]
) -> None:
    assert acts(tmp_path, context, "911", **known) == SPEAKS


def test_given_an_extension_of_the_same_digits_then_the_emergency_number_goes_first(tmp_path: Path) -> None:
    users = {**document().users, "911": document().users["1001"]}
    clash = compile_company(msgspec.structs.replace(document(), users=users), 1)
    actions = acts(tmp_path, "relais-phone", "911", [clash], **PHONE)
    assert actions[2][1].endswith("sofia/gateway/trunk/911")


# --- hand-overs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "dialled", "after"),
    [
        ("number.DID-1001", "next-3", box("1001")),
        ("number.N-VEN", "key-0-2", box("8300")),
        ("extension.1004", "next-1", box("1004")),
        ("transfer.8100", "next-12", box("8100")),
        ("extension.1999", "next-1", SPEAKS),
        ("number.N-GONE", "next-1", SPEAKS),
        ("", "next-1", SPEAKS),
        ("number.DID-1001", "1001", SPEAKS),
    ],
)
def test_given_a_hand_over_that_nobody_answers_then_the_box_of_where_the_call_began(
    tmp_path: Path, entry: str, dialled: str, after: list[tuple[str, str]]
) -> None:
    assert acts(tmp_path, "relais", dialled, relais_company="boreal", relais_entry=entry) == after


@pytest.mark.parametrize(
    ("context", "dialled"),
    [
        ("relais", "next-3"),
        ("relais", "1001"),
        ("relais-transfer", "8100"),
        ("relais-transfer", "1999"),
        ("relais-trunk", "+15145550110"),
    ],
)
def test_given_a_round_of_music_in_a_queue_before_then_its_limit_cuts_nothing_of_what_is_played(
    tmp_path: Path, context: str, dialled: str
) -> None:
    """`playback_timeout_sec` stays on the channel, and holds for a box's greeting too."""
    actions = acts(
        tmp_path,
        context,
        dialled,
        relais_company="boreal",
        relais_entry="number.N-SUP",
        playback_timeout_sec="2",
    )
    applications = [application for application, _ in actions]
    played = next(n for n, application in enumerate(applications) if application in ("playback", "voicemail"))
    assert WHOLE in actions[:played]


def test_given_no_company_yet_then_a_sentence_in_every_context(tmp_path: Path) -> None:
    empty = compile_company(msgspec.structs.replace(document(), numbers={}, users={}, queues={}, boxes={}, shared_lines={},
                                                    announcements={}, site_devices={}), 1)  # fmt: skip
    for context in ("relais-trunk", "relais-phone", "relais-transfer", "relais"):
        assert acts(tmp_path, context, "+15145550110", [empty], **PHONE) == SPEAKS


def test_given_a_number_of_any_kind_then_the_file_is_valid(tmp_path: Path) -> None:
    numbers = {f"N-{n}": Number(number=f"+1514555{n:04d}", extension="1001") for n in range(300)}
    many = compile_company(msgspec.structs.replace(document(), numbers=numbers), 1)
    well_formed(failsafe([many], SORRY), "failsafe")
    assert rung(acts(tmp_path, "relais-trunk", "+15145550299", [many])) == ["1001a", "1001b", "1001c"]
