"""`relais explain`: what would happen to a call, and why (P86, A02)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

if TYPE_CHECKING:
    from routing.call import Call
    from routing.company import Language
    from routing.compiled import Company
    from routing.explain_route import ToldStep
    from routing.what_if import Played
    from routing.what_if_plan import Person

_CALLER = re.compile(r"\+?[0-9]{2,15}")
_WITHHELD = ("", "anonymous")
_PRESSED = re.compile(r"([0-9]+(?:\.[0-9]+)?):([0-9*#]+)")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The options that make up the call."""

    to: str
    caller: str
    user: str
    pressed: tuple[str, ...]
    agents: str | None
    who: str


@click.command("explain")
@click.option("--company", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "to",
    required=True,
    help="A number of the company, an extension, or what a user dials.",
)
@click.option("--from", "caller", default="", help="The caller's number; anonymous for a withheld one.")
@click.option("--call-from-user", "user", default="", help="Instead of --from: a user of the company calls.")
@click.option("--at", "at", required=True, help="ISO 8601; without an offset in the number's zone.")
@click.option(
    "--press", "pressed", multiple=True, help="SECONDS:KEYS that the caller presses; may be repeated."
)
@click.option("--agents", "agents", type=click.Path(), help="Who is busy, away, unregistered…")
@click.option(
    "--who", "who", default="", help="Only what concerns this user: did the phone ring, and why not."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--record", "record", type=click.Path(dir_okay=False, path_type=Path), help="Write a call record."
)
@click.option("--lang", "language", type=click.Choice(["fr", "en"]), default="en", show_default=True)
def command(
    file: Path, at: str, language: Language, as_json: bool, record: Path | None, **asked: Any
) -> None:
    """Say what would happen to a call if nobody answered: every step, who rings and for how long, who and which rules
    are passed over, and why. No call is made."""
    from console.commands.asking import company_of
    from routing.explain_person import explain_person
    from routing.explain_route import explain_route
    from routing.record import record_of
    from schemas.record import dump_record

    company = company_of(file, language)
    question = msgspec.convert(asked, Question)
    call = _call(company, question, at, language)
    keys, people = _keys(question.pressed, language), _people(company, question.agents, language)
    played = _played(company, call, keys, people)
    made = record_of(company, call, played.taken)
    if record is not None:
        record.write_text(dump_record(made), encoding="utf-8")
    decided = [(taken.at, taken.decision) for taken in played.taken]
    answer, told = "", explain_route(company, decided, language)
    if question.who:
        _known_user(company, question.who, language)
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


def _known_user(company: Company, extension: str, language: Language) -> str:
    from console.commands.asking import refuse

    if extension not in company.document.users:
        raise refuse(
            language,
            f"« {extension} » n'est pas un poste de l'entreprise",
            f"“{extension}” is no user's extension",
        )
    return extension


def _caller(company: Company, caller: str, user: str, language: Language) -> str:
    from console.commands.asking import refuse

    if user:
        return _known_user(company, user, language)
    if caller in _WITHHELD:
        return ""
    if not _CALLER.fullmatch(caller):
        raise refuse(
            language, f"« {caller} » n'est pas un numéro d'appelant : +14505550199, un poste, ou anonymous",
            f"“{caller}” is no caller's number: +14505550199, an extension, or anonymous",
        )  # fmt: skip
    return caller


def _call(company: Company, question: Question, at: str, language: Language) -> Call:
    from console.commands.asking import moment_of, number_of
    from routing.calendar import subject_of
    from routing.call import Call
    from routing.outbound_dialing import entry_of

    caller = _caller(company, question.caller, question.user, language)
    if question.user:
        kind, to = entry_of(company, question.user, question.to)
    elif question.to in company.extensions:
        kind, to = "extension", question.to
    else:
        kind, to = "number", number_of(company, question.to, language)
    zone = subject_of(company, to).zone if kind == "number" else _zone(company, to, question.user)
    return Call(
        id="explain", company=company.id, entry_kind=kind, entry=to,
        caller_number=caller, received_at=moment_of(at, zone, language), owner=question.user,
    )  # fmt: skip


def _zone(company: Company, *extensions: str) -> tzinfo:
    """Of the first that is a user: the one who is called, else the one who calls."""
    users = (company.document.users.get(extension) for extension in extensions)
    user = next((user for user in users if user is not None), None)
    return company.user_zone(user) if user is not None else company.zone()


def _keys(pressed: tuple[str, ...], language: Language) -> tuple[tuple[float, str], ...]:
    from console.commands.asking import refuse

    found = []
    for text in pressed:
        match = _PRESSED.fullmatch(text)
        if match is None:
            raise refuse(
                language, f"« {text} » n'est pas SECONDES:TOUCHES, par exemple 14:1004",
                f"“{text}” is not SECONDS:KEYS, for example 14:1004",
            )  # fmt: skip
        found.append((float(match[1]), match[2]))
    return tuple(found)


def _people(company: Company, given: str | None, language: Language) -> Mapping[str, Person] | None:
    from console.commands.asking import refuse
    from console.scenarios.simulated import people_of
    from schemas.agents_file import load_agents

    if given is None:
        return people_of(company.document, {}, ())
    file = Path(given)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(
            language, f"« {file} » ne peut être lu : {error}", f"“{file}” cannot be read: {error}"
        ) from error
    supposed = load_agents(text, company.document)
    if isinstance(supposed, list):
        problem = supposed[0]
        told = f"{file.name}: {problem.path}: {problem.fr if language == 'fr' else problem.en}"
        raise refuse(language, told, told)
    if not supposed.presence_known:
        return None
    return people_of(company.document, supposed.agents, supposed.unregistered)


def _played(
    company: Company, call: Call, keys: tuple[tuple[float, str], ...], people: Mapping[str, Person] | None
) -> Played:
    from console.scenarios.simulated import seconds_of
    from routing.what_if import play_out
    from routing.what_if_plan import Caller, PlannedCall, Scene
    from schemas.settings import from_environ

    sounds = from_environ().sounds
    scene = Scene(company=company, began=call.received_at.astimezone(UTC), people=people)
    planned = {call.id: PlannedCall(0.0, call, Caller(press=keys))}
    return play_out(scene, planned, lambda prompt: seconds_of(prompt, company.document, sounds))[call.id]
