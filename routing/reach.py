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
    ToOperator,
    ToQueue,
    ToSharedLine,
    User,
    Voicemail,
)
from routing.compiled import Company
from routing.route import History

_MOST = 200


def needed_agents(company: Company, call: Call, history: History) -> frozenset[str]:
    """Extensions of users whose state the next decisions of this call may ask for."""
    found = _Reach(company)
    if call.entry_kind == "number":
        found.number(call.entry)
    else:
        found.extension(call.entry)
    for attempt in history[-2:]:
        if attempt.place.kind == "u":
            found.extension(attempt.place.id)
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

    def extension(self, extension: str) -> None:
        target = self.company.extensions.get(extension)
        if target is None or not self._new(f"e{extension}"):
            return
        if target.kind == "user":
            self.users.add(extension)
            self._user(self.company.document.users[extension])
        elif target.kind == "queue":
            self._queue(target.id)
        elif target.kind == "shared_line":
            self._members(self.company.document.shared_lines[target.id].members)

    def number(self, ident: str) -> None:
        number = self.company.document.numbers.get(ident)
        if number is None or not self._new(f"n{ident}"):
            return
        if number.extension:
            self.extension(number.extension)
        handling = self.company.document.handlings.get(number.handling)
        if handling is not None:
            self._handling(handling)
        self._one(ToOperator())

    def _new(self, key: str) -> bool:
        if key in self._seen or len(self._seen) > _MOST:
            return False
        self._seen.add(key)
        return True

    def _handling(self, handling: Handling) -> None:
        lists = [handling.open, handling.closed]
        lists += [period.steps for period in handling.exceptions.values()]
        lists += [rule.steps for rule in handling.rules]
        for steps in lists:
            self._all(steps)
        if handling.zero_dialing.target is not None:
            self._one(handling.zero_dialing.target)

    def _user(self, user: User) -> None:
        for answering in (user.open, user.closed):
            if answering is not None:
                self._all((answering.busy, answering.unanswered))
        for steps in [p.steps for p in user.exceptions.values()] + [r.steps for r in user.rules]:
            self._all(steps)
        if user.forward is not None:
            self._one(user.forward.to)

    def _queue(self, ident: str) -> None:
        queue = self.company.document.queues.get(ident)
        if queue is None:
            return
        self._members(queue.members)
        self._teams(queue.teams)
        self._all(overflow.to for overflow in queue.overflow)
        for period in queue.exceptions.values():
            self._all(period.steps)

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
                self._members(action.members)
                self._teams(action.teams)
            case ToExtension():
                self.extension(action.extension)
            case ToNumber():
                self.number(action.number)
            case ToQueue():
                self._queue(action.queue)
            case ToSharedLine() if action.shared_line in self.company.document.shared_lines:
                self._members(self.company.document.shared_lines[action.shared_line].members)
            case Greeting() if action.then is not None:
                self._one(action.then)
            case Voicemail() if action.operator_target is not None:
                self._one(action.operator_target)
            case ToOperator() if self.company.document.account.operator is not None:
                if self._new("operator"):
                    self._one(self.company.document.account.operator)
            case _:
                pass
