"""Which agents a call can touch from where it stands: followed through the document, bounded."""

from __future__ import annotations

from collections.abc import Iterable

from routing.call import Call
from routing.company import (
    AnyAction,
    Greeting,
    Handling,
    Ring,
    ToExtension,
    ToNumber,
    ToQueue,
    ToSharedLine,
    User,
    Voicemail,
)
from routing.compiled import Company
from routing.route import History, Place

_MOST = 200


def needed_agents(company: Company, call: Call, history: History) -> frozenset[str]:
    """Extensions of users whose state the next decisions of this call may ask for: what its entry, the place where it
    stands and what the caller dialled lead to."""
    found = _Reach(company)
    if call.entry_kind == "number":
        found.number(call.entry)
    else:
        found.extension(call.entry)
    found.operator()
    for attempt in history[-1:]:
        found.place(attempt.place)
    # Its handling stays in force for 0 while users ring (R45), whatever the call has come to since.
    found.number(next((attempt.place.id for attempt in reversed(history) if attempt.place.kind == "n"), ""))
    dialled = "".join(attempt.outcome.keys for attempt in history[-2:])
    for length in range(1, len(dialled) + 1):
        found.extension(dialled[-length:])
    return frozenset(found.users)


class _Reach:
    """A walk over a company's objects; each is visited once."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.users: set[str] = set()
        self._seen: set[str] = set()

    def place(self, place: Place) -> None:
        """Where a call stands."""
        match place.kind:
            case "n":
                self.number(place.id)
            case "q":
                self._queue(place.id)
            case "l":
                self._line(place.id)
            case _:
                self.extension(place.id)

    def extension(self, extension: str) -> None:
        """Whatever answers to an extension."""
        target = self.company.extensions.get(extension)
        if target is None or not self._new(f"e{extension}"):
            return
        if target.kind == "user":
            self.users.add(extension)
            self._user(self.company.document.users[extension])
        elif target.kind == "queue":
            self._queue(target.id)
        elif target.kind == "shared_line":
            self._line(target.id)

    def number(self, ident: str) -> None:
        """A number of the company, and the operator of its site."""
        number = self.company.document.numbers.get(ident)
        if number is None or not self._new(f"n{ident}"):
            return
        if number.extension:
            self.extension(number.extension)
        handling = self.company.document.handlings.get(number.handling)
        if handling is not None and self._new(f"h{number.handling}"):
            self._handling(handling)
        self._all(() if number.operator is None else (number.operator,))
        self._site(number.site)

    def _new(self, key: str) -> bool:
        if key in self._seen or len(self._seen) > _MOST:
            return False
        self._seen.add(key)
        return True

    def _site(self, ident: str) -> None:
        site = self.company.document.sites.get(ident)
        if site is not None and site.operator is not None and self._new(f"s{ident}"):
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
        forward = user.forward.to if user.forward is not None else None
        self._all(action for action in (forward, user.dnd, user.operator) if action is not None)
        self._site(user.site)

    def _branches(self, owner: Handling | User) -> None:
        for period in owner.exceptions.values():
            self._all(period.steps)
        for rule in owner.rules:
            self._all(rule.steps)

    def _queue(self, ident: str) -> None:
        queue = self.company.document.queues.get(ident)
        if queue is None or not self._new(f"q{ident}"):
            return
        self._members(queue.members)
        self._teams(queue.teams)
        self._all(overflow.to for overflow in queue.overflow)
        for period in queue.exceptions.values():
            self._all(period.steps)

    def _line(self, ident: str) -> None:
        line = self.company.document.shared_lines.get(ident)
        if line is not None and self._new(f"l{ident}"):
            self._members(line.members)
            self._one(line.unanswered)

    def _members(self, members: Iterable[str]) -> None:
        self.users |= {m for m in members if m in self.company.document.users}

    def _teams(self, teams: Iterable[str]) -> None:
        for team in teams:
            if team in self.company.document.teams:
                self._members(self.company.document.teams[team].members)

    def _all(self, steps: Iterable[AnyAction]) -> None:
        for action in steps:
            self._one(action)

    def _one(self, action: AnyAction) -> None:
        match action:
            case Ring():
                self._ring(action)
            case ToExtension():
                self.extension(action.extension)
            case ToNumber():
                self.number(action.number)
            case ToQueue():
                self._queue(action.queue)
            case ToSharedLine():
                self._line(action.shared_line)
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

    def operator(self) -> None:
        """The account's, to whom any call can come."""
        operator = self.company.document.account.operator
        if operator is not None and self._new("operator"):
            self._one(operator)
