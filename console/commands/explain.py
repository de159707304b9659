"""`relais explain`: what would happen to a call, and why (P86, A02)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from console.commands import options

if TYPE_CHECKING:
    from routing.company import Language
    from routing.explain_route import ToldStep


@click.command("explain")
@options.company
@click.option(
    "--to",
    "to",
    required=True,
    help="A number of the company, an extension, or what a user dials.",
)
@click.option("--from", "caller", default="", help="The caller's number; anonymous for a withheld one.")
@click.option("--call-from-user", "user", default="", help="Instead of --from: a user of the company calls.")
@click.option(
    "--at", "at", default="", help="ISO 8601; without an offset in the number's zone. Default: now."
)
@click.option(
    "--press", "pressed", multiple=True, help="SECONDS:KEYS that the caller presses; may be repeated."
)
@click.option("--agents", "states", type=click.Path(), help="Who is busy, away, unregistered…")
@click.option(
    "--who", "who", default="", help="Only what concerns this user: did the phone ring, and why not."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--record", "record", type=click.Path(dir_okay=False, path_type=Path), help="Write a call record."
)
@options.language
def command(
    named: Path, states: str | None, language: Language, as_json: bool, record: Path | None, **asked: Any
) -> None:
    """Say what would happen to a call if nobody answered: every step, who rings and for how long, who and which rules
    are passed over, and why. No call is made."""
    from console.commands.asking import company_of
    from console.what_if import Question, ask
    from routing.explain_person import explain_person
    from routing.explain_route import explain_route
    from routing.record import record_of
    from schemas.record import dump_record

    company = company_of(named, language)
    supposed = {"agents": _text(states, language), "agents_from": Path(states or "agents").name}
    question = msgspec.convert({**asked, **supposed}, Question)
    call, played = ask(company, question, language)
    made = record_of(company, call, played.taken)
    if record is not None:
        _write(record, dump_record(made), language)
    decided = [(taken.at, taken.decision) for taken in played.taken]
    answer, told = "", explain_route(company, decided, language)
    if question.who:
        answer, told = explain_person(company, question.who, decided, language)
    if as_json:
        said = {"record": made, "answer": answer, "steps": told}
        click.echo(json.dumps(msgspec.to_builtins(said), ensure_ascii=False))
        return
    if answer:
        click.echo(answer)
    print_steps(told)


def print_steps(told: tuple[ToldStep, ...]) -> None:
    """A line a step with its second, its reasons below it."""
    for step in told:
        click.echo(f"{step.at:6.0f} s  {step.step}")
        for reason in step.reasons:
            click.echo(f"            {reason}")


def _write(file: Path, text: str, language: Language) -> None:
    from console.commands.asking import refuse

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or "?"
        raise refuse(
            language, f"« {file} » ne peut être écrit : {why}", f"“{file}” cannot be written: {why}"
        ) from error


def _text(file: str | None, language: Language) -> str:
    """The file of states; empty when there is none."""
    from console.commands.asking import unreadable

    try:
        return Path(file).read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(Path(file or ""), error, language) from error
