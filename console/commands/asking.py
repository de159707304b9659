"""What the commands that ask about a company have in common: the company, the number, the moment; or one clear message."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import click

from console.commands.terminal import refused
from routing.company import CompanyDocument, Language
from routing.compiled import Company, compile_company
from routing.outbound_numbers import destination, home_of
from schemas.company import load_company

_BETWEEN = re.compile(r"[ ().\u00a0-]")
_IDENT = re.compile(r"[A-Za-z0-9-]{1,32}")


def refuse(language: Language, french: str, english: str) -> click.ClickException:
    """One message, in the language asked for."""
    return click.ClickException(french if language == "fr" else english)


def company_of(named: Path, language: Language) -> Company:
    """The company of a file, or the newest saved revision of the company with that id; refused with its first
    mistakes when it has any."""
    revision, document = document_of(named, language)
    return compile_company(document, revision)


def document_of(named: Path, language: Language) -> tuple[int, CompanyDocument]:
    """The same as written: what sites and account give is not filled in."""
    if named.is_file():
        return 1, _read(named, language)
    saved = _saved_or_told(named, language)
    if saved is None:
        raise refuse(
            language, f"« {named} » n'est ni un fichier ni une entreprise enregistrée",
            f"“{named}” is neither a file nor a saved company",
        )  # fmt: skip
    return saved


def known_company(ident: str) -> None:
    """Refuses the id of a company that was never saved: an account or a token of it would see nothing."""
    if _saved(ident) is None:
        raise refused(
            f"il n'y a pas d'entreprise « {ident} » ; `relais import FICHIER` en apporte une",
            f"there is no company “{ident}”; `relais import FILE` brings one",
        )


def known_user(company: str, extension: str) -> None:
    """Refuses an extension that nobody of the company has: its account could say nothing for anybody."""
    saved = _saved(company) if company else None
    if saved is None or extension not in saved[1].users:
        raise refused(
            f"il n'y a pas de poste « {extension} » dans l'entreprise « {company} » (--company ID --extension POSTE)",
            f"there is no user “{extension}” in the company “{company}” (--company ID --extension EXTENSION)",
        )


def _saved_or_told(named: Path, language: Language) -> tuple[int, CompanyDocument] | None:
    """Whoever mistypes a file's name has perhaps no database at all."""
    try:
        return _saved(str(named))
    except Exception as error:
        from store.database import why_unusable

        why = why_unusable(error)
        if not why:
            raise
        raise refuse(
            language, f"« {named} » n'est pas un fichier, et la base des entreprises enregistrées ne répond pas ({why})",
            f"“{named}” is no file, and the database of saved companies cannot be used ({why})",
        ) from error  # fmt: skip


def _saved(ident: str) -> tuple[int, CompanyDocument] | None:
    from schemas.settings import from_environ
    from store.documents import Documents

    if not _IDENT.fullmatch(ident):
        return None
    return Documents(from_environ().database_url).load(ident)


def unreadable(file: Path, error: OSError | UnicodeDecodeError, language: Language) -> click.ClickException:
    """A file that is not there, not ours to read, or no text."""
    why = error.strerror if isinstance(error, OSError) else "UTF-8"
    return refuse(language, f"« {file} » ne peut être lu : {why}", f"“{file}” cannot be read: {why}")


def _read(file: Path, language: Language) -> CompanyDocument:
    loaded = load_company(file)
    if not isinstance(loaded, list):
        return loaded
    problems = [problem.written(file.name, language) for problem in loaded]
    more = len(problems) - 3
    told = "\n".join(problems[:3]) + (f"\n(+{more})" if more > 0 else "")
    raise refuse(
        language, f"l'entreprise a des erreurs (relais check {file}) :\n{told}",
        f"the company has mistakes (relais check {file}):\n{told}",
    )  # fmt: skip


def digits_of(text: str) -> str:
    """A number without what people write between its digits."""
    return _BETWEEN.sub("", text)


def number_of(company: Company, text: str, language: Language) -> str:
    """The id of a number that is written by its id or as people of the company's country write it."""
    if text in company.document.numbers:
        return text
    wanted = destination(digits_of(text), home_of(company, ""))
    found = company.numbers_by_e164.get(wanted.number if wanted is not None else f"+{digits_of(text)}")
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
