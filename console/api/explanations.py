"""What would happen to a call, and why: the answer of `relais explain` for the newest revision (P86, A02)."""

from __future__ import annotations

import click
import msgspec

from console.api.operation import Asked, operation
from console.permissions import Permission
from console.refusals import Refusal
from console.what_if import Question, ask
from routing.compiled import compile_company
from routing.explain_person import explain_person
from routing.explain_route import ToldStep, explain_route
from routing.record import CallRecord, record_of

_QUESTION = (
    ("to", "A number of the company, or an extension."),
    ("at", "ISO 8601; without an offset in the zone of whoever is called."),
    ("from", "The caller's number; left out, or anonymous, for a withheld one."),
    ("user", "Instead of from: a user of the company calls."),
    ("press", "SECONDS:KEYS that the caller presses; may be repeated."),
    ("agents", "Who is busy, away, unregistered, as in a file of `relais explain --agents`; left out, everybody is available."),
    ("who", "Only what concerns this user: did the phone ring, and why not."),
)  # fmt: skip


class Explanation(msgspec.Struct, frozen=True):
    """Every step with its sentences, in the reader's language; `answer` is about `who`. The record can be replayed."""

    company: str
    revision: int
    answer: str
    steps: tuple[ToldStep, ...]
    record: CallRecord


@operation(
    "GET", "/companies/{company}/explain", answers=Explanation, permission=Permission.READ_COMPANY,
    query=_QUESTION, refusals=("bad_question",),
)  # fmt: skip
def explain_call(asked: Asked, company: str) -> Explanation | Refusal:
    """Who would ring for how long, who and which rules are passed over, and why. No call is made."""
    given = asked.request.args
    question = Question(
        to=given.get("to", ""), at=given.get("at", ""), caller=given.get("from", ""), user=given.get("user", ""),
        pressed=tuple(given.getlist("press")), agents=given.get("agents", ""), who=given.get("who", ""),
    )  # fmt: skip
    return asked.doors.offload(_explained, asked, company, question)


def _explained(asked: Asked, company: str, question: Question) -> Explanation | Refusal:
    saved = asked.doors.documents.load(company)
    if saved is None:
        return Refusal("unknown_company", {"company": company})
    compiled = compile_company(saved[1], saved[0])
    try:
        call, played = ask(compiled, question, asked.language)
    except click.ClickException as mistake:
        return Refusal("bad_question", {"why": mistake.message.rstrip(".")})
    decided = [(taken.at, taken.decision) for taken in played.taken]
    answer, told = "", explain_route(compiled, decided, asked.language)
    if question.who:
        answer, told = explain_person(compiled, question.who, decided, asked.language)
    return Explanation(company, saved[0], answer, told, record_of(compiled, call, played.taken))


OPERATIONS = (explain_call,)
