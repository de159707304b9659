"""`relais outbound`: what is missing before anybody can call out, and what became of each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.commands import options
from routing.company import Language

if TYPE_CHECKING:
    from routing.company import CompanyDocument

_MARKS = {"done": "[x]", "to_do": "[ ]", "waits": " - "}


@click.group("outbound")
def command() -> None:
    """The set-up of outside calls: its steps, and the numbers (docs/outbound.md)."""


@command.command("checklist")
@click.argument("company")
@options.language
def checklist(company: str, language: Language) -> None:
    """Each step of COMPANY's set-up: done, to do, or waiting for one before it. Exit status 1 while one is missing."""
    from routing.outbound_setup import SENTENCES
    from routing.outbound_setup import checklist as steps_of

    steps = steps_of(_document(company))
    for step in steps:
        sentence = SENTENCES[step.id].fr if language == "fr" else SENTENCES[step.id].en
        click.echo(f"{_MARKS[step.state]} {sentence} {', '.join(step.objects)}".rstrip())
    if any(step.state != "done" for step in steps):
        raise SystemExit(1)


@command.command("numbers")
@click.argument("company")
def numbers(company: str) -> None:
    """Every number of COMPANY: makes and receives calls, its state, its owner, why it cannot be somebody's own."""
    from routing.outbound_setup import number_plans

    for each in number_plans(_document(company)):
        plan = f"{'makes' if each.makes_calls else '-':6} {'receives' if each.receives_calls else '-':9}"
        click.echo(
            f"{each.id:12} {each.number:16} {plan} {each.state:10} {each.owner:6} {each.unassignable}".rstrip()
        )


def _document(company: str) -> CompanyDocument:
    from console.commands.asking import known_company
    from schemas.settings import from_environ
    from store.documents import Documents

    known_company(company)
    loaded = Documents(from_environ().database_url).load(company)
    assert loaded is not None
    return loaded[1]
