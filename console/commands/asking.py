"""What the commands that ask about a company have in common: the company, the number, the moment; or one clear message."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import click

from routing.company import Language
from routing.compiled import Company, compile_company
from schemas.company import load_company


def refuse(language: Language, french: str, english: str) -> click.ClickException:
    """One message, in the language asked for."""
    return click.ClickException(french if language == "fr" else english)


def company_of(file: Path, language: Language) -> Company:
    """The company of a file; refused with its first mistakes when it has any."""
    if not file.is_file():
        raise refuse(language, f"« {file} » n'est pas un fichier", f"“{file}” is not a file")
    loaded = load_company(file)
    if not isinstance(loaded, list):
        return compile_company(loaded, 1)
    problems = [
        f"{problem.path or file.name}: {problem.fr if language == 'fr' else problem.en}" for problem in loaded
    ]
    more = len(problems) - 3
    told = "\n".join(problems[:3]) + (f"\n(+{more})" if more > 0 else "")
    raise refuse(
        language, f"l'entreprise a des erreurs (relais check {file}) :\n{told}",
        f"the company has mistakes (relais check {file}):\n{told}",
    )  # fmt: skip


def number_of(company: Company, text: str, language: Language) -> str:
    """The id of a number that is written in E.164, with or without its +, or by its id."""
    if text in company.document.numbers:
        return text
    found = company.numbers_by_e164.get(text) or company.numbers_by_e164.get(f"+{text}")
    if found is not None:
        return found
    listed = ", ".join(number.number for number in list(company.document.numbers.values())[:5])
    raise refuse(
        language, f"« {text} » n'est pas un numéro de l'entreprise ; elle a {listed}…",
        f"“{text}” is not a number of the company; it has {listed}…",
    )  # fmt: skip


def sensible(day: date) -> bool:
    """A date that zones and calendars know of, with room on both sides."""
    return 1970 <= day.year < 2200


def moment_of(text: str, zone: tzinfo, language: Language) -> datetime:
    """An ISO 8601 instant; without an offset it is in the zone. A time that clocks skip is refused."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refuse(
            language, f"« {text} » n'est pas une date et heure ISO : 2026-12-25T10:00",
            f"“{text}” is no ISO date and time: 2026-12-25T10:00",
        ) from None  # fmt: skip
    if not sensible(moment):
        raise refuse(
            language, f"« {text} » : une année de 1970 à 2199", f"“{text}”: a year from 1970 to 2199"
        )
    if moment.tzinfo is not None:
        return moment
    local = moment.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise refuse(
            language, f"l'heure « {text} » n'existe pas dans {zone} : les horloges avancent ce jour-là",
            f"the time “{text}” does not exist in {zone}: clocks go forward on that day",
        )  # fmt: skip
    return local
