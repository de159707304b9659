"""From a question and a snapshot to the step to render: the engine's decision, gone on with when it is resumed. Pure."""

from __future__ import annotations

import msgspec

from dialplan_server.lookup import Question
from routing.decision import Decision
from routing.engine import next_step
from routing.reasons import Reason
from routing.ringing import left_of
from routing.route import Attempt, RouteRefused, encode_route
from routing.snapshot import Snapshot

_TURNS = 4
"""How often a decision may be taken again: a step without time left, a route too long."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """The step to render. `started_ms` is when it began, earlier for a resumed one."""

    decision: Decision
    route: str
    started_ms: int


def settle(question: Question, snapshot: Snapshot) -> Settled:
    """The next step of a call."""
    history = question.history
    for _ in range(_TURNS):
        try:
            route = encode_route(history)
        except RouteRefused:
            # Too long to be carried: the call begins again at its number (design 2.4).
            history, route = (), ""
        decision = next_step(question.company, question.call, snapshot, history)
        found = _adjusted(question, decision, route, snapshot)
        if isinstance(found, Settled):
            return found
        history = (*history, found)
    return _plain(decision, route, snapshot)


def _adjusted(question: Question, decision: Decision, route: str, snapshot: Snapshot) -> Settled | Attempt:
    """The step to render, or how it ended when nothing of it is left."""
    resume = question.resume
    if resume is None or resume.place != decision.place:
        return _plain(decision, route, snapshot)
    left = left_of(decision.step, _milliseconds(snapshot) - resume.started_ms, resume.legs)
    if left is None:
        return Attempt(decision.place, resume.otherwise)
    reasons = (*decision.reasons, Reason(code="resumed"))
    resumed = msgspec.structs.replace(decision, step=left, reasons=reasons)
    return Settled(decision=resumed, route=route, started_ms=resume.started_ms)


def _plain(decision: Decision, route: str, snapshot: Snapshot) -> Settled:
    return Settled(decision=decision, route=route, started_ms=_milliseconds(snapshot))


def _milliseconds(snapshot: Snapshot) -> int:
    return int(snapshot.now.timestamp() * 1000)
