"""`relais dial-matrix`: what each phone of a company can dial, with which number, and why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from console.commands import options

if TYPE_CHECKING:
    from routing.company import Language
    from routing.compiled import Company
    from routing.dial_matrix import Cell

_WORDS = {
    "fr": {
        "emergency": "urgence", "extension": "poste", "local": "local", "national": "national", "mobile": "mobile",
        "toll_free": "sans frais", "premium": "surtaxé", "international": "international", "satellite": "satellite",
        "": "?", "yes": "oui", "no": "non", "shows": "affiche {number}", "nobody": "Personne n'a le poste {extension}.",
    },
    "en": {
        "emergency": "emergency", "extension": "extension", "local": "local", "national": "national", "mobile": "mobile",
        "toll_free": "toll free", "premium": "premium", "international": "international", "satellite": "satellite",
        "": "?", "yes": "yes", "no": "no", "shows": "shows {number}", "nobody": "Nobody has extension {extension}.",
    },
}  # fmt: skip


@click.command("dial-matrix")
@options.company
@click.option(
    "--user", "users", multiple=True, help="An extension; may be repeated. Everybody when left out."
)
@click.option("--to", "more", multiple=True, help="Something more to dial; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.language
def command(
    named: Path, users: tuple[str, ...], more: tuple[str, ...], as_json: bool, language: Language
) -> None:
    """Show for each user which kinds of numbers and which countries may be called, the number shown there, and the reason
    where it is refused. Nothing is dialled."""
    from console.commands.asking import company_of
    from routing.dial_matrix import matrix

    company, now = company_of(named, language), datetime.now(UTC)
    asked = users or tuple(company.document.users)
    for extension in asked:
        if extension not in company.document.users:
            raise click.ClickException(_WORDS[language]["nobody"].format(extension=extension))
    found = {extension: matrix(company, extension, now, more) for extension in asked}
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
        return
    for extension, cells in found.items():
        _print(company, extension, cells, language)


def _print(company: Company, extension: str, cells: tuple[Cell, ...], language: Language) -> None:
    from routing.explain import reason_sentence

    words = _WORDS[language]
    click.echo(f"{company.document.users[extension].name} ({extension})")
    for cell in cells:
        target = cell.target
        how = words["yes"] if cell.allowed else words["no"]
        why = words["shows"].format(number=cell.shows) if cell.shows else ""
        if cell.reason is not None:
            why = f"{reason_sentence(company, cell.reason, language)} [{cell.code}]"
        click.echo(f"  {words[target.kind]:14} {target.country:3} {target.dialled:18} {how:4} {why}".rstrip())
