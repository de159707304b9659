"""`next_step`: where a call stands, and what happens to it next. A reducer over the call's history.

The last attempt says where we are. Every delegation is a tail call: a call that has moved to another object never
comes back by itself. The branch taken at an object (its context) is fixed on arrival and carried in the place.
Precedence: catalogue 3.3.
"""

from __future__ import annotations

import msgspec

from routing import actions, arriving, boxes, greetings, groups, outbound, outside, star_calls, taking, users
from routing.call import Call
from routing.company import AnyAction, Greeting, Ring, ToContact, ToExternal, Voicemail
from routing.compiled import Company
from routing.decision import Decision
from routing.outbound_waiting import with_wait_music
from routing.reach import needed
from routing.ringing import as_carried
from routing.route import Attempt, History, OutcomeKind
from routing.snapshot import Snapshot
from routing.spots import Next, Spot, action_at, spot_of
from routing.stages import Stage, parse_stage
from routing.steps import Hangup
from routing.turn import Turn


class Needs(msgspec.Struct, frozen=True):
    """What a decision may have to look at: the agents it can touch, and whether it can come to a queue, whose waiting
    callers then matter."""

    agents: frozenset[str]
    queues: bool = False
    outside: bool = False
    """It can come to somebody outside, whose calls are counted (routing.fraud_guard)."""
    calls: bool = False
    """It may take a call that is under way (routing.taking)."""


def next_step(company: Company, call: Call, snapshot: Snapshot, history: History = ()) -> Decision:
    """The next step of a call and every reason for it. Never raises for a company that passed the check."""
    turn = Turn(company, call, snapshot, history)
    reached = _resume(turn, history[-1]) if history else arriving.enter(turn)
    return as_carried(with_wait_music(turn, actions.follow(turn, reached)))


def needs(company: Company, call: Call, history: History = ()) -> Needs:
    """The agents whose state `next_step` may ask for; bounded by what the entry can reach."""
    return Needs(*needed(company, call, history))


def _resume(turn: Turn, last: Attempt) -> Next:
    place, outcome = last.place, last.outcome
    if outcome.kind in (OutcomeKind.ANSWERED, OutcomeKind.MOVED):
        turn.note("call_over")
        return turn.decide(place, Hangup(why="normal"))
    if place.kind == "o":
        return arriving.returned(turn, outbound.after(turn, outcome))
    if place.kind == taking.KIND:
        return star_calls.after(turn)
    stage, spot = parse_stage(place.stage), spot_of(place)
    if place.kind == "u" and stage.letter == "r" and place.id in turn.document.users:
        return users.after_ring(turn, spot, outcome, stage.part)
    action = action_at(turn, spot)
    return _continue(turn, spot, action, stage) if action is not None else actions.exhausted(turn, spot)


def _trunk_failed(turn: Turn) -> bool:
    return turn.history[-1].outcome.kind is OutcomeKind.TRUNK_FAILED


def _continue(turn: Turn, spot: Spot, action: AnyAction, stage: Stage) -> Next:
    match action:
        case Greeting():
            return greetings.after_greeting(turn, spot, action, stage.part)
        case Ring():
            return groups.after_ring(turn, spot, action, stage)
        case Voicemail():
            return boxes.after_menu(turn, spot, action)
        case ToExternal() | ToContact() if stage.part == "x" and _trunk_failed(turn):
            return outside.after_trunk(turn, spot, action)
        case _:
            # Only ring steps are followed by the next of their list: all others end it (A28, LINT-12).
            outcome = turn.history[-1].outcome.kind.name.lower()
            turn.note("step_over", target=f"{spot.kind}.{spot.id}", outcome=outcome)
            return actions.exhausted(turn, spot)
