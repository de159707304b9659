"""`relais calendar`: what calls to a number meet in the coming weeks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from console.commands import options

if TYPE_CHECKING:
    from routing.calendar import Day
    from routing.calendar_warnings import CalendarWarning
    from routing.company import Language
    from routing.compiled import Company

_WORDS = {
    "fr": {
        "open": "ouvert", "closed": "fermé", "exception": "exception", "rule": "règle", "forwarded": "renvoyé",
        "out_of_service": "hors service", "forward": "les horloges avancent de {shift} min",
        "back": "les horloges reculent de {shift} min", "warnings": "À vérifier :",
    },
    "en": {
        "open": "open", "closed": "closed", "exception": "exception", "rule": "rule", "forwarded": "forwarded",
        "out_of_service": "out of service", "forward": "clocks go forward by {shift} min",
        "back": "clocks go back by {shift} min", "warnings": "To check:",
    },
}  # fmt: skip


@click.command("calendar")
@options.company
@click.option("--number", required=True, help="A number of the company, E.164 or by its id.")
@click.option("--from", "first", default="", help="First day, YYYY-MM-DD; today when left out.")
@click.option("--days", default=60, show_default=True, type=click.IntRange(1, 1000))
@click.option(
    "--holidays",
    "place",
    default="",
    help="Where the holidays to compare with are, CA-QC; the number's country when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.language
def command(named: Path, number: str, first: str, as_json: bool, language: Language, **asked: Any) -> None:
    """Show for each day when calls to a number are open, closed, or in an exceptional period, with warnings."""
    from console.commands.asking import company_of, number_of
    from routing.calendar import calendar, subject_of
    from routing.calendar_warnings import warnings

    company = company_of(named, language)
    ident = number_of(company, number, language)
    subject = subject_of(company, ident)
    begin = _date(first, language) if first else datetime.now(subject.zone).date()
    days: int = asked["days"]
    listed = calendar(company, ident, begin, days)
    found = warnings(listed, subject, _holidays(company, ident, asked["place"], (begin, days), language))
    if as_json:
        told = {
            "number": company.document.numbers[ident].number,
            "zone": str(subject.zone),
            "days": listed,
            "warnings": found,
        }
        click.echo(json.dumps(msgspec.to_builtins(told), ensure_ascii=False))
    else:
        _print(company, ident, listed, found, language)


def _holidays(
    company: Company, number: str, place: str, spell: tuple[date, int], language: Language
) -> Mapping[date, str]:
    """Of the place that was asked for, else of the country of the number's site, of which there may be none."""
    from schemas.calendar_days import Refused
    from schemas.calendar_sentences import refused_text
    from schemas.public_holidays import public_holidays

    site = company.document.sites.get(company.document.numbers[number].site)
    country = (site.country if site is not None else "") or company.document.account.country
    found = public_holidays(place or country, *spell, language)
    if not isinstance(found, Refused):
        return found
    if place:
        raise click.ClickException(refused_text(found, language))
    return {}


def _print(
    company: Company,
    ident: str,
    days: tuple[Day, ...],
    found: tuple[CalendarWarning, ...],
    language: Language,
) -> None:
    from routing.calendar import subject_of
    from routing.calendar_warnings import warning_sentence
    from routing.explain_names import Names

    subject, names, words = subject_of(company, ident), Names(company, language), _WORDS[language]
    click.echo(f"{names.number(ident)}  {subject.zone}")
    for day in days:
        said = "  ".join(
            f"{spell.start:%H:%M}-{'24:00' if spell.end.date() > day.date else f'{spell.end:%H:%M}'} {words[spell.state]}"
            + (f" {names.branch(subject.target, spell.state, spell.name)}" if spell.name else "")
            for spell in day.spells
        )
        clock = f"  ({words[day.clock].format(shift=day.shift)})" if day.clock else ""
        click.echo(f"{names.weekday(day.date)} {day.date.isoformat()}  {said}{clock}")
    if found:
        click.echo(words["warnings"])
    for warning in found:
        click.echo(f"  {warning_sentence(company, subject, warning, language)}")


def _date(text: str, language: Language) -> date:
    from console.commands.asking import refuse, sensible

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise refuse(
            language, f"« {text} » n'est pas une date : AAAA-MM-JJ", f"“{text}” is no date: YYYY-MM-DD"
        ) from None
    if not sensible(day):
        raise refuse(
            language, f"« {text} » : une année de 1970 à 2199", f"“{text}”: a year from 1970 to 2199"
        )
    return day
