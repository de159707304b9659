"""Which agents a call can touch from where it stands: followed through the document, the nearest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from routing import star_codes
from routing.call import Call
from routing.company import (
    AnyAction,
    Greeting,
    Handling,
    Number,
    Queue,
    Ring,
    SharedLine,
    ToContact,
    ToExtension,
    ToExternal,
    ToNumber,
    ToQueue,
    ToSharedLine,
    User,
    Voicemail,
)
from routing.compiled import Company
from routing.outbound_dialing import leaves
from routing.route import History, Place

_KINDS = {"user": "u", "queue": "q", "shared_line": "l"}
"""Objects that an extension leads to; boxes and announcements lead to nobody."""
MOST = 2000
"""Agents that are asked for in one round trip. Of those further away nothing is known, hence nothing concluded
(`Turn.agent`): their phones ring, and say themselves when they do not."""


def needed(company: Company, call: Call, history: History) -> tuple[frozenset[str], bool, bool, bool]:
    """Extensions of users whose state the next decision of this call may ask for: what its entry, the place where it
    stands and what the caller dialled lead to within the moves that the loop guard allows. And whether a queue is
    among it, somebody outside, and calls under way that it may take."""
    # Of an earlier revision the same digits may have been an extension: then it stands somewhere of the company.
    goes_out = leaves(company, call) and all(attempt.place.kind == "o" for attempt in history[-1:])
    if goes_out and call.entry_kind != "transfer":
        return frozenset({call.owner} & company.document.users.keys()), False, True, False
    found = _Reach(company)
    if call.entry_kind == "number":
        found.number(call.entry)
    else:
        found.extension(call.entry)
    starred = star_codes.read(call.entry) if call.entry_kind != "number" else None
    if starred is not None or call.entry_kind == "transfer":
        # A call that he parked, or sent where nobody takes it, comes back to him.
        found.extension(call.owner)
    found.operator()
    for attempt in history[-1:]:
        found.place(attempt.place)
    # Its handling stays in force for 0 while users ring (R45), whatever the call has come to since.
    found.number(next((attempt.place.id for attempt in reversed(history) if attempt.place.kind == "n"), ""))
    dialled = "".join(attempt.outcome.keys for attempt in history[-2:])
    for length in range(1, len(dialled) + 1):
        found.extension(dialled[-length:])
    takes = starred is not None and starred.meaning in star_codes.TAKING
    return found.agents(), found.queues, found.outside or goes_out, takes


class _Reach:
    """A walk over a company's objects, as many moves as a call may make; each is visited once."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._users: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        self._waiting: deque[tuple[str, str, int]] = deque()
        self.outside = False
        self._moves = -1
        """Moves to the object whose actions are looked at."""

    def agents(self) -> frozenset[str]:
        """Everybody found, by going on from the nearest object until no move is left."""
        while self._waiting and len(self._users) < MOST:
            kind, ident, self._moves = self._waiting.popleft()
            if self._moves <= self.company.document.account.hop_limit and (kind, ident) not in self._seen:
                self._seen.add((kind, ident))
                self._visit(kind, ident)
        return frozenset(self._users)

    @property
    def queues(self) -> bool:
        """A queue was come by."""
        return any(kind == "q" for kind, _ in self._seen)

    def _visit(self, kind: str, ident: str) -> None:
        match kind:
            case "u":
                self._users.add(ident)
                self._user(self.company.document.users[ident])
            case "n":
                self._number(self.company.document.numbers[ident])
            case "q":
                self._queue(self.company.document.queues[ident])
            case _:
                self._line(self.company.document.shared_lines[ident])

    def place(self, place: Place) -> None:
        """Where a call stands."""
        match place.kind:
            case "n":
                self.number(place.id)
            case "q":
                self._go("q", place.id)
            case "l":
                self._go("l", place.id)
            case _:
                self.extension(place.id)

    def extension(self, extension: str) -> None:
        """Whatever answers to an extension."""
        target = self.company.extensions.get(extension)
        if target is not None and target.kind in _KINDS:
            self._go(_KINDS[target.kind], target.id)

    def number(self, ident: str) -> None:
        """A number of the company; to come by one that is an extension's is no move (`arriving.enter_number`)."""
        number = self.company.document.numbers.get(ident)
        self._go("n", ident)
        if number is not None:
            self.extension(number.extension)

    def operator(self) -> None:
        """The account's, to whom any call can come."""
        operator = self.company.document.account.operator
        if operator is not None:
            self._one(operator)

    def _go(self, kind: str, ident: str) -> None:
        """A move to another object, when there is such a one."""
        document = self.company.document
        objects: Mapping[str, Mapping[str, object]] = {
            "u": document.users, "n": document.numbers, "q": document.queues, "l": document.shared_lines,
        }  # fmt: skip
        if ident in objects[kind]:
            self._waiting.append((kind, ident, self._moves + 1))

    def _number(self, number: Number) -> None:
        """Its handling, its operator and its site's."""
        handling = self.company.document.handlings.get(number.handling)
        if handling is not None:
            self._handling(handling)
        self._all(() if number.operator is None else (number.operator,))
        self._site(number.site)

    def _site(self, ident: str) -> None:
        site = self.company.document.sites.get(ident)
        if site is not None and site.operator is not None:
            self._one(site.operator)

    def _handling(self, handling: Handling) -> None:
        self._all(handling.open)
        self._all(handling.closed)
        self._branches(handling)
        if handling.zero_dialing.target is not None:
            self._one(handling.zero_dialing.target)

    def _user(self, user: User) -> None:
        for answering in (user.open, user.closed):
            if answering is not None:
                self._all((answering.busy, answering.unanswered))
        self._branches(user)
        self.outside = self.outside or bool(user.own_numbers)
        forward = user.forward.to if user.forward is not None else None
        self._all(action for action in (forward, user.dnd, user.operator) if action is not None)
        self._site(user.site)

    def _branches(self, owner: Handling | User) -> None:
        for period in owner.exceptions.values():
            self._all(period.steps)
        for rule in owner.rules:
            self._all(rule.steps)

    def _queue(self, queue: Queue) -> None:
        self._members(queue.members)
        self._teams(queue.teams)
        self._all(overflow.to for overflow in queue.overflow)
        for period in queue.exceptions.values():
            self._all(period.steps)
        if queue.zero_dialing.target is not None:
            self._one(queue.zero_dialing.target)

    def _line(self, line: SharedLine) -> None:
        self._members(line.members)
        self._one(line.unanswered)

    def _members(self, members: Iterable[str]) -> None:
        users = self.company.document.users
        found = [member for member in members if member in users]
        self._users.update(found)
        self.outside = self.outside or any(users[member].own_numbers for member in found)

    def _teams(self, teams: Iterable[str]) -> None:
        for team in teams:
            if team in self.company.document.teams:
                self._members(self.company.document.teams[team].members)

    def _all(self, steps: Iterable[AnyAction]) -> None:
        for action in steps:
            self._one(action)

    def _one(self, action: AnyAction) -> None:
        match action:
            case ToExternal() | ToContact():
                self.outside = True
            case Ring():
                self._ring(action)
            case ToExtension():
                self.extension(action.extension)
            case ToNumber():
                self.number(action.number)
            case ToQueue():
                self._go("q", action.queue)
            case ToSharedLine():
                self._go("l", action.shared_line)
            case Greeting():
                self._all(() if action.then is None else (action.then,))
            case Voicemail():
                self._all(() if action.operator_target is None else (action.operator_target,))
            case _:
                pass

    def _ring(self, action: Ring) -> None:
        self._members(action.members)
        self._teams(action.teams)
        if action.zero_dialing is not None and action.zero_dialing.target is not None:
            self._one(action.zero_dialing.target)
