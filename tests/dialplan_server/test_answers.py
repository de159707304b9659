"""What each question of the switch is answered: whatever is sent, valid XML comes back."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from dialplan_server.answering import Answering
from routing.company import CompanyDocument
from routing.legs import leg_uuid
from schemas.dialplan_fields import DIALPLAN_FIELDS
from tests.dialplan_server.asking import (
    CAPTURES,
    UUID,
    answering,
    applications,
    body,
    call,
    causes,
    data_of,
    hand_over,
    legs_of,
    publish,
    settings_in,
    variables_of,
    well_formed,
)
from tests.sample import at, document

OPEN = at("2026-10-13 10:00")
NIGHT = at("2026-10-13 22:00")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("var")
    publish(settings_in(var), document())
    return var


@pytest.fixture(scope="module")
def worker(folder: Path) -> Answering:
    return answering(settings_in(folder), OPEN)


# --- new calls ------------------------------------------------------------------------------------------


def test_given_a_call_to_claire_then_her_first_phone_rings_with_all_a_ring_step_needs(
    worker: Answering,
) -> None:
    answer = worker.dialplan(call("+15145550110"))
    said = variables_of(answer)
    expected = {
        "relais_call": UUID, "relais_company": "boreal", "relais_revision": "1", "relais_entry": "number.DID-1001",
        "relais_segment": "1", "relais_hops": "0", "relais_step": "1", "relais_place": "u.1001.o.r0",
        "relais_route": "-", "relais_started": str(int(OPEN.timestamp() * 1000)), "relais_mover": "switch",
        "relais_legs": "1001a:1001", "relais_digits": "", "relais_outcome": "", "continue_on_fail": "true",
        "hangup_after_bridge": "true", "ignore_early_media": "true", "preserve_originated_vars": "false",
        "max_session_transfers": "1000", "import": "relais_owner", "call_timeout": "17", "playback_terminators": "none",
        "force_transfer_context": "relais-transfer",
        "hold_music": "local_stream://default",
    }  # fmt: skip
    assert {name: said.get(name) for name in expected} == expected
    (leg,) = legs_of(answer).items()
    assert leg[0] == "${sofia_contact(*/1001a@boreal.example)}"
    assert leg[1] == {
        "origination_uuid": leg_uuid(UUID, 1, int(OPEN.timestamp() * 1000), "1001a"), "leg_timeout": "15",
        "relais_call": UUID, "relais_company": "boreal", "relais_step": "1", "relais_leg": "1001a",
        "relais_owner": "1001", "relais_device": "1001a", "relais_rule": said["relais_rule"] or "open",
        "presence_id": "1001@boreal.example", "force_transfer_context": "relais-transfer",
        "hold_music": "local_stream://default",
    } | {"relais_rule": leg[1].get("relais_rule", "")}  # fmt: skip


def test_given_a_ring_step_then_its_actions_come_in_the_order_of_the_contract(worker: Answering) -> None:
    names = [name for name, _ in applications(worker.dialplan(call("+15145550110")))]
    assert names == ["multiset", "event", "bridge", "event", "transfer"]


def test_given_a_hand_over_then_it_names_the_fail_safe_file(worker: Answering, folder: Path) -> None:
    data = data_of(worker.dialplan(call("+15145550110")), "transfer")
    assert data == f"next-1 XML,XML:{folder}/fs/failsafe.xml relais"


@pytest.mark.parametrize("written", ["+15145550110", "15145550110", "5145550110", "01115145550110"])
def test_given_a_trunk_that_writes_numbers_its_own_way_then_the_number_is_found(
    worker: Answering, written: str
) -> None:
    assert variables_of(worker.dialplan(call(written)))["relais_entry"] == "number.DID-1001"


def test_given_a_number_nobody_has_then_404(worker: Answering) -> None:
    assert applications(worker.dialplan(call("+15145559999"))) == [("hangup", "UNALLOCATED_NUMBER")]


def test_given_a_phone_that_gave_its_password_then_it_may_dial_an_extension(worker: Answering) -> None:
    known = {"variable_relais_company": "boreal", "variable_relais_owner": "1002", "variable_sip_authorized": "true",
             "variable_domain_name": "boreal.example"}  # fmt: skip
    said = variables_of(worker.dialplan(call("1004", "relais-phone", **known)))
    assert (said["relais_entry"], said["relais_owner"]) == ("extension.1004", "1002")


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"variable_relais_company": "boreal", "variable_relais_owner": "1002"},
        {"variable_relais_company": "boreal", "variable_sip_authorized": "false"},
        {"variable_relais_company": "other", "variable_sip_authorized": "true"},
        {
            "variable_relais_company": "boreal",
            "variable_sip_authorized": "true",
            "variable_domain_name": "x.example",
        },
    ],
)
def test_given_a_phone_that_proved_nothing_then_603(worker: Answering, known: dict[str, str]) -> None:
    answer = worker.dialplan(call("1004", "relais-phone", **known))
    assert applications(answer) == [("hangup", "CALL_REJECTED")]


PHONE = {"variable_relais_company": "boreal", "variable_relais_owner": "1004", "variable_sip_authorized": "true",
         "variable_domain_name": "boreal.example"}  # fmt: skip


def test_given_a_phone_whose_user_may_call_out_then_the_trunk_is_dialled_with_a_number_of_the_company(
    worker: Answering,
) -> None:
    answer = worker.dialplan(call("4505550166", "relais-phone", **PHONE))
    (leg,) = legs_of(answer).items()
    assert leg[0] == "sofia/gateway/trunk/+14505550166"
    expected = {"origination_caller_id_number": "+15145550100", "origination_caller_id_name": "+15145550100",
                "relais_owner": "1004", "leg_timeout": "120", "relais_rule": "OP-DEF"}  # fmt: skip
    assert {name: leg[1].get(name) for name in expected} == expected
    said = variables_of(answer)
    assert (said["relais_place"], said["relais_entry"]) == ("o.14505550166.r.r0x0", "extension.4505550166")
    assert said["hold_music"].startswith("local_stream://")


@pytest.mark.parametrize(
    "known",
    [
        {"variable_sip_authorized": ""},
        {"variable_sip_authorized": "false"},
        {"variable_relais_company": ""},
        {"variable_relais_company": "other"},
        {"variable_domain_name": "x.example"},
    ],
)
@pytest.mark.parametrize("dialled", ["+14505550166", "911", "*0100*4505550166"])
def test_given_a_call_that_nobody_authenticated_then_nothing_leaves(
    worker: Answering, known: dict[str, str], dialled: str
) -> None:
    answer = worker.dialplan(call(dialled, "relais-phone", **{**PHONE, **known}))
    assert applications(answer) == [("hangup", "CALL_REJECTED")]


@pytest.mark.parametrize("owner", ["", "1012", "1090", "9999", "../1004", "1004;x"])
def test_given_an_owner_who_may_not_call_out_then_603(worker: Answering, owner: str) -> None:
    answer = worker.dialplan(
        call("+14505550166", "relais-phone", **{**PHONE, "variable_relais_owner": owner})
    )
    assert applications(answer)[-1] == ("hangup", "CALL_REJECTED")
    assert "sofia/gateway" not in answer.decode()


@pytest.mark.parametrize("dialled", ["+14505550166", "911", "*0100*4505550166", "5145550199"])
def test_given_a_caller_from_outside_then_nothing_leaves_whatever_he_says_he_is(
    worker: Answering, dialled: str
) -> None:
    answer = worker.dialplan(call(dialled, "relais-trunk", **PHONE))
    assert applications(answer) == [("hangup", "UNALLOCATED_NUMBER")]


@pytest.mark.parametrize(
    "dialled",
    ["4505550166@evil.example", "4505550166;transport=tcp", "1&x=y", "450 555 0166", "${x}", "$${x}", "٤٥٠٥٥٥٠١٦٦", "1" * 200],
)  # fmt: skip
def test_given_a_dial_string_with_more_than_digits_and_letters_then_nothing_leaves_and_nothing_is_said(
    worker: Answering, dialled: str
) -> None:
    with capture_logs() as logged:
        answer = worker.dialplan(call(dialled, "relais-phone", **PHONE))
    assert applications(answer) == [("hangup", "UNALLOCATED_NUMBER")]
    assert [(line["event"], line["why"]) for line in logged] == [("refused", "not_a_number")]


def test_given_a_number_of_a_country_that_is_not_allowed_then_a_word_without_an_answer_and_603(
    worker: Answering,
) -> None:
    answer = worker.dialplan(call("+442071838750", "relais-phone", **PHONE))
    assert [name for name, _ in applications(answer)] == ["multiset", "event", "playback", "hangup"]
    assert data_of(answer, "hangup") == "CALL_REJECTED"


def test_given_a_transfer_to_an_own_number_then_it_stays_inside(worker: Answering) -> None:
    answer = worker.dialplan(call("5145550110", "relais-transfer", **PHONE, variable_relais_call=UUID))
    assert variables_of(answer)["relais_entry"] == "number.DID-1001"


def test_given_forged_variables_on_a_trunk_then_they_are_ignored(worker: Answering) -> None:
    forged = {"variable_relais_route": "n.evil.o.s0.n", "variable_relais_step": "7", "variable_relais_owner": "1000",
              "variable_relais_company": "evil", "variable_relais_outcome": "k.0"}  # fmt: skip
    assert worker.dialplan(call("+15145550110", **forged)) == worker.dialplan(call("+15145550110"))


def test_given_two_companies_with_one_number_then_the_asked_domain_decides(tmp_path: Path) -> None:
    var = settings_in(tmp_path)
    publish(var, document())
    publish(var, _renamed(document(), "other", "other.example"))
    worker = answering(var, OPEN)
    for domain, company in (
        ("boreal.example", "boreal"),
        ("other.example", "other"),
        ("x.example", "boreal"),
    ):
        answer = worker.dialplan(call("+15145550110", variable_sip_req_host=domain))
        assert variables_of(answer)["relais_company"] == company


def _renamed(company: CompanyDocument, ident: str, domain: str) -> CompanyDocument:
    account = msgspec.structs.replace(company.account, id=ident, domain=domain)
    return msgspec.structs.replace(company, account=account)


# --- hand-overs -------------------------------------------------------------------------------------------


def ring_of_claire(**more: str) -> dict[str, str]:
    started = str(int(OPEN.timestamp() * 1000) - 4000)
    return {"place": "u.1001.o.r0", "legs": "1001a:1001", "started": started, **more}


def cause_of_claire(cause: str) -> dict[str, str]:
    uuid = leg_uuid(UUID, 1, int(OPEN.timestamp() * 1000) - 4000, "1001a")
    return {"variable_originate_causes": f"{uuid};{cause}"}


def come_back(worker: Answering, cause: str, number: str = "next-1", **more: str) -> bytes:
    sent = hand_over(number=number, **ring_of_claire(**more))
    return worker.dialplan(sent + b"&" + body(**cause_of_claire(cause)))


@pytest.mark.parametrize(
    ("cause", "rings"),
    [
        ("NO_ANSWER", "1001b"),
        ("ALLOTTED_TIMEOUT", "1001b"),
        ("USER_BUSY", "1000a"),
        ("SUBSCRIBER_ABSENT", "1001b"),
    ],
)
def test_given_how_a_phone_ended_then_the_next_phone_by_the_switchs_own_causes(
    worker: Answering, cause: str, rings: str
) -> None:
    answer = come_back(worker, cause)
    assert [leg["relais_leg"] for leg in legs_of(answer).values()] == [rings]
    assert variables_of(answer)["relais_step"] == "2"


def test_given_the_controllers_word_then_it_goes_before_the_causes(worker: Answering) -> None:
    answer = come_back(worker, "NO_ANSWER", outcome="b.1001b")
    assert variables_of(answer)["relais_route"] == "u.1001.o.r0.b.1001b"


def test_given_the_causes_of_several_legs_then_each_is_known_by_its_uuid(worker: Answering) -> None:
    uuids = {leg: leg_uuid(UUID, 1, 1000, leg).replace("-", "_") for leg in ("1002a", "1002b")}
    ended = causes(**{uuids["1002a"]: "NO_ANSWER", uuids["1002b"]: "USER_BUSY"})
    sent = hand_over("u.1002.o.r0", legs="1002a:1002.1002b:1002", entry="number.DID-1002")
    said = variables_of(worker.dialplan(sent + b"&" + body(variable_originate_causes=ended)))
    assert said["relais_route"].startswith("u.1002.o.r0.")


def test_given_a_key_while_ringing_then_it_is_the_outcome(worker: Answering) -> None:
    sent = hand_over("n.N-MAIN.r-CR4.s0r0", "key-0-1", entry="number.N-MAIN", legs="1000a:1000")
    answer = worker.dialplan(sent)
    assert variables_of(answer)["relais_route"] == "n.N-MAIN.r-CR4.s0r0.k.0"
    assert "play_and_get_digits" in dict(applications(answer))


def test_given_a_request_out_of_an_older_step_then_the_present_one_goes_on_with_the_time_it_has_left(
    worker: Answering,
) -> None:
    sent = hand_over(number="next-1", **ring_of_claire(step="2"))
    answer = worker.dialplan(sent)
    said = variables_of(answer)
    (leg,) = legs_of(answer).values()
    assert (leg["relais_leg"], leg["leg_timeout"]) == ("1001a", "11")
    assert (said["relais_step"], said["relais_route"]) == ("3", "-")
    # The start stays: a second interruption leaves less, and the step's own number makes other leg ids.
    assert said["relais_started"] == str(int(OPEN.timestamp() * 1000) - 4000)
    assert leg["origination_uuid"] == leg_uuid(UUID, 3, int(said["relais_started"]), "1001a")


def test_given_phones_that_were_cancelled_under_way_then_the_step_goes_on(worker: Answering) -> None:
    (leg,) = legs_of(come_back(worker, "ORIGINATOR_CANCEL")).values()
    assert (leg["relais_leg"], leg["leg_timeout"]) == ("1001a", "11")


def test_given_no_time_left_then_the_interrupted_step_was_not_answered(worker: Answering) -> None:
    long_ago = str(int(OPEN.timestamp() * 1000) - 20_000)
    sent = hand_over(number="next-1", **ring_of_claire(step="2", started=long_ago))
    (leg,) = legs_of(worker.dialplan(sent)).values()
    assert leg["relais_leg"] == "1001b"


@pytest.mark.parametrize(
    "bad",
    [
        {"route": "a b"}, {"route": "x" * 2000}, {"route": "u.1001.o.r0"}, {"place": "u.1001"}, {"place": "u.<x>.o.r0"},
        {"step": "0"}, {"step": "one"},
    ],
)  # fmt: skip
def test_given_variables_we_never_wrote_then_the_call_starts_again_at_its_number(
    worker: Answering, bad: dict[str, str]
) -> None:
    said = variables_of(worker.dialplan(hand_over(number="next-1", **ring_of_claire(**bad))))
    assert (said["relais_place"], said["relais_route"]) == ("u.1001.o.r0", "-")


def test_given_a_route_that_can_no_longer_be_carried_then_the_call_starts_again(worker: Answering) -> None:
    attempt = "u.1001.o.r0.n.1001n"
    route = ":".join([attempt] * ((1024 + 1) // (len(attempt) + 1)))
    said = variables_of(come_back(worker, "NO_ANSWER", route=route).replace(b"", b""))
    assert said["relais_route"] == "-"


@pytest.mark.parametrize("entry", ["", "number", "number.", "evil.1001", "extension.:q1"])
def test_given_no_entry_of_ours_then_the_hand_over_is_refused(worker: Answering, entry: str) -> None:
    answer = worker.dialplan(hand_over("u.1001.o.r0", entry=entry))
    assert applications(answer) == [("hangup", "UNALLOCATED_NUMBER")]


@pytest.mark.parametrize(
    "number", ["next-", "next-x", "next-1-2", "key-00-1", "key-a-1", "1001", "+15145550110"]
)
def test_given_anything_but_a_hand_over_in_its_context_then_it_is_refused(
    worker: Answering, number: str
) -> None:
    assert applications(worker.dialplan(hand_over("u.1001.o.r0", number))) == [
        ("hangup", "UNALLOCATED_NUMBER")
    ]


def test_given_what_people_dial_then_the_entry_survives_every_step(worker: Answering) -> None:
    known = {"variable_relais_company": "boreal", "variable_sip_authorized": "true"}
    for dialled in ("1004", "+14385550111", "*97", "98#", "1_2.3"):
        answer = worker.dialplan(call(dialled, "relais-phone", **known))
        entry = variables_of(answer)["relais_entry"]
        back = variables_of(worker.dialplan(hand_over("e.unknown.o.z0", entry=entry)))
        assert back["relais_entry"] == entry


# --- revisions --------------------------------------------------------------------------------------------


def test_given_a_call_pinned_to_an_older_revision_then_that_one_decides(tmp_path: Path) -> None:
    var = settings_in(tmp_path)
    publish(var, document(), 1)
    publish(var, document(), 2)
    said = variables_of(come_back(answering(var, OPEN), "NO_ANSWER"))
    assert said["relais_revision"] == "1"


def test_given_a_revision_that_is_gone_then_the_newest_decides(tmp_path: Path) -> None:
    var = settings_in(tmp_path)
    publish(var, document(), 7)
    assert variables_of(come_back(answering(var, OPEN), "NO_ANSWER"))["relais_revision"] == "7"


# --- transfers --------------------------------------------------------------------------------------------


def test_given_a_transfer_by_somebody_then_a_new_segment_with_the_call_and_its_hops(
    worker: Answering,
) -> None:
    known = {"company": "boreal", "call": UUID, "segment": "1", "hops": "2", "step": "4", "owner": "1001",
             "route": "u.1001.o.r0.n", "place": "u.1001.o.r1"}  # fmt: skip
    sent = call("1004", "relais-transfer", **{f"variable_relais_{k}": v for k, v in known.items()})
    said = variables_of(worker.dialplan(sent))
    expected = {"relais_segment": "2", "relais_hops": "2", "relais_step": "5", "relais_route": "-",
                "relais_owner": "1001", "relais_call": UUID, "relais_entry": "transfer.1004"}  # fmt: skip
    assert {name: said[name] for name in expected} == expected


# --- what must not happen ---------------------------------------------------------------------------------


def test_given_an_error_of_ours_then_the_fail_safe_file_decides(folder: Path) -> None:
    worker = answering(settings_in(folder), OPEN, failing="a bug")
    answer = worker.dialplan(call("+15145550110"))
    assert applications(answer) == [("transfer", f"+15145550110 XML:{folder}/fs/failsafe.xml relais-trunk")]
    assert b'answer="failsafe",section="dialplan"} 1.0' in worker.metrics.text()


def test_given_another_section_or_context_then_not_found(folder: Path) -> None:
    worker = answering(settings_in(folder), OPEN)
    with capture_logs() as logged:
        for sent in (
            call("+15145550110", "default"),
            call("+15145550110", section="directory"),
            b"",
            b"&&=&",
        ):
            assert b'<result status="not found"/>' in worker.dialplan(sent)
    told = [line["why"] for line in logged if line["event"] == "refused"]
    assert len(told) == 4, "each is logged"
    for code, times in Counter(told).items():
        assert f'answer="{code}",section="dialplan"}} {times}.0'.encode() in worker.metrics.text(), (
            "and counted"
        )


def test_given_an_injected_basic_field_then_the_first_one_counts(worker: Answering) -> None:
    sent = b"section=dialplan&" + call("+15145550110") + b"&section=directory&Hunt-Context=relais-phone"
    assert variables_of(worker.dialplan(sent))["relais_entry"] == "number.DID-1001"


def test_given_a_name_that_holds_a_field_then_the_field_is_not_believed(worker: Answering) -> None:
    sent = (
        call("+15145550110")
        + b"&variable_sip_h_X-a%26variable_relais_route%3Devil=1&X%26Hunt-Context%3Drelais=1"
    )
    assert worker.dialplan(sent) == worker.dialplan(call("+15145550110"))


ATTACKS = (
    "%24{system(touch pwned)}", "${system(touch pwned)}", "X-PRE-PROCESS", '<X-PRE-PROCESS cmd="exec" data="x"/>',
    "\"'{}[],|;\r\n", "\udcff\udcfe", "$${x}", "<?xml?>", "<include>", "a\nb", "\x00\x1b", "^^:a=1", ":_:", "]]>",
)  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_given_an_attack_as_a_name_then_nothing_of_it_is_in_the_answer(worker: Answering, name: str) -> None:
    raw = name.encode("utf-8", "surrogateescape")
    fields = (
        "Hunt-Caller-ID-Name",
        "Caller-Caller-ID-Name",
        "variable_sip_from_display",
        "variable_sip_h_X-Name",
    )
    sent = call("+15145550110") + b"".join(b"&" + field.encode() + b"=" + raw for field in fields)
    answer = worker.dialplan(sent).replace(b"|effective_caller_id_name=_undef_", b"")
    assert answer == worker.dialplan(call("+15145550110"))


@pytest.mark.parametrize("field", DIALPLAN_FIELDS)
@pytest.mark.parametrize("where", ["relais-trunk", "relais-phone", "relais", "relais-transfer"])
def test_given_an_attack_in_any_field_then_valid_xml_without_it(
    worker: Answering, field: str, where: str
) -> None:
    for attack in ATTACKS:
        raw = attack.encode("utf-8", "surrogateescape").replace(b"%", b"%25")
        sent = (
            f"{field}=".encode() + raw + b"&Hunt-Context=" + where.encode() + b"&" + hand_over("u.1001.o.r0")
        )
        answer = worker.dialplan(sent)
        well_formed(answer)
        assert b"system" not in answer
        assert b"pwned" not in answer


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.binary(max_size=400))
def test_given_any_bytes_then_valid_xml_in_50_ms(worker: Answering, sent: bytes) -> None:
    began = time.perf_counter()
    answers = [
        worker.dialplan(sent),
        worker.dialplan(call("+15145550100") + b"&" + sent),
        worker.directory(sent),
    ]
    assert time.perf_counter() - began < 0.15
    for answer in answers:
        well_formed(answer)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.sampled_from(DIALPLAN_FIELDS),
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(["relais", "relais-transfer", "next-1", "key-0-1", "boreal", "ARRAY::a|:b;c", "k.0", "ask"]),
            st.from_regex(r"[a-z]\.[A-Za-z0-9-]{0,6}\.[a-z-]{1,4}\.[a-z][0-9]{1,3}[a-z]?[0-9]?(\.[a-z](\.[a-z0-9-]{1,5})?)?"),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_given_any_text_in_the_fields_of_a_hand_over_then_valid_xml(
    worker: Answering, values: dict[str, str]
) -> None:
    encoded = [
        f"{name}={''.join(f'%{byte:02X}' for byte in value.encode('utf-8', 'surrogatepass'))}"
        for name, value in values.items()
    ]
    well_formed(worker.dialplan("&".join([*encoded, ""]).encode() + hand_over("u.1001.o.r0")))


@pytest.mark.parametrize("capture", sorted(p.name for p in CAPTURES.glob("*.dialplan.form")))
def test_given_a_body_the_switch_really_sent_then_valid_xml(worker: Answering, capture: str) -> None:
    sent = (CAPTURES / capture).read_bytes()
    well_formed(worker.dialplan(sent))
    in_ours = re.sub(rb"Hunt-Context=\w+", b"Hunt-Context=relais-trunk", sent)
    dialled = re.sub(rb"Hunt-Destination-Number=\w+", b"Hunt-Destination-Number=%2B15145550110", in_ours)
    assert variables_of(worker.dialplan(dialled))["relais_entry"] == "number.DID-1001"


@pytest.mark.parametrize(
    ("sent", "hidden"),
    [
        ("Marie-Ève d'Anjou, 100%25 inc. & fils", False),
        ("Marie", False),
        ("", False),
        # What the switch does not encode again, and what it would decode once more on the way out.
        ("x%0A%0Aapi", True),
        ("x%250A", True),
        ("x%0D%0AVia: me", True),
        ("quote%22", True),
        ("slash%5C", True),
        ("nul%00", True),
    ],
)
def test_a_name_that_would_break_out_of_the_phones_invite_is_not_shown(
    tmp_path: Path, sent: str, hidden: bool
) -> None:
    publish(settings_in(tmp_path), document())
    worker = answering(settings_in(tmp_path), at("2026-10-13 10:00"))
    field = b"&Hunt-Caller-ID-Name=" + sent.encode()
    for asked in (call("+15145550110"), hand_over("u.1001.o.r0", legs="1001a:1001")):
        assert (b"effective_caller_id_name=_undef_" in worker.dialplan(asked + field)) is hidden


@pytest.mark.parametrize("shown", ["+14185550178", "14185550178", "4185550178", "0014185550178"])
def test_given_a_trunk_that_writes_callers_in_its_own_way_then_the_rule_for_them_applies(
    worker: Answering, shown: str
) -> None:
    """Suppliers are `+1418555*` (R12)."""
    said = variables_of(worker.dialplan(call("+15145550100", Hunt__Caller__ID__Number=shown)))
    assert said["relais_rule"] == "CR2"


def test_given_a_later_step_then_its_phones_carry_the_rule_that_won_the_call(worker: Answering) -> None:
    """What made it ring (design 2.10) is what won when the call came, whatever step it is in."""
    answer = worker.dialplan(hand_over("u.1001.o.r0", legs="1001a:1001", outcome="n.1001n", rule="CR1"))
    assert {leg["relais_device"]: leg["relais_rule"] for leg in legs_of(answer).values()} == {"1001b": "CR1"}


RUNG = {"variable_relais_company": "boreal", "variable_relais_call": UUID, "variable_relais_segment": "1",
        "variable_relais_step": "2", "variable_relais_leg": "1001a", "variable_relais_device": "1001a",
        "variable_relais_owner": "1001", "Answer-State": "answered"}  # fmt: skip


def test_given_a_caller_who_sends_on_whom_he_called_then_his_own_rights_hold(worker: Answering) -> None:
    """Omar (1004) may call out, Claire's phone leads the new segment and is shown as hers."""
    answer = worker.dialplan(call("4505550166", "relais-transfer", **RUNG, variable_relais_peer="1004"))
    (leg,) = legs_of(answer).items()
    assert leg[0] == "sofia/gateway/trunk/+14505550166"
    assert (leg[1]["relais_owner"], leg[1]["relais_peer"]) == ("1004", "1001")
    said = variables_of(answer)
    assert (said["relais_segment"], said["relais_step"], said["relais_call"], said["relais_leg"]) == (
        "2",
        "3",
        UUID,
        "",
    )
    assert said["effective_caller_id_number"] == "1001"


def test_given_an_outside_caller_who_would_send_somebody_on_then_he_has_no_rights(worker: Answering) -> None:
    """Whoever answered an outside caller keeps the rights of that caller in a transfer by him: none."""
    assert b"sofia/gateway" not in worker.dialplan(call("4505550166", "relais-transfer", **RUNG))


@pytest.mark.parametrize("status", ["sip:302", "sip:503"])
def test_given_a_carrier_that_names_another_address_then_its_caller_is_told_our_status_and_nobody_is_called(
    worker: Answering, status: str
) -> None:
    """A 302 in the caller's leg would be his phone's answer too; any other is its to know."""
    started = str(int(OPEN.timestamp() * 1000) - 4000)
    uuid = leg_uuid(UUID, 1, int(started), "x14505550166")
    ended = {
        "variable_originate_causes": f"{uuid};REQUESTED_CHAN_UNAVAIL",
        "variable_last_bridge_proto_specific_hangup_cause": status,
    }
    sent = hand_over(
        "o.14505550166.r.r0x0", legs="x14505550166:1004", started=started, entry="extension.4505550166"
    )
    answer = worker.dialplan(sent + b"&" + body(**{**PHONE, **ended}))
    moved = status == "sip:302"
    assert (("set", "sip_ignore_remote_cause=true") in applications(answer)) is moved
    assert data_of(answer, "hangup") == ("NO_ANSWER" if moved else "NORMAL_CIRCUIT_CONGESTION")
    assert "sofia/gateway" not in answer.decode()


@pytest.mark.parametrize(
    ("question", "copied"),
    [
        (call("4505550166", "relais-phone", **PHONE), "false"),
        (call("1002", "relais-phone", **PHONE), None),
        (hand_over("u.1001.o.r2", number="next-2", entry="number.DID-1001", legs="1001b:1001", outcome="n.1001n", step="2",
                   started=str(int(OPEN.timestamp() * 1000) - 30_000), route="u.1001.o.r0.n.1001n"), "false"),
    ],
    ids=["dialled", "inside", "her mobile, for a customer"],
)  # fmt: skip
def test_given_a_leg_to_the_outside_then_no_header_of_whoever_calls_is_copied_into_it(
    worker: Answering, question: bytes, copied: str | None
) -> None:
    answer = worker.dialplan(question)
    leaves = any(target.startswith("sofia/gateway/") for target in legs_of(answer))
    assert (variables_of(answer).get("sip_copy_custom_headers"), leaves) == (copied, copied is not None)
