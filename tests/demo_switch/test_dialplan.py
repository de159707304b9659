"""What the switch makes of each kind of answer (freeswitch-facts 1.3, 2.1)."""

from __future__ import annotations

from pathlib import Path

import gevent
import pytest
from gevent.pywsgi import WSGIServer

from demo_switch.assembly import Plan, build
from demo_switch.callers import Placed, place_call
from demo_switch.http_lookup import Binding, form_body
from demo_switch.phones import Phones
from presence.clock import Clock
from tests.demo_switch.lab import NOT_FOUND, Lab, dialplan

FAILSAFE = dialplan("default", [("set", "relais_rule=failsafe"), ("hangup", "CALL_REJECTED")])
GOOD = dialplan("default", [("set", "relais_rule=server"), ("hangup", "USER_BUSY")])


@pytest.fixture
def failsafe(tmp_path: Path) -> str:
    path = tmp_path / "failsafe.xml"
    path.write_text(FAILSAFE)
    return f"XML,XML:{path}"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (GOOD, "USER_BUSY"),
        (NOT_FOUND, "CALL_REJECTED"),
        (dialplan("elsewhere", [("hangup", "USER_BUSY")]), "CALL_REJECTED"),
        (dialplan("global", [("hangup", "USER_BUSY")]), "USER_BUSY"),
        (GOOD.replace("<condition>", '<condition field="destination_number" expression="^other$">'), "CALL_REJECTED"),
    ],
)  # fmt: skip
def test_an_answer_without_the_asked_context_or_extension_goes_on_to_the_failsafe(
    lab: Lab, failsafe: str, answer: str, cause: str
) -> None:
    lab.answers["x"] = answer
    caller = lab.call("x", dialplan=failsafe)
    lab.finish()
    assert lab.event("CHANNEL_HANGUP", caller.uuid)["Hangup-Cause"] == cause


def test_given_no_failsafe_when_nothing_answers_then_there_is_no_route(lab: Lab) -> None:
    caller = lab.call("x", dialplan="XML")
    lab.finish()
    assert lab.event("CHANNEL_HANGUP", caller.uuid)["Hangup-Cause"] == "NO_ROUTE_DESTINATION"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ('<?xml version="1.0"?>' + GOOD.replace("\n", ""), "bad_document"),
        (GOOD.replace("relais_rule=server", "name=X-PRE-PROCESS").replace("\n", " "), "bad_document"),
        (GOOD.replace("</condition>", "</condition"), "bad_document"),
        ("", "bad_document"),
    ],
)
def test_a_document_the_preprocessor_eats_is_counted_and_the_failsafe_answers(
    tmp_path: Path, failsafe: str, answer: str, kind: str
) -> None:
    lab = Lab(tmp_path)
    lab.answers["x"] = answer
    caller = lab.call("x", dialplan=failsafe)
    lab.finish()
    assert lab.event("CHANNEL_HANGUP", caller.uuid)["Hangup-Cause"] == "CALL_REJECTED"
    assert lab.switch.refusals.counts[kind] == 1
    lab.close()


def test_given_a_frozen_and_a_failing_worker_when_called_then_the_next_binding_answers(
    tmp_path: Path,
) -> None:
    asked: list[str] = []

    def serve(environ, start):  # type: ignore[no-untyped-def]
        path = environ["PATH_INFO"]
        asked.append(path + " " + environ.get("HTTP_AUTHORIZATION", ""))
        if path == "/frozen":
            gevent.sleep(5)
        start("500 No" if path == "/failing" else "200 OK", [])
        return [GOOD.encode()]

    web = WSGIServer(("127.0.0.1", 0), serve, log=None)
    web.start()
    urls = [f"http://127.0.0.1:{web.server_port}/{name}" for name in ("frozen", "failing", "well")]
    bindings = [Binding(url, 0.05, "relais", "secret") for url in ["http://127.0.0.1:1/", *urls]]
    switch = build(Plan(bindings={"dialplan": bindings}), Clock(), Phones())
    leg = place_call(switch, Placed(to="x", number="1", context="default"), "XML")
    with gevent.Timeout(5):
        while switch.channels:
            gevent.sleep(0.01)
    web.stop(timeout=0)
    assert asked == [f"/{name} Basic cmVsYWlzOnNlY3JldA==" for name in ("frozen", "failing", "well")]
    assert leg.cause == "USER_BUSY"


def test_only_the_listed_fields_are_sent_beside_the_five() -> None:
    basic = {"hostname": "h", "section": "dialplan", "tag_name": "", "key_name": "", "key_value": ""}
    body = form_body(basic, {"a": "1 2", "b": ["x;1", "y;2"], "c": "%24{x}"}, frozenset({"b", "c"}))
    assert body == (
        b"hostname=h&section=dialplan&tag_name=&key_name=&key_value="
        b"&b=ARRAY%3A%3Ax%3B1|%3Ay%3B2&c=%24%7Bx%7D".replace(b"|", b"%7C")
    )


def test_conditions_of_a_failsafe_are_evaluated(lab: Lab, tmp_path: Path) -> None:
    text = FAILSAFE.replace(
        "<condition>",
        '<condition field="${originate_disposition}" expression="^(USER_BUSY)$">\n'
        '<action application="set" data="seen=$1"/>',
    )
    path = tmp_path / "conditions.xml"
    path.write_text(text)
    lab.answers["x"] = [("set", "originate_disposition=USER_BUSY"), ("transfer", f"y XML,XML:{path} default")]
    caller = lab.call("x")
    lab.finish()
    assert lab.event("CHANNEL_HANGUP_COMPLETE", caller.uuid)["variable_seen"] == "USER_BUSY"
