"""`relais holidays`: public holidays of a country, or a calendar file's days, as exceptional periods of a company."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import click
import msgspec

from console.commands import options
from routing.company import CompanyDocument, Language
from schemas.calendar_days import Calendar, CalendarDay, Refused, library_calendar, years_of
from schemas.calendar_files import file_calendar
from schemas.calendar_sentences import refused_text
from schemas.company import load_company, plain_company
from schemas.document_editing import with_periods
from schemas.document_text import Parsed, parse
from schemas.period_import import Outcome, Steps, imported, put, steps_for, targets_of, zone_of
from schemas.times import clock_text

_Value = TypeVar("_Value")
_Source = Callable[[str], Calendar]
"""A calendar, for an object in a time zone."""
_DONE: Mapping[Language, str] = {
    "fr": "{target} : {added} ajoutées, {updated} mises à jour, {unchanged} inchangées, {edited} modifiées à la main et gardées,"
    " {gone} qui ne sont plus au calendrier.",
    "en": "{target}: {added} added, {updated} updated, {unchanged} unchanged, {edited} edited by hand and kept,"
    " {gone} no longer in the calendar.",
}


class Wanted(msgspec.Struct, frozen=True):
    """What was asked for on the command line."""

    language: Language
    targets: tuple[str, ...]
    steps: Steps
    as_json: bool


@click.command("holidays")
@click.option("--country", help="Two letters, ISO 3166: CA, FR, …")
@click.option("--subdivision", default="", help="A province, region or state, by code or name: QC, ON, …")
@click.option("--ics", type=click.Path(path_type=Path), help="An iCalendar file instead of a country.")
@click.option("--years", default="", help="2026, or 2026-2028. Default: this year and the next.")
@click.option(
    "--category",
    "categories",
    multiple=True,
    help="Kinds of holidays, as the country has them. Default: public.",
)
@click.option(
    "--into",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A company's document to put them into.",
)
@click.option("--company", default="", help="The id of a saved company to put them into.")
@click.option(
    "--for",
    "targets",
    multiple=True,
    help="handlings.main, users.1002, … Default: handlings that have hours, of numbers in that country.",
)
@click.option("--announce", default="", help="On these days: this prompt, then hang up.")
@click.option("--voicemail", default="", help="On these days: this voicemail box.")
@click.option("--extension", default="", help="On these days: this extension. Default: as when closed.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.language
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    country: str | None, subdivision: str, ics: Path | None, years: str, categories: tuple[str, ...],
    into: Path | None, company: str, targets: tuple[str, ...], announce: str, voicemail: str, extension: str,
    as_json: bool, language: Language,
) -> None:  # fmt: skip
    """List holidays, or put them into a company as periods that can be edited. What was edited is never overwritten."""
    if (country is None) == (ics is None):
        raise click.UsageError("give either --country or --ics")
    this_year = datetime.now(UTC).year
    span = years_of(years or f"{this_year}-{this_year + 1}")
    if isinstance(span, Refused):
        _refuse(span, language)
    wanted = Wanted(language, targets, _steps(announce, voicemail, extension), as_json)

    def calendar(zone: str) -> Calendar:
        if ics is not None:
            return _accepted(_of_file(ics, span, zone), language)
        return _accepted(library_calendar((country or "").upper(), subdivision, span, categories), language)

    if into is not None:
        _into_file(into, calendar, span, wanted)
    elif company:
        _into_company(company, calendar, span, wanted)
    else:
        _list(calendar("UTC").days, wanted)


def _steps(announce: str, voicemail: str, extension: str) -> Steps:
    given: list[dict[str, Any]] = []
    if announce:
        given.append({"action": "announce", "prompt": announce})
    if voicemail:
        given.append({"action": "voicemail", "box": voicemail})
    if extension:
        given.append({"action": "extension", "extension": extension})
    if len(given) > 1:
        raise click.UsageError("give one of --announce, --voicemail and --extension")
    return given


def _of_file(file: Path, years: range, zone: str) -> Calendar | Refused:
    try:
        data = file.read_bytes()
    except OSError as error:
        return Refused("calendar_unreadable", {"file": file.name, "why": error.strerror or "?"})
    return file_calendar(data, file.stem[:100], years, ZoneInfo(zone))


# --- where to ----------------------------------------------------------------------------------------


def _into_file(file: Path, calendar: _Source, years: range, wanted: Wanted) -> None:
    from store.files import replace_file

    text = file.read_text(encoding="utf-8", errors="replace")
    document = _read(text, file.name, wanted.language)
    read = parse(text)
    assert isinstance(read, Parsed)
    outcomes = _outcomes(document, read.data, calendar, years, wanted)
    changed = with_periods(text, outcomes)
    _read(changed, file.name, wanted.language)
    mode = file.stat().st_mode
    replace_file(file, changed.encode())
    file.chmod(mode)
    _tell(outcomes, wanted)


def _into_company(key: str, calendar: _Source, years: range, wanted: Wanted) -> None:
    from console.commands.publishing import publish
    from schemas.settings import from_environ
    from store.documents import Conflict, Documents

    settings = from_environ()
    documents = Documents(settings.database_url)
    known = documents.load(key)
    if known is None:
        _refuse(Refused("company_unknown", {"value": key}), wanted.language)
    revision, document = known
    plain = plain_company(document)
    outcomes = _outcomes(document, plain, calendar, years, wanted)
    for outcome in outcomes:
        put(plain, outcome)
    changed = _read(plain, key, wanted.language)
    saved = documents.save(changed, made_from=revision, author=getpass.getuser(), note="holidays imported")
    if isinstance(saved, Conflict):
        _refuse(
            Refused("saved_meanwhile", {"author": saved.author, "revision": str(saved.revision)}),
            wanted.language,
        )
    publish(documents, key, settings)
    _tell(outcomes, wanted)


def _outcomes(
    document: CompanyDocument, plain: dict[str, Any], calendar: _Source, years: range, wanted: Wanted
) -> list[Outcome]:
    found: list[Outcome] = []
    country = calendar(document.account.time_zone).country
    for target in _accepted(targets_of(document, wanted.targets, country), wanted.language):
        steps = wanted.steps or _accepted(steps_for(document, target), wanted.language)
        days = calendar(zone_of(document, target))
        languages = document.account.languages
        found.append(imported(plain, target, days, steps, languages=languages, years=years))
    return found


def _read(source: str | dict[str, Any], name: str, language: Language) -> CompanyDocument:
    loaded = load_company(source)
    if isinstance(loaded, CompanyDocument):
        return loaded
    lines = [
        f"{problem.path or name}: {problem.fr if language == 'fr' else problem.en}" for problem in loaded
    ]
    click.echo("\n".join(lines), err=True)
    sys.exit(1)


# --- what is said ------------------------------------------------------------------------------------


def _list(days: Sequence[CalendarDay], wanted: Wanted) -> None:
    if wanted.as_json:
        click.echo(json.dumps(msgspec.to_builtins(days), ensure_ascii=False))
        return
    for day in days:
        until = "" if day.last == day.first else f" – {day.last}"
        hours = "" if (day.start, day.end) == (0, 1440) else f" {clock_text(day.start)}-{clock_text(day.end)}"
        click.echo(f"{day.first}{until}{hours}  {' / '.join(dict.fromkeys(day.names.values()))}")


def _tell(outcomes: Sequence[Outcome], wanted: Wanted) -> None:
    if wanted.as_json:
        click.echo(json.dumps(msgspec.to_builtins(outcomes), ensure_ascii=False))
        return
    for one in outcomes:
        counts = {
            name: len(getattr(one, name)) for name in ("added", "updated", "unchanged", "edited", "gone")
        }
        click.echo(_DONE[wanted.language].format(target=one.target, **counts))


def _accepted(value: _Value | Refused, language: Language) -> _Value:
    if isinstance(value, Refused):
        _refuse(value, language)
    return value


def _refuse(refused: Refused, language: Language) -> NoReturn:
    click.echo(refused_text(refused, language), err=True)
    sys.exit(1)
