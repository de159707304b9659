"""What the calls of each number may reach (A06 to A16): the teams, queues and people of its inbound flow.

The inbound flow of a number is its handling, without the rules that are for other numbers, with everything
that it may hand a call to: queues, shared lines, other numbers, the operator, and people with what their own settings do with
a call that came to them. Those lead to teams and queues like the rest, and name nobody: what a colleague set for himself does
not make a member of the number's flow. A user's own number is no flow.
"""

from __future__ import annotations

from routing.company import (
    AnyAction,
    CompanyDocument,
    Greeting,
    Ring,
    ToExtension,
    ToNumber,
    ToOperator,
    ToQueue,
    ToSharedLine,
    User,
    Voicemail,
    ZeroDialing,
)
from routing.document_walk import Placed, Steps, handling_actions, user_actions
from routing.own_forward import is_suspended

_LEADS_ON = Ring | Greeting | ToExtension | ToNumber | ToOperator | ToQueue | ToSharedLine | Voicemail


class Flow:
    """What the calls of one number may reach: members named one by one, teams, queues."""

    def __init__(self) -> None:
        self.members: set[str] = set()
        self.teams: dict[str, Steps] = {}
        self.queues: set[str] = set()
        self.numbers: set[str] = set()
        self.lines: set[str] = set()
        self.people: set[str] = set()
        """To whom calls come, so that their own settings lead on."""
        self.asks_operator = False
        self.operators: set[tuple[str, str]] = set()
        """Whose operators were followed, `("numbers", key)`."""


class Flows:
    """The flows of a document with its effective values, each found once."""

    def __init__(self, document: CompanyDocument) -> None:
        self._document = document
        self._queues = {queue.extension: key for key, queue in document.queues.items() if queue.extension}
        self._lines = {line.extension: key for key, line in document.shared_lines.items() if line.extension}
        self._own: dict[str, list[Placed]] = {}
        self.by_number: dict[str, Flow] = {}
        for key, number in document.numbers.items():
            leads_on = number.handling or number.extension in self._queues or number.extension in self._lines
            if leads_on and number.enabled and number.receive_calls:
                self.by_number[key] = self._flow(key)

    def _flow(self, key: str) -> Flow:
        flow = Flow()
        self._follow_number(key, flow)
        self._follow_operators(flow)
        named, followed = flow.members, set[str]()
        flow.members = set(named)
        while coming := sorted(flow.people - followed):
            followed.update(coming)
            for extension in coming:
                self._follow_user(extension, flow)
            self._follow_operators(flow)
        flow.members = named
        return flow

    def _follow_number(self, key: str, flow: Flow) -> None:
        number = self._document.numbers.get(key)
        if key in flow.numbers or number is None:
            return
        flow.numbers.add(key)
        if number.extension:
            self._follow_extension(number.extension, flow)
        handling = self._document.handlings.get(number.handling)
        if handling is None:
            return
        elsewhere = {
            place for place, rule in enumerate(handling.rules) if rule.called and key not in rule.called
        }
        for placed in handling_actions(handling, ("handlings", number.handling)):
            if not (placed.steps[2] == "rules" and placed.steps[3] in elsewhere):
                self._follow(placed.action, placed.steps, flow)

    def _follow(self, action: AnyAction | None, steps: Steps, flow: Flow) -> None:
        match action:
            case Ring():
                flow.members.update(action.members)
                for team in action.teams:
                    flow.teams.setdefault(team, steps)
                self._zero(action.zero_dialing, steps, flow)
            case Greeting(then=then, operator=operator):
                self._follow(then, steps, flow)
                if operator:
                    self._follow_operator(steps, flow)
            case ToOperator():
                self._follow_operator(steps, flow)
            case Voicemail(operator_target=target):
                self._follow(target, steps, flow)
            case ToNumber(number=number):
                self._follow_number(number, flow)
            case ToQueue(queue=queue):
                self._follow_queue(queue, flow)
            case ToSharedLine(shared_line=line):
                self._follow_line(line, flow)
            case ToExtension(extension=extension):
                self._follow_extension(extension, flow)

    def _follow_operator(self, steps: Steps, flow: Flow) -> None:
        """A user's is his own; any other that of whichever number the call came by."""
        if steps[0] == "users":
            extension = str(steps[1])
            self._follow_own_operator(("users", extension), self._document.users[extension].operator, flow)
        flow.asks_operator = flow.asks_operator or steps[0] != "users"

    def _follow_operators(self, flow: Flow) -> None:
        """Those of all numbers of the flow, once something in it asks for one."""
        numbers = self._document.numbers
        while flow.asks_operator and (coming := {("numbers", key) for key in flow.numbers} - flow.operators):
            for owner in sorted(coming):
                self._follow_own_operator(owner, numbers[owner[1]].operator, flow)

    def _follow_own_operator(self, owner: tuple[str, str], own: AnyAction | None, flow: Flow) -> None:
        """What the levels gave it included; without any, the company's (C24)."""
        if owner in flow.operators:
            return
        flow.operators.add(owner)
        company = self._document.account.operator
        of_company = own is None or own == company
        self._follow(own or company, (*(("account",) if of_company else owner), "operator"), flow)

    def _zero(self, zero: ZeroDialing | None, steps: Steps, flow: Flow) -> None:
        if zero is not None:
            self._follow(zero.target, steps, flow)

    def _follow_extension(self, extension: str, flow: Flow) -> None:
        if extension in self._queues:
            self._follow_queue(self._queues[extension], flow)
        elif extension in self._lines:
            self._follow_line(self._lines[extension], flow)
        elif extension in self._document.users:
            flow.members.add(extension)
            flow.people.add(extension)

    def _follow_user(self, extension: str, flow: Flow) -> None:
        user = self._document.users[extension]
        for placed in self._own_actions(extension, user):
            if _may_happen(user, placed, flow.numbers):
                self._follow(placed.action, placed.steps, flow)

    def _own_actions(self, extension: str, user: User) -> list[Placed]:
        """Those that may lead on, looked for once."""
        if extension not in self._own:
            each = user_actions(user, extension)
            self._own[extension] = [placed for placed in each if isinstance(placed.action, _LEADS_ON)]
        return self._own[extension]

    def _follow_queue(self, key: str, flow: Flow) -> None:
        queue = self._document.queues.get(key)
        if key in flow.queues or queue is None:
            return
        flow.queues.add(key)
        flow.members.update(queue.members)
        for team in queue.teams:
            flow.teams.setdefault(team, ("queues", key, "teams"))
        for name, period in queue.exceptions.items():
            for place, action in enumerate(period.steps):
                self._follow(action, ("queues", key, "exceptions", name, "steps", place), flow)
        for place, overflow in enumerate(queue.overflow):
            self._follow(overflow.to, ("queues", key, "overflow", place, "to"), flow)
        self._zero(queue.zero_dialing, ("queues", key, "zero_dialing"), flow)

    def _follow_line(self, key: str, flow: Flow) -> None:
        line = self._document.shared_lines.get(key)
        if key in flow.lines or line is None:
            return
        flow.lines.add(key)
        flow.members.update(line.members)
        self._follow(line.unanswered, ("shared_lines", key, "unanswered"), flow)


def _may_happen(user: User, placed: Placed, numbers: set[str]) -> bool:
    """For a call that came to him by one of these numbers; his operator is followed where something asks for him."""
    match placed.steps[2:4]:
        case ("forward", *_):
            return user.forward is not None and user.forward.enabled and not is_suspended(user)
        case ("closed", *_):
            return user.schedule is not None and user.schedule.enabled
        case ("rules", int(place)):
            rule = user.rules[place]
            return rule.enabled and (not rule.called or not numbers.isdisjoint(rule.called))
        case ("operator",):
            return False
        case _:
            return True


def outbound_only(document: CompanyDocument, flows: Flows) -> dict[str, frozenset[str]]:
    """Who only calls out, by number (A01 to A03, A09): users with access to some number whom no flow names, for calls to
    any number and from inside (`""`); and for a number users with access to it whom its own flow does not name."""
    having = {key: user.data_access for key, user in document.users.items() if user.data_access}
    named = {member for flow in flows.by_number.values() for member in flow.members}
    nowhere = frozenset(key for key in having if key not in named)
    found = {"": nowhere}
    for number, flow in flows.by_number.items():
        here = (key for key, access in having.items() if number in access and key not in flow.members)
        found[number] = nowhere.union(here)
    return found
