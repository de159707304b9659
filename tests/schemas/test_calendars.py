"""Holidays from the library and from calendar files, as editable periods (R11, Z09, A27)."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from click.testing import CliRunner, Result
from holidays.utils import list_supported_countries
from hypothesis import given, settings
from hypothesis import strategies as st

from console.command_line import main
from routing.company import CompanyDocument, DateRange, ExceptionalPeriod
from routing.hours import covers
from schemas.calendar_days import Calendar, CalendarDay, Refused, library_calendar, years_of
from schemas.calendar_files import MOST_BYTES, file_calendar
from schemas.calendar_sentences import SENTENCES, refused_text
from schemas.company import load_company, plain_company
from schemas.document_editing import with_periods
from schemas.period_import import imported, put, steps_for, targets_of, zone_of
from tests.routing.levels import boreal
from tests.sample import BOREAL

OFFICE = Path(__file__).parent / "calendars" / "office.ics"
TORONTO, PARIS = ZoneInfo("America/Toronto"), ZoneInfo("Europe/Paris")
MAIN = "handlings.main"
STEPS = [{"action": "voicemail", "box": "8100"}]


def calendar(country: str, subdivision: str, years: range) -> Calendar:
    found = library_calendar(country, subdivision, years)
    assert isinstance(found, Calendar), found
    return found


def days(found: Calendar) -> dict[str, Mapping[str, str]]:
    return {day.first.isoformat(): day.names for day in found.days}


KNOWN: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "Quebec, Patriots' Day": ("CA", "QC", "2027-05-24", {"fr": "Journée nationale des patriotes", "en": "National Patriots' Day"}),
    "Quebec, by its name": ("CA", "Québec", "2027-06-24", {"fr": "Fête nationale du Québec", "en": "Saint Jean Baptiste Day"}),
    "Quebec, observed on Monday": ("CA", "QC", "2027-12-27", {"fr": "Jour de Noël (observé)", "en": "Christmas Day (observed)"}),
    "Ontario, observed on Tuesday": ("CA", "ON", "2027-12-28", {"fr": "Boxing Day (observé)", "en": "Boxing Day (observed)"}),
    "Ontario, Family Day": ("CA", "ON", "2027-02-15", {"fr": "Fête de la famille", "en": "Family Day"}),
    "France": ("FR", "", "2026-07-14", {"fr": "Fête nationale", "en": "National Day"}),
    "Alsace": ("FR", "Alsace", "2026-12-26", {"fr": "Saint-Étienne", "en": "Saint Stephen's Day"}),
    "the United States, in English only": ("US", "", "2026-11-26", {"en": "Thanksgiving Day"}),
}  # fmt: skip


@pytest.mark.parametrize("case", KNOWN)
def test_given_a_country_then_its_holidays_have_names_in_our_languages(case: str) -> None:
    country, subdivision, day, names = KNOWN[case]
    assert days(calendar(country, subdivision, range(2026, 2028)))[day] == names


def test_given_ontario_then_it_has_no_patriots_day_and_no_24_june() -> None:
    assert "2027-06-24" not in days(calendar("CA", "ON", range(2027, 2028)))


PLACES = sorted(
    (country, part)
    for country, parts in list_supported_countries().items()
    if len(country) == 2
    for part in ("", *parts)
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(PLACES), st.integers(2000, 2035), st.integers(0, 2))
def test_given_any_place_then_the_periods_cover_the_librarys_days_and_no_other(
    place: tuple[str, str], first: int, more: int
) -> None:
    country, part = place
    years = range(first, first + more + 1)
    oracle = holidays.country_holidays(country, subdiv=part or None, years=list(years), observed=True)
    expected = {day for day in oracle if day.year in years}
    found = library_calendar(country, part, years)
    if not expected:
        assert found == Refused("calendar_empty", {"years": f"{years[0]}-{years[-1]}"})
        return
    assert isinstance(found, Calendar)
    outcome = imported(plain_company(boreal()), MAIN, found, STEPS, languages=("fr", "en"), years=years)
    plain = plain_company(boreal())
    put(plain, outcome)
    loaded = load_company(plain)
    assert isinstance(loaded, CompanyDocument), loaded
    mine = [loaded.handlings["main"].exceptions[key] for key in outcome.added]
    assert all(period.name and period.imported for period in mine)
    day = date(years[0], 1, 1)
    while day.year in years:
        noon = datetime(day.year, day.month, day.day, 12)
        assert any(covers(period, noon) for period in mine) == (day in expected), day
        day += timedelta(days=1)


# --- importing again ---------------------------------------------------------------------------------


def at_christmas(plain: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plain["handlings"]["main"]["exceptions"]["CA-QC-2026-12-25"]
    return found


def imported_once() -> dict[str, Any]:
    plain = copy.deepcopy(plain_company(boreal()))
    found = calendar("CA", "QC", range(2026, 2027))
    put(plain, imported(plain, MAIN, found, STEPS, languages=("fr", "en"), years=range(2026, 2027)))
    return plain


def again(plain: dict[str, Any], found: Calendar | None = None, steps: Any = STEPS) -> Any:
    found = found or calendar("CA", "QC", range(2026, 2027))
    return imported(plain, MAIN, found, steps, languages=("fr", "en"), years=range(2026, 2027))


def test_given_nothing_changed_then_importing_again_changes_nothing() -> None:
    outcome = again(imported_once())
    assert (outcome.periods, len(outcome.unchanged)) == ({}, 8)


def test_given_a_saved_company_then_importing_again_changes_nothing() -> None:
    document = load_company(imported_once())
    assert isinstance(document, CompanyDocument)
    assert again(plain_company(document)).periods == {}


@pytest.mark.parametrize(
    "edit",
    [{"name": "Fermé"}, {"enabled": False}, {"start": "12:00"}, {"steps": [{"action": "voicemail", "box": "8300"}]},
     {"range": {"first": "2026-12-24", "last": "2026-12-26"}}, {"rank": 1}],
    ids=lambda edit: next(iter(edit)),
)  # fmt: skip
def test_given_an_entry_that_somebody_edited_then_it_is_not_overwritten(edit: dict[str, Any]) -> None:
    plain = imported_once()
    at_christmas(plain).update(edit)
    outcome = again(plain, steps=[{"action": "announce", "prompt": "A-FERIE"}])
    assert outcome.edited == ("CA-QC-2026-12-25",)
    assert len(outcome.updated) == 7
    put(plain, outcome)
    assert at_christmas(plain).items() >= edit.items()


def test_given_another_announcement_then_entries_nobody_edited_are_brought_up_to_date() -> None:
    plain = imported_once()
    put(plain, again(plain, steps=[{"action": "announce", "prompt": "A-FERIE"}]))
    assert at_christmas(plain)["steps"] == [{"action": "announce", "prompt": "A-FERIE"}]


def test_given_a_day_that_left_the_calendar_then_it_is_told_and_left() -> None:
    plain = imported_once()
    found = calendar("CA", "QC", range(2026, 2027))
    outcome = again(plain, Calendar("CA-QC", found.days[:-1]))
    assert outcome.gone == ("CA-QC-2026-12-25",)
    assert at_christmas(plain)


def test_given_two_calendars_then_they_do_not_touch_each_other() -> None:
    plain = imported_once()
    outcome = again(plain, calendar("CA", "ON", range(2026, 2027)))
    assert len(outcome.added) == 10
    assert outcome.gone == ()


def test_given_the_same_day_twice_in_a_calendar_then_each_has_an_id() -> None:
    day = date(2026, 12, 24)
    twice = [CalendarDay(uid, {"fr": uid}, day, day) for uid in ("a", "b")]
    outcome = again(plain_company(boreal()), Calendar("A very long name, which goes on", tuple(twice)))
    assert outcome.added == ("A-very-long-name-w-2026-12-24", "A-very-long-name-2026-12-24-2")
    assert all(len(key) <= 32 for key in outcome.added)


# --- calendar files ----------------------------------------------------------------------------------


def of_file(data: bytes, zone: ZoneInfo = TORONTO, years: range = range(2026, 2028)) -> Calendar | Refused:
    return file_calendar(data, "office", years, zone)


def spans(found: Calendar | Refused) -> list[tuple[str, str, str, int, int]]:
    assert isinstance(found, Calendar), found
    return [(d.names["fr"], d.first.isoformat(), d.last.isoformat(), d.start, d.end) for d in found.days]


def test_given_a_calendar_file_then_its_events_are_days_of_the_objects_zone() -> None:
    assert spans(of_file(OFFICE.read_bytes())) == [
        ("Inventaire", "2026-06-30", "2026-06-30", 12 * 60, 1440),
        ("Inventaire", "2026-07-01", "2026-07-01", 0, 1440),
        ("Inventaire", "2026-07-02", "2026-07-02", 0, 4 * 60),
        ("Réunion", "2026-09-01", "2026-09-01", 10 * 60, 11 * 60 + 30),
        ("Soirée", "2026-09-03", "2026-09-03", 18 * 60, 1440),
        ("Vacances", "2026-12-20", "2027-01-05", 0, 1440),
        ("Noël", "2026-12-25", "2026-12-25", 0, 1440),
        ("Noël", "2027-12-25", "2027-12-25", 0, 1440),
    ]
    assert spans(of_file(OFFICE.read_bytes(), PARIS))[0][3] == 18 * 60


EVENT = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Fermeture\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
FILES: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "not_a_calendar"),
    "a text": (b"hello", "not_a_calendar"),
    "bytes": (b"\xff\xfe\x00\x01", "not_a_calendar"),
    "half a calendar": (b"BEGIN:VCALENDAR\n", "not_a_calendar"),
    "two calendars": (EVENT % b"DTSTART;VALUE=DATE:20260101" * 2, "not_a_calendar"),
    "an impossible date": (EVENT % b"DTSTART;VALUE=DATE:20261332", "event_broken"),
    "no date": (EVENT % b"DESCRIPTION:x", "event_broken"),
    "an impossible recurrence": (EVENT % b"DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=OFTEN", "event_broken"),
    "every second": (EVENT % b"DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=SECONDLY", "event_too_dense"),
    "each day for ever": (EVENT % b"DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=DAILY", ""),
    "other years": (EVENT % b"DTSTART;VALUE=DATE:20200101", "calendar_empty"),
    "an end before its start": (EVENT % b"DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260101", ""),
    "an unknown zone": (EVENT % b"DTSTART;TZID=Nowhere/Zone:20260105T080000", "calendar_empty"),
    "a value of two kinds": (EVENT % b"DTSTART;VALUE=DATE,TEXT:20260105", "not_a_calendar"),
    "too large": (b"x" * (MOST_BYTES + 1), "calendar_too_large"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_given_a_bad_file_then_it_is_refused_by_name_and_nothing_is_raised(case: str) -> None:
    data, code = FILES[case]
    found = of_file(data)
    assert (found.code if isinstance(found, Refused) else "") == code, found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 700), st.binary(max_size=12))
def test_given_a_damaged_file_then_nothing_is_raised(place: int, noise: bytes) -> None:
    data = OFFICE.read_bytes()
    found = of_file(data[:place] + noise + data[place + len(noise) :])
    assert isinstance(found, Calendar | Refused)


def test_given_the_codes_then_each_is_a_sentence_in_both_languages() -> None:
    facts = dict.fromkeys(
        ("value", "hint", "country", "known", "file", "why", "most", "event", "years", "target", "author"),
        "x",
    )
    for code in SENTENCES:
        refused = Refused(code, {**facts, "revision": "1"})
        assert refused_text(refused, "fr") != refused_text(refused, "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026", range(2026, 2027)), ("2026-2028", range(2026, 2029)), ("2028-2026", None), ("26", None),
     ("2026-", None), ("", None), ("1800", None), ("1950-2050", None)],
)  # fmt: skip
def test_given_years_then_they_are_a_range_or_refused(text: str, expected: range | None) -> None:
    found = years_of(text)
    assert found == expected if expected is not None else isinstance(found, Refused)


# --- into a company ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "targets"),
    [
        ("", ["handlings.main", "handlings.sales", "handlings.lyon"]),
        ("CA", ["handlings.main", "handlings.sales"]),
        ("FR", ["handlings.lyon"]),
        ("US", Refused("target_none")),
    ],
)
def test_given_no_target_then_it_is_every_handling_with_hours_in_the_country(
    country: str, targets: Any
) -> None:
    assert targets_of(boreal(), (), country) == targets


@pytest.mark.parametrize(
    "target", ["handlings.none", "users.9999", "teams.T-VEN", "account", "sites.NONE.defaults.users", "."]
)
def test_given_something_without_periods_then_it_is_refused(target: str) -> None:
    assert targets_of(boreal(), (target,)) == Refused("target_unknown", {"value": target})


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("handlings.main", [{"action": "voicemail", "box": "8100"}]),
        ("users.1001", [{"action": "voicemail"}]),
        ("users.1006", [{"action": "voicemail"}]),
        ("queues.Q-SUP", [{"action": "voicemail", "box": "8200"}]),
        ("queues.Q-COL", None),
        ("account.defaults.numbers", None),
    ],
)
def test_given_no_destination_then_a_holiday_is_as_when_closed(target: str, expected: Any) -> None:
    found = steps_for(boreal(), target)
    assert found == (expected if expected is not None else Refused("steps_missing", {"target": target}))


@pytest.mark.parametrize(
    ("target", "zone"),
    [("handlings.lyon", "Europe/Paris"), ("handlings.main", "America/Toronto"), ("users.1009", "Europe/Paris"),
     ("queues.Q-SUP", "America/Toronto"), ("sites.LYON.defaults.users", "Europe/Paris")],
)  # fmt: skip
def test_given_a_target_then_its_zone_is_the_one_it_is_judged_in(target: str, zone: str) -> None:
    assert zone_of(boreal(), target) == zone


def test_given_a_file_with_comments_then_they_stay() -> None:
    text = BOREAL.read_text(encoding="utf-8")
    outcome = again(plain_company(boreal()))
    changed = with_periods(text, [outcome])
    kept = iter(changed.splitlines())
    assert all(line in kept for line in text.splitlines())
    document = load_company(changed)
    assert isinstance(document, CompanyDocument)
    assert document.handlings["main"].exceptions["CA-QC-2026-12-25"] == ExceptionalPeriod(
        name="Jour de Noël / Christmas Day",
        range=DateRange(first="2026-12-25", last="2026-12-25"),
        steps=boreal().handlings["main"].closed,
        imported=document.handlings["main"].exceptions["CA-QC-2026-12-25"].imported,
    )


def test_given_a_json_document_then_it_stays_json() -> None:
    text = json.dumps(plain_company(boreal()))
    changed = json.loads(with_periods(text, [again(plain_company(boreal()))]))
    assert len(changed["handlings"]["main"]["exceptions"]) == 3 + 8


def relais(*words: str) -> Result:
    return CliRunner().invoke(main, ["holidays", *words])


def test_given_a_country_then_the_command_lists_its_holidays() -> None:
    told = relais("--country", "CA", "--subdivision", "QC", "--years", "2026")
    assert told.output.splitlines()[3] == "2026-06-24  Fête nationale du Québec / Saint Jean Baptiste Day"
    assert json.loads(relais("--country", "FR", "--years", "2026", "--json").output)[0]["uid"] == "2026-01-01"


def test_given_a_document_then_the_command_puts_them_in_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_bytes(BOREAL.read_bytes())
    words = (
        "--ics",
        str(OFFICE),
        "--years",
        "2026-2027",
        "--into",
        str(file),
        "--for",
        "users.1004",
        "--announce",
        "A-FERIE",
    )
    assert relais(*words).output == (
        "users.1004: 8 added, 0 updated, 0 unchanged, 0 edited by hand and kept, 0 no longer in the calendar.\n"
    )
    document = load_company(file)
    assert isinstance(document, CompanyDocument)
    assert len(document.users["1004"].exceptions) == 8
    assert "8 inchangées" in relais(*words, "--language", "fr").output


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no such country": (("--country", "ZZ"), "ISO"),
    "no such part": (("--country", "CA", "--subdivision", "ZZ"), "QC"),
    "no such kind": (("--country", "CA", "--category", "moon"), "optional"),
    "no such years": (("--country", "CA", "--years", "soon"), "2026-2028"),
    "no such file": (("--ics", "none.ics"), "none.ics"),
    "not a calendar": (("--ics", str(BOREAL)), "iCalendar"),
    "no such target": (("--country", "CA", "--into", str(BOREAL), "--for", "teams.T-VEN"), "handlings.main"),
    "no destination": (("--country", "CA", "--into", str(BOREAL), "--for", "account.defaults.users"), "--voicemail"),
    "no such prompt": (("--country", "CA", "--into", str(BOREAL), "--for", "users.1004", "--announce", "NONE"), "NONE"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_given_a_mistake_then_the_command_says_what_to_do_and_changes_nothing(
    case: str, language: str
) -> None:
    words, told = REFUSED[case]
    before = BOREAL.read_bytes()
    result = relais(*words, "--language", language)
    assert (result.exit_code, result.stdout) == (1, "")
    assert told in result.stderr
    assert BOREAL.read_bytes() == before
