"""Call records: one a call, found by what people ask for; told again, what is known of a call is joined."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from routing.ended_call import EndedLeg, WholeCall
from routing.record import CallRecord, RecordedCall
from store.call_records import CallRecords, Wanted
from store.migrating import migrate


@pytest.fixture
def records(database_url: str) -> CallRecords:
    migrate(database_url)
    return CallRecords(database_url)


def over(
    call: str, began: float = 100.0, company: str = "boreal", *agents: str, **others: object
) -> WholeCall:
    legs = tuple(
        EndedLeg(leg=f"{agent}a", owner=agent, step=n, began=began) for n, agent in enumerate(agents, 1)
    )
    found = WholeCall(
        call=call, company=company, began=began, ended=began + 10, disposition="abandoned", entry="number.N-MAIN",
        caller="+14505550199", legs=legs,
    )  # fmt: skip
    return replace(found, **others)


def segment(number: int = 1) -> CallRecord:
    who = RecordedCall(
        id="c", kind="number", to="+15145550100", number="+14505550199", segment=number,
        received_at=datetime(2026, 10, 13, 10, tzinfo=UTC),
    )  # fmt: skip
    return CallRecord(company="boreal", revision=3, call=who, steps=())


def found(records: CallRecords, **wanted: object) -> list[str]:
    return [each.call for each in records.list(Wanted(company="boreal", **wanted))]  # type: ignore[arg-type]


def test_given_records_then_each_is_found_by_what_is_asked_the_newest_first(records: CallRecords) -> None:
    records.keep([
        over("c1", 100.0, "boreal", "1001"),
        over("c2", 200.0, "boreal", "1001", "1002", disposition="answered", answered_at=201.0),
        over("c3", 300.0, "boreal", caller="+33199000103", entry="extension.1001"),
        over("c1", 100.0, "other", "1001"),
    ])  # fmt: skip
    assert found(records) == ["c3", "c2", "c1"]
    assert found(records, agent="1001") == ["c2", "c1"]
    assert found(records, agent="1002", disposition="answered") == ["c2"]
    assert found(records, since=200.0) == ["c3", "c2"]
    assert found(records, until=200.0) == ["c1"]
    assert found(records, caller="+33199000103") == ["c3"]
    assert found(records, entry="number.N-MAIN") == ["c2", "c1"]
    assert found(records, agent="1001' OR 1=1 --") == []
    assert records.load("boreal", "c2") == over(
        "c2", 200.0, "boreal", "1001", "1002", disposition="answered", answered_at=201.0
    )
    assert records.load("third", "c1") is None


def test_given_many_records_of_the_same_second_then_every_page_goes_on_where_the_last_one_ended(
    records: CallRecords,
) -> None:
    records.keep([over(f"c{n}", 100.0 + n // 3) for n in range(10)])
    pages, after = [], ""
    while page := found(records, most=3, after=after):
        pages += page
        after = page[-1]
    assert pages == found(records)
    assert len(set(pages)) == 10


@pytest.mark.parametrize("first", ["the sweep", "the switch"])
def test_given_a_call_told_by_a_sweep_and_by_its_controller_then_what_was_seen_counts(
    records: CallRecords, first: str
) -> None:
    swept = over("c1", closed_by="sweep", disposition="lost", ended=150.0, path=("u.1001.o.r0@r",))
    seen = over(
        "c1", 100.0, "boreal", "1001", path=("u.1001.o.r0@r", "b.1001.o.v0@r"), disposition="voicemail"
    )
    for told in (swept, seen) if first == "the sweep" else (seen, swept):
        records.keep([told])
    assert records.load("boreal", "c1") == seen
    assert found(records, disposition="voicemail") == ["c1"]
    assert found(records, agent="1001") == ["c1"]


def test_given_a_call_that_goes_on_with_another_leg_then_it_is_still_one(records: CallRecords) -> None:
    records.keep([over("c1", 100.0, "boreal", "1001", disposition="answered", answered_at=101.0, answered_by="1001a",
                       path=("u.1001.o.r0@r",), segments=(segment(),))])  # fmt: skip
    records.keep([over("c1", 110.0, "boreal", "1002", path=("u.1002.o.r0@r",), segments=(segment(2),))])
    whole = records.load("boreal", "c1")
    assert whole is not None
    assert (whole.began, whole.ended, whole.disposition, whole.answered_by) == (
        100.0,
        120.0,
        "answered",
        "1001a",
    )
    assert whole.path == ("u.1001.o.r0@r", "u.1002.o.r0@r")
    assert [each.call.segment for each in whole.segments] == [1, 2]
    assert found(records, agent="1002") == found(records, agent="1001") == ["c1"]


def test_given_a_record_told_twice_then_nothing_changes(records: CallRecords) -> None:
    told = over("c1", 100.0, "boreal", "1001", path=("u.1001.o.r0@r",), segments=(segment(),))
    records.keep([told, told])
    records.keep([told])
    assert records.load("boreal", "c1") == told


def test_given_parts_of_a_call_told_at_once_by_several_controllers_then_none_is_lost(
    records: CallRecords,
) -> None:
    parts = [over("c1", 100.0 + n, "boreal", f"100{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda part: records.keep([part]), parts))
    whole = records.load("boreal", "c1")
    assert whole is not None
    assert {leg.owner for leg in whole.legs} == {f"100{n}" for n in range(8)}
