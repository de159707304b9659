"""Where an action stands in a company, and the list it is in: the document read as lists of actions."""

from __future__ import annotations

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
from routing.route import Place
from routing.turn import Stage, Turn


class Spot(msgspec.Struct, frozen=True):
    """An action's place in the company: the object, the branch, the list (s steps, n unanswered, b busy,
    o operator, z zero dialing), the index in it, and the way to an action within that action: T what follows a greeting,
    P the operator of a box's menu, Z what 0 does while a step rings."""

    kind: str
    id: str
    branch: str
    letter: str
    index: int
    within: str = ""

    def following(self) -> Spot:
        """The next action of the list."""
        return self.at(self.letter, self.index + 1)

    def at(self, letter: str, index: int) -> Spot:
        """Another list of the same branch."""
        return msgspec.structs.replace(self, letter=letter, index=index, within="")

    def inside(self, mark: str) -> Spot:
        """An action that belongs to this one."""
        return msgspec.structs.replace(self, within=self.within + mark)

    def place(self, part: str = "", number: int = 0) -> Place:
        """The place of a step of this action."""
        return Place(
            self.kind, self.id, self.branch, Stage(self.letter, self.index, self.within, part, number).token()
        )


def action_at(turn: Turn, spot: Spot) -> AnyAction | None:
    """The action at a spot; None where its list is over, or the document no longer has it."""
    listed = _list_at(turn, spot)
    action = listed[spot.index] if spot.index < len(listed) else None
    for mark in spot.within:
        action = _inner(action, mark)
    return action


def _inner(action: AnyAction | None, mark: str) -> AnyAction | None:
    match action, mark:
        case Greeting(then=then), "T":
            return then
        case Voicemail(operator_target=target), "P":
            return target
        case Ring(zero_dialing=zero), "Z" if zero is not None:
            return zero.target
        case _:
            return None


def _list_at(turn: Turn, spot: Spot) -> Sequence[AnyAction]:
    document = turn.document
    if spot.letter == "o":
        operator = operator_of(turn)
        return (operator,) if operator is not None else ()
    match spot.kind:
        case "n":
            number = document.numbers.get(spot.id)
            handling = document.handlings.get(number.handling) if number else None
            return _handling_steps(handling, spot) if handling is not None else ()
        case "u" if spot.id in document.users:
            return _user_steps(document.users[spot.id], spot)
        case "q" if spot.id in document.queues:
            return _queue_steps(document.queues[spot.id], spot.branch)
        case "l" if spot.id in document.shared_lines:
            return _line_steps(document.shared_lines[spot.id])
        case _:
            return ()


def operator_of(turn: Turn) -> AnyAction | None:
    """The number's, which its group and site may have given, then the account's (C24)."""
    number = turn.document.numbers.get(turn.call.entry) if turn.call.entry_kind == "number" else None
    return (number.operator if number else None) or turn.document.account.operator


def answering_of(user: User, branch: str) -> Answering:
    """The handling of the context; closed hours without one ring nothing (C22)."""
    if branch == "c":
        return user.closed or Answering(ring=None, own_unanswered=default_unanswered(user))
    return user.open


def default_unanswered(user: User) -> AnyAction:
    """C22: the own box when there is one, else the announcement that nobody is there."""
    return Voicemail() if user.voicemail else Announce(prompt="")


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
    answering = answering_of(user, spot.branch)
    if spot.letter == "b":
        return (answering.busy,)
    if spot.letter == "n":
        return (answering.unanswered,)
    if spot.branch == "f":
        return (user.forward.to,) if user.forward else ()
    if spot.branch == "d":
        return (user.dnd or user.open.unanswered,)
    return _branch({}, spot.branch, user.exceptions, user.rules)


def _queue_steps(queue: Queue, branch: str) -> Sequence[AnyAction]:
    if branch.startswith("x-"):
        return _branch({}, branch, queue.exceptions, ())
    by_reason = {overflow.reason: overflow.to for overflow in reversed(queue.overflow)}
    if branch == "c":
        found = by_reason.get("out_of_hours")
        return (found,) if found is not None else ()
    ring = Ring(
        members=queue.members, teams=queue.teams, strategy=queue.strategy, seconds=queue.max_wait,
        member_seconds=queue.member_seconds, wait_if_busy=queue.wait_if_busy,
    )  # fmt: skip
    last = by_reason.get("wait") or by_reason.get("nobody")
    return (ring, last) if last is not None else (ring,)


def _line_steps(line: SharedLine) -> Sequence[AnyAction]:
    ring = Ring(
        members=line.members, strategy=line.strategy, seconds=line.seconds, member_seconds=line.seconds
    )
    return (ring, line.unanswered)
