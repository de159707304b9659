"""The dialplan server through its real HTTP door: whatever is sent, valid XML comes back."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dialplan_server.app import Answering, create_app
from dialplan_server.encoding import Refused, action, device_contact, leg_variables, multiset, outside
from dialplan_server.prompt_files import PromptFiles
from dialplan_server.published import Published
from dialplan_server.rendering import Renderer
from presence.clock import Clock
from presence.gathering import NOTHING
from routing.legs import leg_uuid
from schemas.dialplan_fields import DIALPLAN_FIELDS
from schemas.settings import from_environ
from store.documents import compiled_snapshot
from store.snapshot import write_snapshot
from tests.sample import document

CAPTURES = Path(__file__).parents[1] / "captures"
UUID = "47ed607c-f505-4410-8083-3ce885c2fd9f"
HEAD = {"Authorization": "Basic " + b64encode(b"relais:secret").decode()}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    var = tmp_path_factory.mktemp("var")
    chosen = from_environ({"RELAIS_VAR": str(var)})
    write_snapshot(chosen.snapshots, compiled_snapshot(document(), 1, "key"))
    published = Published(chosen, lambda work: work())
    published.refresh()
    prompts = PromptFiles(chosen.sounds, chosen.prompts)
    answering = Answering(
        published=published,
        renderer=Renderer(prompts=prompts, failsafe=f"XML,XML:{chosen.failsafe_file}"),
        clock=Clock(),
        gather=lambda *_: NOTHING,
        draw=lambda: 4,
    )
    return create_app(answering, "secret").test_client()


def body(**fields: str) -> bytes:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items()).encode()


def ask(client: FlaskClient, sent: bytes, section: str = "dialplan") -> str:
    answer = client.post(f"/freeswitch/{section}", data=sent, headers=HEAD)
    assert answer.status_code == 200
    etree.fromstring(answer.data)
    text: str = answer.get_data(as_text=True)
    assert "<?xml" not in text
    assert "$${" not in text
    return text


def call(dialled: str, context: str = "relais-trunk", **more: str) -> bytes:
    fields = {"Hunt-Context": context, "Hunt-Destination-Number": dialled, "Unique-ID": UUID}
    return body(
        **{
            **fields,
            "Hunt-Caller-ID-Number": "+14505550199",
            **{k.replace("__", "-"): v for k, v in more.items()},
        }
    )


def hand_over(place: str, number: str = "next-1", **variables: str) -> bytes:
    known = {"company": "boreal", "revision": "1", "entry": "number.DID-1001", "step": "1", "place": place, "route": "-",
             "call": UUID, "started": "1000", "legs": "-"}  # fmt: skip
    fields = {f"variable_relais_{k}": v for k, v in {**known, **variables}.items()}
    return body(**{"Hunt-Context": "relais", "Hunt-Destination-Number": number, "Unique-ID": UUID, **fields})


def test_given_no_or_a_wrong_password_then_401(client: FlaskClient) -> None:
    assert client.post("/freeswitch/dialplan", data=b"").status_code == 401
    wrong = {"Authorization": "Basic " + b64encode(b"relais:wrong").decode()}
    assert client.post("/freeswitch/dialplan", data=b"", headers=wrong).status_code == 401


@pytest.mark.parametrize("capture", sorted(p.name for p in CAPTURES.glob("*.dialplan.form")))
def test_given_a_body_the_switch_really_sent_then_valid_xml(client: FlaskClient, capture: str) -> None:
    ask(client, (CAPTURES / capture).read_bytes())


def test_given_a_call_to_claire_then_her_phone_rings_with_everything_a_ring_step_needs(
    client: FlaskClient,
) -> None:
    text = ask(client, call("+15145550111"))
    if 'application="bridge"' in text:  # Marc's hours are those of the day the test runs
        for needed in ("continue_on_fail=true", "hangup_after_bridge=true", "max_session_transfers=1000"):
            assert needed in text
        assert "${sofia_contact(*/1002a@boreal.example)}" in text
    assert f"relais_call={UUID}" in text


def test_given_forged_variables_on_a_trunk_then_they_are_ignored(client: FlaskClient) -> None:
    text = ask(client, call("+15145550160", variable_relais_route="n.evil.o.s0.n", variable_relais_step="7"))
    assert "relais_step=1|" in text
    assert "evil" not in text


def test_given_a_name_that_injects_a_field_then_the_field_is_not_believed(client: FlaskClient) -> None:
    sent = call("+15145550160") + b"&variable_sip_h_X-a%26Hunt-Context%3Drelais-phone=1"
    assert '<context name="relais-trunk">' in ask(client, sent)


@pytest.mark.parametrize(
    "name",
    ["%24{system(touch pwned)}", "X-PRE-PROCESS", "\"'{}[],|;\r\n", "\udcff\udcfe", "$${x}", "<?xml?>"],
)
def test_given_an_attack_as_a_name_then_nothing_of_it_is_in_the_answer(
    client: FlaskClient, name: str
) -> None:
    raw = name.encode("utf-8", "surrogateescape")
    sent = call("+15145550110") + b"&Hunt-Caller-ID-Name=" + raw + b"&variable_sip_from_display=" + raw
    text = ask(client, sent)
    assert "system" not in text
    assert "PRE-PROCESS" not in text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.binary(max_size=300))
def test_given_any_bytes_then_200_and_valid_xml(client: FlaskClient, sent: bytes) -> None:
    ask(client, sent)
    ask(client, sent, "directory")
    ask(client, call("+15145550100") + b"&" + sent)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(max_size=80), field=st.sampled_from(DIALPLAN_FIELDS))
def test_given_any_text_in_any_field_of_a_hand_over_then_valid_xml(
    client: FlaskClient, value: str, field: str
) -> None:
    encoded = quote(value.encode("utf-8", "surrogatepass"), safe="")
    ask(client, f"{field}={encoded}&".encode() + hand_over("u.1001.o.r0"))


def test_given_a_busy_desk_phone_then_the_switch_alone_moves_the_call_to_the_operator(
    client: FlaskClient,
) -> None:
    uuid = leg_uuid(UUID, 1, 1000, "1001a")
    sent = (
        hand_over("u.1001.o.r0", legs="1001a:1001") + f"&variable_originate_causes={uuid};USER_BUSY".encode()
    )
    assert "1000a" in ask(client, sent)


def test_given_the_controllers_word_then_it_decides_the_same(client: FlaskClient) -> None:
    assert "1000a" in ask(client, hand_over("u.1001.o.r0", legs="1001a:1001", outcome="b.1001b"))


def test_given_a_key_while_ringing_then_the_company_greeting(client: FlaskClient) -> None:
    sent = hand_over("n.N-MAIN.r-CR4.s0r0", "key-0-1", entry="number.N-MAIN", legs="1000a:1000")
    assert "play_and_get_digits" in ask(client, sent)


def test_given_the_directory_then_users_boxes_and_a_definitive_no(client: FlaskClient) -> None:
    device = ask(client, body(user="1001a", domain="boreal.example", action="sip_auth"), "directory")
    assert re.search(r'name="a1-hash" value="[0-9a-f]{32}"', device)
    box = ask(client, body(user="8100", domain="boreal.example"), "directory")
    assert "sip-forbid-register" in box
    assert "a1-hash" not in box
    assert "<user " not in ask(client, body(user="9999", domain="boreal.example"), "directory")


@given(text=st.text(max_size=60))
def test_given_any_text_then_an_action_holds_exactly_it_or_it_is_refused(text: str) -> None:
    try:
        line = action("set", text)
    except Refused:
        return
    assert etree.fromstring(line).get("data") == text
    assert "\n" not in line


@given(text=st.text(min_size=1, max_size=60))
def test_given_any_text_then_dial_strings_and_variables_take_only_what_cannot_mean_more(text: str) -> None:
    sinks = (
        lambda: multiset({"a": text}, {}),
        lambda: leg_variables({"a": text}),
        lambda: device_contact(text, "d.example"),
        lambda: outside("trunk", text),
    )
    for encode in sinks:
        try:
            encode()
        except Refused:
            continue
        assert not set(text) & set("\r\n\t ;'\"\\{}[]<>|,$&%^")
