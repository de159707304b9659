"""From a question and a snapshot to the step to render: the engine's decision, with the time a resumed step has left,
and short enough to be carried by the call. Pure.
"""

from __future__ import annotations

import msgspec

from dialplan_server import variables
from dialplan_server.lookup import Question
from dialplan_server.standing import Resume
from routing.decision import Decision
from routing.engine import next_step
from routing.reasons import Reason
from routing.route import LONGEST, Attempt, RouteRefused, encode_route
from routing.snapshot import Snapshot
from routing.steps import AnyStep, Ring, Wait

_FEW_LEGS = 10
_MOST_LEGS = 128
_TURNS = 4
"""How often a decision may be taken again: a step without time left, phones refused, a route too long."""


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
            history, route = (
                (),
                "",
            )  # too long to be carried: the call begins again at its number (design 2.4)
        decision = next_step(question.company, question.call, snapshot, history)
        found = _adjusted(question, decision, route, snapshot)
        if isinstance(found, Settled):
            return found
        history = (*history, found)
    return _plain(decision, route, snapshot)


def _adjusted(question: Question, decision: Decision, route: str, snapshot: Snapshot) -> Settled | Attempt:
    """The step to render, or how it ended when nothing of it is left."""
    resume, step = question.resume, decision.step
    if resume is not None and resume.place == decision.place:
        left = _left(resume, step, snapshot)
        if left is None:
            return Attempt(decision.place, resume.otherwise)
        reasons = (*decision.reasons, Reason(code="resumed"))
        resumed = msgspec.structs.replace(decision, step=left, reasons=reasons)
        return Settled(decision=resumed, route=route, started_ms=resume.started_ms)
    return _plain(decision, route, snapshot)


def _left(resume: Resume, step: AnyStep, snapshot: Snapshot) -> AnyStep | None:
    """The same phones again; one that the engine would ring in addition by now waits for the next step."""
    if isinstance(step, Ring) and resume.legs:
        legs = tuple(leg for leg in step.legs if leg.id in resume.legs)
        step = msgspec.structs.replace(step, legs=legs)
    return with_time_left(step, int(snapshot.now.timestamp() * 1000) - resume.started_ms)


def with_time_left(step: AnyStep, elapsed_ms: int) -> AnyStep | None:
    """The step for as long as it has left; None when that is less than a second. Other steps begin again."""
    gone = max(0, elapsed_ms) // 1000
    if isinstance(step, Wait):
        return msgspec.structs.replace(step, seconds=step.seconds - gone) if step.seconds > gone else None
    if not isinstance(step, Ring):
        return step
    legs = tuple(
        msgspec.structs.replace(leg, seconds=leg.seconds - gone) for leg in step.legs if leg.seconds > gone
    )
    return msgspec.structs.replace(step, legs=legs) if legs else None


def _plain(decision: Decision, route: str, snapshot: Snapshot) -> Settled:
    carried = _carried(decision.step)
    if carried is not decision.step:
        decision = msgspec.structs.replace(decision, step=carried)
    return Settled(decision=decision, route=route, started_ms=int(snapshot.now.timestamp() * 1000))


def _carried(step: AnyStep) -> AnyStep:
    """At most as many phones as the call can name and the switch can ring at once (switch_ivr_originate.c)."""
    if not isinstance(step, Ring) or (len(step.legs) <= _FEW_LEGS):
        return step
    legs = step.legs[:_MOST_LEGS]
    while len(variables.encode_legs(msgspec.structs.replace(step, legs=legs))) > LONGEST:
        legs = legs[:-1]
    return msgspec.structs.replace(step, legs=legs)
