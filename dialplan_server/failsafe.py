"""The dialplan of last resort, as a file: what callers get when nobody of ours answers.

The switch reads it at each use, without preprocessing. Per number the first open ring target's phones for 30 s, then its box; between our
phones extension to extension; a hand-over whose answer never came goes to the box of the number it began at; a prompt for the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dialplan_server.encoding import action, device_contact
from routing.company import AnyAction, Greeting, Ring, ToExtension, ToOperator, User, Voicemail
from routing.compiled import Company

_SECONDS = 30


def document(companies: Iterable[Company], prompt: str) -> bytes:
    """The whole file."""
    every = list(companies)
    lines = ['<document type="freeswitch/xml">', '<section name="dialplan">']
    lines += _context("relais-trunk", [line for c in every for line in _numbers(c)], prompt)
    lines += _context("relais-phone", [line for c in every for line in _between_phones(c)], prompt)
    lines += _context("relais-transfer", [line for c in every for line in _between_phones(c)], prompt)
    lines += _context("relais", [line for c in every for line in _hand_overs(c)], prompt)
    return ("\n".join([*lines, "</section>", "</document>"]) + "\n").encode()


def write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)


def target_of(company: Company, steps: Iterable[AnyAction]) -> tuple[tuple[str, ...], str]:
    """The users who ring first, and the box that follows."""
    operator = company.document.account.operator
    for step in steps:
        match step:
            case ToExtension():
                return (step.extension,), step.extension
            case Ring():
                teams = company.document.teams
                listed = [*step.members, *(m for t in step.teams if t in teams for m in teams[t].members)]
                return tuple(listed), _box(steps)
            case Greeting() | ToOperator() if isinstance(operator, ToExtension):
                return (operator.extension,), operator.extension
            case Voicemail():
                return (), step.box
            case _:
                continue
    return (), ""


def _box(steps: Iterable[AnyAction]) -> str:
    return next((step.box for step in steps if isinstance(step, Voicemail)), "")


def _numbers(company: Company) -> list[str]:
    lines = []
    for number in company.document.numbers.values():
        handling = company.document.handlings.get(number.handling)
        users, box = (
            target_of(company, handling.open) if handling else ((number.extension,), number.extension)
        )
        pattern = "^\\+?" + number.number.lstrip("+") + "$"
        lines += _extension(pattern, _ring_then_box(company, users, box), [])
    return lines


def _between_phones(company: Company) -> list[str]:
    lines = []
    condition = [f'<condition field="${{relais_company}}" expression="^{company.id}$"/>']
    for extension in company.document.users:
        lines += _extension(f"^{extension}$", _ring_then_box(company, (extension,), extension), condition)
    return lines


def _hand_overs(company: Company) -> list[str]:
    lines = []
    for ident, number in company.document.numbers.items():
        handling = company.document.handlings.get(number.handling)
        _, box = target_of(company, handling.open) if handling else ((), number.extension)
        conditions = [
            f'<condition field="${{relais_company}}" expression="^{company.id}$"/>',
            f'<condition field="${{relais_entry}}" expression="^number\\.{ident}$"/>',
        ]
        lines += _extension("^(next|key)-", _leave_message(company, box), conditions)
    return lines


def _ring_then_box(company: Company, users: Iterable[str], box: str) -> list[str]:
    known: list[tuple[str, User]] = [
        (u, company.document.users[u]) for u in users if u in company.document.users
    ]
    domain = company.document.account.domain
    contacts = [device_contact(d, domain) for _, user in known for d, v in user.devices.items() if v.enabled]
    lines = [
        action("set", "continue_on_fail=true"),
        action("set", "hangup_after_bridge=true"),
        action("set", "ignore_early_media=true"),
        action("set", f"call_timeout={_SECONDS}"),
    ]
    ring = [action("bridge", ",".join(contacts))] if contacts else []
    return [*lines, *ring, *_leave_message(company, box)]


def _leave_message(company: Company, box: str) -> list[str]:
    if not box:
        return []
    return [action("answer"), action("voicemail", f"relais {company.document.account.domain} {box}")]


def _extension(pattern: str, actions: list[str], conditions: list[str]) -> list[str]:
    return [
        '<extension name="failsafe">',
        *conditions,
        f'<condition field="destination_number" expression="{pattern}">',
        *actions,
        action("hangup", "NORMAL_TEMPORARY_FAILURE"),
        "</condition>",
        "</extension>",
    ]


def _context(name: str, extensions: list[str], prompt: str) -> list[str]:
    rest = [
        '<extension name="rest">',
        "<condition>",
        action("answer"),
        action("playback", prompt),
        action("hangup", "NORMAL_TEMPORARY_FAILURE"),
        "</condition>",
        "</extension>",
    ]
    return [f'<context name="{name}">', *extensions, *rest, "</context>"]
