"""A question of what would happen to a call, as the command line and the API ask it (P86, A02): the call, the keys, the people,
and the call played out. A mistake in it is a `click.ClickException` with one clear message in the asker's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

import msgspec

from console.commands.asking import digits_of, moment_of, number_of, refuse
from console.scenarios.simulated import people_of, seconds_of
from routing.calendar import subject_of
from routing.call import Call
from routing.company import Language
from routing.compiled import Company
from routing.outbound_dialing import entry_of
from routing.outbound_numbers import Home, caller_number, home_of, home_of_number
from routing.what_if import play_out
from routing.what_if_plan import Caller, Person, PlannedCall, Played, Scene
from schemas.agents_file import load_agents
from schemas.settings import from_environ

_CALLER = re.compile(r"\+?[0-9]{2,15}")
_WITHHELD = ("", "anonymous")
_PRESSED = re.compile(r"([0-9]+(?:\.[0-9]+)?):([0-9*#]+)")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`to` a number or an extension, `at` ISO 8601 (without an offset: the zone of whoever is called; empty: now), `pressed` each
    SECONDS:KEYS, `agents` the text of a file of states, `user` instead of `caller` when one of the company calls, `who` the
    only person it is about."""

    to: str
    at: str
    caller: str = ""
    user: str = ""
    pressed: tuple[str, ...] = ()
    agents: str = ""
    agents_from: str = "agents"
    """Where that text is, for messages."""
    who: str = ""


def ask(company: Company, question: Question, language: Language) -> tuple[Call, Played]:
    """The call of a question, played out until it ends."""
    call = _call(company, question, language)
    keys, people = _keys(question.pressed, language), _people(company, question, language)
    if question.who:
        _known_user(company, question.who, language)
    return call, _played(company, call, keys, people)


def _known_user(company: Company, extension: str, language: Language) -> str:
    if extension not in company.document.users:
        raise refuse(
            language,
            f"« {extension} » n'est pas un poste de l'entreprise",
            f"“{extension}” is no user's extension",
        )
    return extension


def _caller(caller: str, home: Home, language: Language) -> str:
    if caller in _WITHHELD:
        return ""
    if not _CALLER.fullmatch(digits_of(caller)):
        raise refuse(
            language, f"« {caller} » n'est pas un numéro d'appelant : +14505550199, un poste, ou anonymous",
            f"“{caller}” is no caller's number: +14505550199, an extension, or anonymous",
        )  # fmt: skip
    return caller_number(digits_of(caller), home)


def _call(company: Company, question: Question, language: Language) -> Call:
    if question.user:
        _known_user(company, question.user, language)
        kind, to = entry_of(company, question.user, question.to)
    elif question.to in company.extensions:
        kind, to = "extension", question.to
    else:
        kind, to = "number", number_of(company, question.to, language)
    zone = subject_of(company, to).zone if kind == "number" else _zone(company, to, question.user)
    at = moment_of(question.at, zone, language) if question.at else datetime.now(zone)
    home = home_of_number(company, to) if kind == "number" else home_of(company, to)
    caller = question.user or _caller(question.caller, home, language)
    return Call(
        id="explain", company=company.id, entry_kind=kind, entry=to, caller_number=caller, received_at=at,
        owner=question.user,
    )  # fmt: skip


def _zone(company: Company, *extensions: str) -> tzinfo:
    """Of the first that is a user: the one who is called, else the one who calls."""
    users = (company.document.users.get(extension) for extension in extensions)
    user = next((user for user in users if user is not None), None)
    return company.user_zone(user) if user is not None else company.zone()


def _keys(pressed: tuple[str, ...], language: Language) -> tuple[tuple[float, str], ...]:
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


def _people(company: Company, question: Question, language: Language) -> Mapping[str, Person] | None:
    if not question.agents:
        return people_of(company.document, {}, ())
    supposed = load_agents(question.agents, company.document)
    if isinstance(supposed, list):
        told = supposed[0].written(question.agents_from, language)
        raise refuse(language, told, told)
    if not supposed.presence_known:
        return None
    return people_of(company.document, supposed.agents, supposed.unregistered)


def _played(
    company: Company, call: Call, keys: tuple[tuple[float, str], ...], people: Mapping[str, Person] | None
) -> Played:
    sounds = from_environ().sounds
    scene = Scene(company=company, began=call.received_at.astimezone(UTC), people=people)
    planned = {call.id: PlannedCall(0.0, call, Caller(press=keys))}
    return play_out(scene, planned, lambda prompt: seconds_of(prompt, company.document, sounds))[call.id]
