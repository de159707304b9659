"""No value, whatever its bytes, becomes another header; nothing a switch sends cannot be read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.esl.event import Event, event_of
from controller.esl.framing import Frame
from controller.esl.stock import ESLEvent

FORGED = "x\nUnique-ID: INJECTED\r\nHangup-Cause: USER_BUSY\n\nEvent-Name: FORGED"
CORPUS = [
    FORGED,
    "x%0AUnique-ID%3A%20INJECTED%0AHangup-Cause%3A%20USER_BUSY",
    "a\u2028Unique-ID: INJECTED",
    "a\u0085Unique-ID: INJECTED",
    "a\x0b\x0c\x1cUnique-ID: INJECTED",
    '","Unique-ID":"INJECTED',
    "100%",
    "%zz%41",
    "",
    "ARRAY::x|:y",
    "\U0001f4de Zoé",
]


def decoded(kind: str, body: bytes) -> Event:
    event = event_of(Frame({"content-type": kind}, body), received_at=3.5)
    assert event is not None
    return event


def of_json(values: object) -> Event:
    return decoded("text/event-json", json.dumps(values).encode())


def test_headers_by_name() -> None:
    event = of_json(
        {
            "Event-Name": "CUSTOM",
            "Event-Subclass": "relais::step",
            "Core-UUID": "core",
            "Unique-ID": "leg",
            "Channel-Call-UUID": "call",
            "Job-UUID": "job",
            "Application-UUID": "application",
            "Hangup-Cause": "NORMAL_CLEARING",
            "Event-Date-Timestamp": "1795413589285795",
            "variable_relais_step": "3",
            "_body": "text",
        }
    )
    assert (event.name, event.subclass, event.unique_id) == ("CUSTOM", "relais::step", "leg")
    assert (event.job_uuid, event.application_uuid, event.call_uuid) == ("job", "application", "call")
    assert (event.core_uuid, event.hangup_cause) == ("core", "NORMAL_CLEARING")
    assert (event.body, event.data) == ("text", "text")
    assert event.variable("relais_step") == "3"
    assert event.variable("absent", "none") == "none"
    assert event.fired_at == pytest.approx(1795413589.285795)
    assert event.received_at == 3.5
    assert isinstance(event, ESLEvent)


@pytest.mark.parametrize("value", CORPUS)
def test_json_value_stays_a_value(value: str) -> None:
    event = of_json({"Event-Name": "E", "Unique-ID": "true-one", "variable_x": value})
    assert event.unique_id == "true-one"
    assert event.variable("x") == value
    assert set(event.headers) == {"Event-Name", "Unique-ID", "variable_x"}


@pytest.mark.parametrize("value", CORPUS[:-2])
def test_plain_value_stays_a_value(value: str) -> None:
    # As the switch writes it: encoded, but for what already looks like an escape.
    encoded = "".join(
        f"%{byte:02X}" if chr(byte) in '\r\n "' or byte > 126 else chr(byte) for byte in value.encode()
    )
    event = decoded(
        "text/event-plain", f"Event-Name: E\nUnique-ID: true-one\nvariable_x: {encoded}\n\n".encode()
    )
    assert event.unique_id == "true-one"
    assert event.hangup_cause == ""
    assert set(event.headers) == {"Event-Name", "Unique-ID", "variable_x"}


def test_first_plain_header_of_a_name_counts() -> None:
    event = decoded("text/event-plain", b"Event-Name: E\nUnique-ID: a\nUnique-ID: b\n\n")
    assert event.unique_id == "a"


def test_plain_body_is_a_body() -> None:
    event = decoded(
        "text/event-plain", b"Event-Name: BACKGROUND_JOB\nContent-Length: 26\n\n+OK a\nEvent-Name: FORGED\n"
    )
    assert event.name == "BACKGROUND_JOB"
    assert event.body == "+OK a\nEvent-Name: FORGED\n"
    assert "Content-Length" not in event.headers


def test_plain_lists_and_undefined() -> None:
    event = decoded("text/event-plain", b"Event-Name: E\na: ARRAY::x|:y\nb: _undef_\n")
    assert event.get_all("a") == ["x", "y"]
    assert (event.get("a"), event.get("b", "default")) == ("x", "")


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    event = decoded("text/event-json", b'{"Event-Name":"E","Unique-ID":"u","variable_n":"Ren\xe9"}')
    assert event.unique_id == "u"
    assert event.variable("n") == "Ren\ufffd"


def test_control_characters_lists_numbers_and_lone_surrogates() -> None:
    event = decoded(
        "text/event-json",
        b'{"Event-Name":"E","a":"x\x01\ny","l":["p","q"],"n":5,"s":"\\ud800","_body":"\xff"}',
    )
    assert event.get("a") == "x\x01\ny"
    assert (event.get("l"), event.get_all("l"), event.get_all("a")[:1]) == ("p", ["p", "q"], ["x\x01\ny"])
    assert event.get("n") == "5"
    assert event.get("s").encode() == b"?"
    assert event.body == "\ufffd"
    assert event.get_all("absent") == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'"x"', b'{"a":}'])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decoded("text/event-json", body)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_in_a_value(noise: bytes) -> None:
    quoted = noise.replace(b"\\", b"").replace(b'"', b"")
    event = decoded("text/event-json", b'{"Event-Name":"E","Unique-ID":"u","variable_x":"' + quoted + b'"}')
    assert event.unique_id == "u"
    event.variable("x").encode()


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=6))
def test_any_headers_come_back(values: dict[str, str]) -> None:
    values.pop("_body", None)
    event = of_json({**values, "Unique-ID": "u"})
    clean = {
        k.encode("utf-8", "replace").decode(): v.encode("utf-8", "replace").decode()
        for k, v in values.items()
    }
    assert event.headers == {**clean, "Unique-ID": "u"}


def test_log_lines_and_unknown_types() -> None:
    event = decoded("log/data", b"2026 [INFO] line")
    assert (event.name, event.data) == ("log", "2026 [INFO] line")
    assert event_of(Frame({"content-type": "text/event-xml"}, b"<event/>")) is None
    assert event_of(Frame({}, b"")) is None


def test_header_values_stay_out_of_logs() -> None:
    event = of_json({"Event-Name": "E", "Unique-ID": "u", "Caller-Caller-ID-Number": "+14505550199"})
    assert "4505550199" not in repr(event)


@pytest.mark.parametrize("stamp", ["", "x", "-1", "٣", "1e9"])
def test_a_bad_time_is_no_time(stamp: str) -> None:
    assert of_json({"Event-Date-Timestamp": stamp}).fired_at == 0.0
