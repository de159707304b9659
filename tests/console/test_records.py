"""Call records: from the stream in Redis into the database, whatever is away meanwhile, and out by the API."""

from __future__ import annotations

import json
from typing import Any

import gevent
import pytest
import sqlalchemy as sa

from console.__main__ import keeper_of
from console.record_keeper import RecordKeeper
from presence import keys
from presence.pipelines import Pipelines
from presence.tracing import Told, write
from routing.call import Call
from routing.ended_call import EndedCall
from routing.engine import next_step
from routing.replay import replay
from routing.snapshot import Snapshot
from routing.trace import TracedStep, traced
from schemas.record import load_record
from tests.console.conftest import ORIGIN, Console
from tests.sample import at, company, everybody_idle

RECORDS = "/api/v1/companies/boreal/records"
CALL = "00000000-0000-4000-8000-000000000001"


def over(call: str = CALL, **others: Any) -> EndedCall:
    said = {"disposition": "abandoned", "entry": "number.DID-1001", "caller": "+14505550199", **others}
    return EndedCall(call=call, company="boreal", began=100.0, ended=110.0, **said)


def first_step() -> TracedStep:
    """What a worker decided first of a call to Claire's number."""
    call = Call(
        id=CALL, company="boreal", entry_kind="number", entry=company().numbers_by_e164["+15145550110"],
        caller_number="+14505550199", received_at=at("2026-10-13 10:00"),
    )  # fmt: skip
    snapshot = Snapshot(now=call.received_at, agents=everybody_idle())
    return traced(company(), call, 1, snapshot, next_step(company(), call, snapshot, ()), ())


@pytest.fixture
def keeper(console: Console) -> RecordKeeper:
    return keeper_of(console.settings, console.doors)


def kept(keeper: RecordKeeper, count: int) -> None:
    """Run until so many are in the database."""
    runs = gevent.spawn(keeper.run)
    with gevent.Timeout(10, AssertionError(f"{keeper.kept} of {count} were kept")):
        while keeper.kept < count:
            gevent.sleep(0.02)
    runs.kill()


def read(console: Console, path: str = "", company: str = "") -> Any:
    return console.app.test_client().get(RECORDS + path, headers=console.token("supervisor", company))


def test_given_calls_that_ended_then_they_are_listed_by_what_is_asked(
    console: Console, keeper: RecordKeeper
) -> None:
    console.agents().call_over("c1", over("c1"))
    console.agents().call_over("c2", over("c2", disposition="answered", caller="+33199000103"))
    kept(keeper, 2)
    assert {each["call"] for each in read(console).json["records"]} == {"c1", "c2"}
    assert [each["call"] for each in read(console, "?disposition=answered").json["records"]] == ["c2"]
    first = read(console, "?limit=1").json
    assert (first["next"], len(first["records"])) == (first["records"][0]["call"], 1)
    (second,) = read(console, f"?limit=1&after={first['next']}").json["records"]
    assert {first["next"], second["call"]} == {"c1", "c2"}
    assert read(console, "?since=1970-01-01T00:01:40Z").json["records"] != []
    assert read(console, "?until=1970-01-01T00:01:40Z").json["records"] == []


@pytest.mark.parametrize(
    "wrong", ["since=yesterday", "since=2026-10-13T10:00", "limit=0", "limit=x", "limit=501"]
)
def test_given_a_filter_that_means_nothing_then_it_is_refused_with_what_is_wrong(
    console: Console, wrong: str
) -> None:
    answer = read(console, f"?{wrong}")
    assert (answer.status_code, answer.json["code"]) == (400, "bad_question")
    assert wrong.partition("=")[2] in answer.json["facts"]["why"]


@pytest.mark.parametrize("where", ["records", "statistics"])
@pytest.mark.parametrize(("language", "words"), [("fr", "il faut une date et heure"), ("en", "is wanted")])
def test_given_an_instant_that_is_none_then_the_reader_is_told_in_his_language_what_to_write(
    console: Console, where: str, language: str, words: str
) -> None:
    headers = {**console.token("supervisor"), "Accept-Language": language}
    asked = f"/api/v1/companies/boreal/{where}?until=31/12/2026"
    answer = console.app.test_client().get(asked, headers=headers)
    assert answer.status_code == 400
    for said in ("until=31/12/2026", words, "2026-12-25T10:00:00+01:00"):
        assert said in answer.json["title"]


def test_given_a_call_then_its_record_has_every_step_with_its_reasons_and_can_be_decided_again(
    console: Console, keeper: RecordKeeper
) -> None:
    write(
        Pipelines(console.settings.redis_url),
        [Told(step=first_step(), company="boreal", facts={"uuid": CALL})],
    )
    console.agents().call_over(CALL, over())
    kept(keeper, 1)
    whole = read(console, f"/{CALL}").json
    (segment,) = whole["segments"]
    (step,) = segment["steps"]
    assert "1001" in step["agents"]
    assert step["reasons"] != []
    again = load_record(json.dumps(segment))
    assert not isinstance(again, list), again
    assert replay(company(), again).elsewhere is None
    assert read(console, "/nobody").json["code"] == "unknown_record"


def test_given_a_call_that_is_over_then_what_a_worker_tells_late_does_not_bring_it_back(
    console: Console,
) -> None:
    pipelines = Pipelines(console.settings.redis_url)
    write(pipelines, [Told(step=first_step(), company="boreal", facts={"uuid": "other"})])
    assert list(console.agents().calls()) == [CALL]
    console.agents().call_over(CALL, over())
    write(pipelines, [Told(step=first_step(), company="boreal", facts={"uuid": "other"})])
    assert console.agents().calls() == {}


def test_given_a_database_that_is_away_then_what_ends_meanwhile_is_kept_when_it_is_back(
    console: Console, keeper: RecordKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.keeping._REST_SECONDS", 0.05)
    monkeypatch.setattr("console.record_keeper._SETTLE_SECONDS", 0.05)
    table = sa.text("ALTER TABLE call_record RENAME TO away")
    database = console.doors.records._engine
    with database.begin() as link:
        link.execute(table)
    console.agents().call_over("c1", over("c1"))
    runs = gevent.spawn(keeper.run)
    gevent.sleep(0.5)
    assert (keeper.kept, console.redis.get(keys.kept("boreal"))) == (0, None)
    with database.begin() as link:
        link.execute(sa.text("ALTER TABLE away RENAME TO call_record"))
    runs.kill()
    kept(keeper, 1)
    assert [each["call"] for each in read(console).json["records"]] == ["c1"]


def test_given_an_entry_that_cannot_be_read_then_those_after_it_are_kept(
    console: Console, keeper: RecordKeeper
) -> None:
    for wrong in ("{", '{"call": 1}', ""):
        console.redis.xadd(keys.records("boreal"), {"record": wrong})
    console.agents().call_over("c1", over("c1"))
    kept(keeper, 1)
    assert keeper.kept == 1


def test_given_somebody_of_another_company_then_there_are_no_records_for_him(
    console: Console, keeper: RecordKeeper
) -> None:
    console.agents().call_over("c1", over("c1"))
    kept(keeper, 1)
    for path in ("", "/c1"):
        assert read(console, path, "other").json["code"] == "unknown_company"
    browser = console.browser("paul")
    assert browser.get(RECORDS, headers=ORIGIN).status_code == 200
