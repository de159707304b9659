"""Who is reached by calls to a number, and through what (A01 to A16): LINT-01, LINT-02, LINT-12, LINT-13.

What is in a number's flow is `routing.flows`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from routing.company import AnyAction, CompanyDocument, Ring, Rule
from routing.document_walk import Steps, each_action, each_level, each_periods
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
    yield from _nobody(document, flows)


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
    taking = _taking(document, flows)
    for key, profile in document.outbound_profiles.items():
        if profile.queue in taking:
            facts = {"what": "queue", "name": profile.queue, "profile": key}
            path = f"outbound_profiles.{key}.queue"
            yield Finding(id="LINT-13", level="warn", objects=(profile.queue, key), path=path, facts=facts)


def _taking(document: CompanyDocument, flows: Flows) -> set[str]:
    taking = {queue for flow in flows.by_number.values() for queue in flow.queues}
    return taking | {key for key, queue in document.queues.items() if queue.extension}


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
    """Every list of actions, and the way to it."""
    for key, handling in document.handlings.items():
        yield f"handlings.{key}.open", handling.open
        yield f"handlings.{key}.closed", handling.closed
        yield from _of_rules(handling.rules, f"handlings.{key}")
    for extension, user in document.users.items():
        yield from _of_rules(user.rules, f"users.{extension}")
    for way, periods in each_periods(document):
        yield from ((path_text((*way, key, "steps")), period.steps) for key, period in periods.items())
    for way, level in each_level(document):
        yield path_text((*way, "defaults", "numbers", "closed")), level.defaults.numbers.closed


def _of_rules(rules: Sequence[Rule], path: str) -> Iterator[tuple[str, tuple[AnyAction, ...]]]:
    yield from ((f"{path}.rules[{place}].steps", rule.steps) for place, rule in enumerate(rules))


def _nobody(document: CompanyDocument, flows: Flows) -> Iterator[Finding]:
    """Queues that take calls, and steps that ring teams, without a single member."""
    empty = {key for key, team in document.teams.items() if not team.members}
    for key in sorted(_taking(document, flows)):
        queue = document.queues[key]
        if not queue.members and empty.issuperset(queue.teams):
            yield Finding(id="no_members", level="warn", objects=(key,), path=f"queues.{key}")
    if not empty:
        return
    rings = [
        (path_text(one.steps), one.action) for one in each_action(document) if isinstance(one.action, Ring)
    ]
    for path, ring in rings:
        if not ring.members and empty.issuperset(ring.teams):
            yield Finding(id="no_members", level="warn", objects=(path,), path=path)


def _empty(document: CompanyDocument) -> Iterator[Finding]:
    """Numbers and handlings with nothing to do for a caller."""
    for key, handling in document.handlings.items():
        if not handling.open:
            yield Finding(id="empty_open", level="warn", objects=(key,), path=f"handlings.{key}.open")
    for key, number in document.numbers.items():
        if number.receive_calls and number.enabled and not number.handling and not number.extension:
            yield Finding(id="number_nowhere", level="warn", objects=(key,), path=f"numbers.{key}")
