"""The switch sends what the dialplan server reads, and nothing else (`enable-post-var`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.run.freeswitch import clean, configure
from dialplan_server.form import DIALPLAN_FIELDS, Form
from tests.dialplan_server.asking import answering, call, hand_over, publish, settings_in
from tests.dialplan_server.test_teams_callers import EMMA, company
from tests.sample import at

PHONE = {
    "variable_relais_company": "boreal",
    "variable_relais_owner": "1002",
    "variable_sip_authorized": "true",
}
ALWAYS_SENT = {"section"}
"""Of the five fields that come with every request, the one that is looked at."""


def recording(names: set[str], get: Callable[[Form, str], str]) -> Callable[[Form, str], str]:
    def read(form: Form, name: str) -> str:
        names.add(name)
        return get(form, name)

    return read


def test_given_calls_of_every_kind_then_the_names_that_are_read_are_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings_in(tmp_path), company())
    worker, names = answering(settings_in(tmp_path), at("2026-10-13 10:00")), set[str]()
    monkeypatch.setattr(Form, "get", recording(names, Form.get))
    asked = [
        call("+15145550110"), call("1004", "relais-phone", **PHONE), call("1004", Hunt__Caller__ID__Number=EMMA),
        call("1004", "relais-transfer", **PHONE),
        call("1004", "relais-transfer", **PHONE, variable_relais_leg="1004a"),
        hand_over("u.1001.o.r0", legs="1001a:1001"), hand_over("n.N-MAIN.o.s0g0", entry="number.N-MAIN"),
    ]  # fmt: skip
    for body in asked:
        worker.dialplan(body)
    assert names - ALWAYS_SENT == set(DIALPLAN_FIELDS)
    assert len(DIALPLAN_FIELDS) == len(set(DIALPLAN_FIELDS))


def test_given_the_switchs_configuration_then_it_sends_the_list(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    configure(settings)
    clean(settings)
    text = (tmp_path / "fs" / "conf" / "autoload_configs" / "xml_curl.conf.xml").read_text()
    dialplan, _, directory = text.partition('<binding name="directory 0">')
    for binding in dialplan.split("<binding ")[1:]:
        sent = [
            line.split('value="')[1].split('"')[0]
            for line in binding.splitlines()
            if "enable-post-var" in line
        ]
        assert sent == list(DIALPLAN_FIELDS)
    assert "enable-post-var" not in directory
