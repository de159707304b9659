"""Who is reached by calls to a number, and through what (A01 to A16): LINT-01, LINT-02, LINT-12, LINT-13.

What is in a number's flow is `routing.flows`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routing.company import AnyAction, CompanyDocument, Handling, Ring
from routing.document_walk import Steps
from routing.effective import written_at
from routing.flows import Flows, outbound_only
from routing.lint_findings import Finding, path_text


def check(document: CompanyDocument, obeyed: CompanyDocument) -> Iterator[Finding]:
    """The rules about flows: those of the effective document, levels' holidays and closed branches included."""
    flows = Flows(obeyed)
    yield from _outbound_only(document, flows)
    yield from _shared_teams(flows)
    yield from _mixed_queues(document, flows)
    yield from _never_run(document)
    yield from _empty(document)


def _outbound_only(document: CompanyDocument, flows: Flows) -> Iterator[Finding]:
    """LINT-01: every user, team and number, not the first alone (A15)."""
    joined: dict[str, list[str]] = {}
    for key, team in document.teams.items():
        for member in team.members:
            joined.setdefault(member, []).append(key)
    outbound = outbound_only(document, flows)
    for user in document.users:
        for team_id in joined.get(user, ()):
            for number, flow in flows.by_number.items():
                if team_id in flow.teams and user in outbound[number]:
                    yield _reachable(document, user, team_id, (number, flow.teams[team_id]))


def _reachable(document: CompanyDocument, user: str, team: str, where: tuple[str, Steps]) -> Finding:
    number, steps = where
    facts = {"user": user, "name": document.users[user].name, "team": team, "number": number}
    strict = document.account.strict_outbound_only
    return Finding(
        id="LINT-01",
        level="error" if strict else "warn",
        objects=(user, team, number),
        path=path_text(written_at(steps)),
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
    yield from _queue_lists(document)


def _queue_lists(document: CompanyDocument) -> Iterator[tuple[str, tuple[AnyAction, ...]]]:
    for key, queue in document.queues.items():
        for name, period in queue.exceptions.items():
            yield f"queues.{key}.exceptions.{name}.steps", period.steps


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
