"""Where an action stands in a company, and the list it is in: the document read as lists of actions."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import msgspec

from routing.company import (
    Announce,
    Answering,
    AnyAction,
    ExceptionalPeriod,
    Greeting,
    Handling,
    Queue,
    Ring,
    Rule,
    SharedLine,
    User,
    Voicemail,
)
from routing.decision import Decision
from routing.route import Place
from routing.stages import Stage, parse_stage
from routing.turn import Turn

_MAILBOX = re.compile(r"m([0-9]+)-(.*)")


class Spot(msgspec.Struct, frozen=True):
    """An action's place in the company: the object, the branch, the list, the index in it, and the way to an action
    within that action.

    Lists: s steps, n unanswered, b busy, z zero dialing, e nobody eligible, w waited too long, f queue full. Within an action: O the
    operator it leads to, P the operator of a box's menu, T what follows a greeting, Z what 0 does while a step rings. A
    branch `m1001-o` is `o` of somebody to whom 1001 forwarded the call, keeping it for his own mailbox (Z49)."""

    kind: str
    id: str
    branch: str
    letter: str
    index: int
    within: str = ""
    visit: int = 0
    """How often the call had been at the object before."""

    def following(self) -> Spot:
        """The next action of the list."""
        return self.at(self.letter, self.index + 1)

    def at(self, letter: str, index: int) -> Spot:
        """Another list of the same branch."""
        return msgspec.structs.replace(self, letter=letter, index=index, within="")

    def inside(self, mark: str) -> Spot:
        """An action that belongs to this one."""
        return msgspec.structs.replace(self, within=self.within + mark)

    def around(self) -> Spot | None:
        """The action that this one belongs to; None for one of a list."""
        return msgspec.structs.replace(self, within=self.within[:-1]) if self.within else None

    @property
    def context(self) -> str:
        """The branch, without the mailbox."""
        found = _MAILBOX.fullmatch(self.branch)
        return found[2] if found is not None else self.branch

    @property
    def mailbox(self) -> str:
        """Whose mailbox takes a message that is for this user, empty: his own."""
        found = _MAILBOX.fullmatch(self.branch)
        return found[1] if found is not None else ""

    def place(self, part: str = "", number: int = 0, until: int = 0) -> Place:
        """The place of a step of this action."""
        token = Stage(self.letter, self.index, self.within, part, number, until, self.visit).token()
        return Place(self.kind, self.id, self.branch, token)


def spot_of(place: Place) -> Spot:
    """Where the action of a step stands."""
    stage = parse_stage(place.stage)
    return Spot(place.kind, place.id, place.branch, stage.letter, stage.index, stage.within, stage.visit)


Next = Decision | Spot
"""What an action comes to: the call's next step, or the spot whose action is performed instead."""


def action_at(turn: Turn, spot: Spot) -> AnyAction | None:
    """The action at a spot; None where its list is over, or the document no longer has it."""
    around = spot.around()
    if around is not None:
        return _inner(turn, spot, action_at(turn, around))
    listed = _list_at(turn, spot)
    return listed[spot.index] if spot.index < len(listed) else None


def _inner(turn: Turn, spot: Spot, action: AnyAction | None) -> AnyAction | None:
    match action, spot.within[-1]:
        case _, "O":
            return operator_of(turn, spot)
        case Greeting(then=then), "T":
            return then
        case Voicemail(operator_target=target), "P":
            return target
        case Ring(zero_dialing=zero), "Z":
            of_number = turn.handling.zero_dialing if turn.handling is not None else None
            found = zero or of_number
            return found.target if found is not None else None
        case _:
            return None


def _list_at(turn: Turn, spot: Spot) -> Sequence[AnyAction]:
    document = turn.document
    match spot.kind:
        case "n":
            number = document.numbers.get(spot.id)
            handling = document.handlings.get(number.handling) if number else None
            return _handling_steps(handling, spot) if handling is not None else ()
        case "u" if spot.id in document.users:
            return _user_steps(document.users[spot.id], spot)
        case "q" if spot.id in document.queues:
            return _queue_steps(document.queues[spot.id], spot)
        case "l" if spot.id in document.shared_lines:
            return _line_steps(document.shared_lines[spot.id])
        case _:
            return ()


def operator_of(turn: Turn, spot: Spot) -> AnyAction | None:
    """The user's or the number's, which its group and site may have given, then the account's (C24)."""
    user = turn.document.users.get(spot.id) if spot.kind == "u" else None
    number = turn.document.numbers.get(turn.number)
    own = user.operator if user is not None else number.operator if number is not None else None
    return own or turn.document.account.operator


def answering_of(user: User, branch: str) -> Answering:
    """The handling of the context; closed hours without one ring nothing (C22)."""
    if branch == "c":
        return user.closed or Answering(ring=None, own_unanswered=user.when_closed)
    return user.open


def _handling_steps(handling: Handling, spot: Spot) -> Sequence[AnyAction]:
    if spot.letter == "z":
        return (handling.zero_dialing.target,) if handling.zero_dialing.target else ()
    lists: dict[str, Sequence[AnyAction]] = {
        "o": handling.open,
        "c": handling.closed or (Announce(prompt=""),),
    }
    return _branch(lists, spot.branch, handling.exceptions, handling.rules)


def _branch(
    lists: Mapping[str, Sequence[AnyAction]],
    branch: str,
    exceptions: Mapping[str, ExceptionalPeriod],
    rules: Sequence[Rule],
) -> Sequence[AnyAction]:
    if branch in lists:
        return lists[branch]
    if branch.startswith("x-"):
        period = exceptions.get(branch[2:])
        return period.steps if period else ()
    return next((rule.steps for rule in rules if f"r-{rule.id}" == branch), ())


def _user_steps(user: User, spot: Spot) -> Sequence[AnyAction]:
    branch = spot.context
    answering = answering_of(user, branch)
    if spot.letter == "b":
        return (answering.busy,)
    if spot.letter == "n":
        return (answering.unanswered,)
    if branch == "f":
        return (user.forward.to,) if user.forward else ()
    if branch == "d":
        return (user.dnd or user.open.unanswered,)
    return _branch({}, branch, user.exceptions, user.rules)


def _queue_steps(queue: Queue, spot: Spot) -> Sequence[AnyAction]:
    if spot.branch.startswith("x-"):
        return _branch({}, spot.branch, queue.exceptions, ())
    if spot.branch == "c":
        return _overflow(queue, "out_of_hours")
    if spot.letter == "f":
        return _overflow(queue, "full")
    if spot.letter == "p":
        return _overflow(queue, "predicted_wait")
    if spot.letter == "w":
        return _overflow(queue, "wait", "nobody")
    if spot.letter == "e":
        return _overflow(queue, "nobody", "wait")
    return (
        Ring(
            members=queue.members, teams=queue.teams, strategy=queue.strategy, clock=queue.clock, seconds=queue.max_wait,
            member_seconds=queue.member_seconds, wait_if_busy=queue.wait_if_busy, zero_dialing=queue.zero_dialing,
        ),
    )  # fmt: skip


def _overflow(queue: Queue, *reasons: str) -> Sequence[AnyAction]:
    """The overflow of the first reason that has one: the one that takes the fewest calls, or seconds, to hold, then the
    first of the list (D50)."""
    for reason in reasons:
        found = [overflow for overflow in queue.overflow if overflow.reason == reason]
        if found:
            limit = queue.max_wait if reason == "wait" else queue.max_waiting
            return (min(found, key=lambda each: each.over or limit or math.inf).to,)
    return ()


def _line_steps(line: SharedLine) -> Sequence[AnyAction]:
    ring = Ring(
        members=line.members, strategy=line.strategy, clock=line.clock, seconds=line.seconds,
        member_seconds=line.seconds,
    )  # fmt: skip
    return (ring, line.unanswered)
