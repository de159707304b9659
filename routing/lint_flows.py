"""Who is reached by calls to a number, and through what (A01 to A16): LINT-01, LINT-02, LINT-12, LINT-13.

The inbound flow of a number is its handling, without the rules that are for other numbers, with everything
that it may hand a call to: queues, shared lines, other numbers. A user's own number is no flow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routing.company import (
    AnyAction,
    CompanyDocument,
    Greeting,
    Handling,
    Ring,
    ToExtension,
    ToNumber,
    ToQueue,
    ToSharedLine,
    Voicemail,
    ZeroDialing,
)
from routing.document_walk import Steps, handling_actions
from routing.lint_findings import Finding, path_text


class Flow:
    """What the calls of one number may reach: members named one by one, teams, queues."""

    def __init__(self) -> None:
        self.members: set[str] = set()
        self.teams: dict[str, Steps] = {}
        self.queues: set[str] = set()
        self.numbers: set[str] = set()
        self.lines: set[str] = set()


class Flows:
    """The flows of a document, each found once."""

    def __init__(self, document: CompanyDocument) -> None:
        self._document = document
        self._queues = {queue.extension: key for key, queue in document.queues.items() if queue.extension}
        self._lines = {line.extension: key for key, line in document.shared_lines.items() if line.extension}
        self.by_number: dict[str, Flow] = {}
        for key, number in document.numbers.items():
            if number.handling and number.enabled and number.receive_calls:
                flow = self.by_number[key] = Flow()
                self._follow_number(key, flow)

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
            case Greeting(then=then):
                self._follow(then, steps, flow)
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

    def _follow_queue(self, key: str, flow: Flow) -> None:
        queue = self._document.queues.get(key)
        if key in flow.queues or queue is None:
            return
        flow.queues.add(key)
        flow.members.update(queue.members)
        for team in queue.teams:
            flow.teams.setdefault(team, ("queues", key, "teams"))
        for place, overflow in enumerate(queue.overflow):
            self._follow(overflow.to, ("queues", key, "overflow", place, "to"), flow)

    def _follow_line(self, key: str, flow: Flow) -> None:
        line = self._document.shared_lines.get(key)
        if key in flow.lines or line is None:
            return
        flow.lines.add(key)
        flow.members.update(line.members)
        self._follow(line.unanswered, ("shared_lines", key, "unanswered"), flow)


def check(document: CompanyDocument) -> Iterator[Finding]:
    """The rules about flows."""
    flows = Flows(document)
    yield from _outbound_only(document, flows)
    yield from _shared_teams(flows)
    yield from _mixed_queues(document, flows)
    yield from _never_run(document)
    yield from _empty(document)


def outbound_only(document: CompanyDocument, flows: Flows) -> list[str]:
    """Users who have access to a number in order to call out (A03) and whom no flow names directly."""
    named = {member for flow in flows.by_number.values() for member in flow.members}
    return [key for key, user in document.users.items() if user.data_access and key not in named]


def _outbound_only(document: CompanyDocument, flows: Flows) -> Iterator[Finding]:
    """LINT-01: every user, team and number, not the first alone (A15)."""
    teams: dict[str, list[str]] = {}
    for key, team in document.teams.items():
        for member in team.members:
            teams.setdefault(member, []).append(key)
    for user in outbound_only(document, flows):
        for joined in teams.get(user, ()):
            for number, flow in flows.by_number.items():
                if joined in flow.teams:
                    yield _reachable(document, user, joined, (number, flow.teams[joined]))


def _reachable(document: CompanyDocument, user: str, team: str, where: tuple[str, Steps]) -> Finding:
    number, steps = where
    facts = {"user": user, "name": document.users[user].name, "team": team, "number": number}
    strict = document.account.strict_outbound_only
    return Finding(
        id="LINT-01",
        level="error" if strict else "warn",
        objects=(user, team, number),
        path=path_text(steps),
        facts=facts,
    )


def _shared_teams(flows: Flows) -> Iterator[Finding]:
    """LINT-02."""
    numbers: dict[str, list[str]] = {}
    for number, flow in flows.by_number.items():
        for team in flow.teams:
            numbers.setdefault(team, []).append(number)
    for team, listed in numbers.items():
        if len(listed) > 1:
            facts = {"team": team, "numbers": ", ".join(listed)}
            yield Finding(
                id="LINT-02", level="info", objects=(team, *listed), path=f"teams.{team}", facts=facts
            )


def _mixed_queues(document: CompanyDocument, flows: Flows) -> Iterator[Finding]:
    """LINT-13 for queues; a queue that has an extension or is in a flow takes calls."""
    taking = {queue for flow in flows.by_number.values() for queue in flow.queues}
    taking |= {key for key, queue in document.queues.items() if queue.extension}
    for key, profile in document.outbound_profiles.items():
        if profile.queue in taking:
            facts = {"what": "queue", "name": profile.queue, "profile": key}
            path = f"outbound_profiles.{key}.queue"
            yield Finding(id="LINT-13", level="warn", objects=(profile.queue, key), path=path, facts=facts)


def _never_run(document: CompanyDocument) -> Iterator[Finding]:
    """LINT-12: only a ring step can be followed by another."""
    for owner, steps in _lists(document):
        for place, action in enumerate(steps[:-1]):
            if not isinstance(action, Ring):
                path = f"{owner}[{place + 1}]"
                facts = {"action": str(action.__struct_config__.tag), "after": str(len(steps) - place - 1)}
                yield Finding(id="LINT-12", level="warn", objects=(owner,), path=path, facts=facts)
                break


def _lists(document: CompanyDocument) -> Iterator[tuple[str, tuple[AnyAction, ...]]]:
    for key, handling in document.handlings.items():
        yield from _handling_lists(handling, f"handlings.{key}")
    for extension, user in document.users.items():
        for key, period in user.exceptions.items():
            yield f"users.{extension}.exceptions.{key}.steps", period.steps
        for place, rule in enumerate(user.rules):
            yield f"users.{extension}.rules[{place}].steps", rule.steps


def _handling_lists(handling: Handling, path: str) -> Iterable[tuple[str, tuple[AnyAction, ...]]]:
    yield f"{path}.open", handling.open
    yield f"{path}.closed", handling.closed
    for key, period in handling.exceptions.items():
        yield f"{path}.exceptions.{key}.steps", period.steps
    for place, rule in enumerate(handling.rules):
        yield f"{path}.rules[{place}].steps", rule.steps


def _empty(document: CompanyDocument) -> Iterator[Finding]:
    """Numbers and handlings with nothing to do for a caller."""
    for key, handling in document.handlings.items():
        if not handling.open:
            yield Finding(id="empty_open", level="warn", objects=(key,), path=f"handlings.{key}.open")
    for key, number in document.numbers.items():
        if number.receive_calls and number.enabled and not number.handling and not number.extension:
            yield Finding(id="number_nowhere", level="warn", objects=(key,), path=f"numbers.{key}")
