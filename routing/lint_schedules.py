"""Hours that do not do what they seem to (LINT-03 to 06 and 09, P76, P83)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from routing.company import (
    WEEKDAYS,
    CompanyDocument,
    Handling,
    Opening,
    Queue,
    Rule,
    Schedule,
    ToExternal,
    User,
)
from routing.document_walk import each_schedule
from routing.effective import written
from routing.lint_findings import Finding, path_text
from routing.outbound_numbers import Home, destination

_DAY = 24 * 60


def check(document: CompanyDocument, obeyed: CompanyDocument) -> Iterator[Finding]:
    """The rules about hours. What a level above gives, so that the effective document has it, is not missing."""
    at_numbers = _at_numbers(obeyed)
    for key, handling in document.handlings.items():
        meant = at_numbers.get(key, [handling])
        scheduled = [each for each in meant if _scheduled(each.schedule)]
        if any(not each.closed for each in scheduled):
            yield Finding(id="LINT-03", level="warn", objects=(key,), path=f"handlings.{key}.closed")
        yield from _forced(handling, key)
        yield from _rules(handling.rules, scheduled=bool(scheduled), owner=key, path=f"handlings.{key}.rules")
    for key, user in obeyed.users.items():
        yield from _user(user, key)
    for key, queue in obeyed.queues.items():
        yield from _queue(queue, key)
    yield from _abroad(document, obeyed)
    for steps, schedule in each_schedule(document):
        yield from _schedule(schedule, str(steps[1] if steps[0] != "account" else steps[0]), path_text(steps))


def _at_numbers(obeyed: CompanyDocument) -> dict[str, list[Handling]]:
    """By the id of a handling as saved: what it comes to at each of its numbers."""
    found: dict[str, list[Handling]] = {}
    for number in obeyed.numbers.values():
        if number.handling in obeyed.handlings:
            found.setdefault(written(number.handling), []).append(obeyed.handlings[number.handling])
    return found


def _queue(queue: Queue, key: str) -> Iterator[Finding]:
    """Limits of a queue that lead nowhere: its callers hear that nobody is available (P82, R53, D50)."""
    reasons, path = {overflow.reason for overflow in queue.overflow}, f"queues.{key}.overflow"
    if _scheduled(queue.schedule) and not queue.members_own_hours and "out_of_hours" not in reasons:
        yield Finding(id="LINT-04", level="warn", objects=(key,), path=path, facts={"what": "queue"})
    for what, limit, needed in (
        ("max_waiting", queue.max_waiting, {"full"}),
        ("max_wait", queue.max_wait, {"wait", "nobody"}),
    ):
        if limit and reasons.isdisjoint(needed):
            facts = {"what": what, "limit": str(limit)}
            yield Finding(id="limit_nowhere", level="warn", objects=(key,), path=path, facts=facts)


def _abroad(document: CompanyDocument, obeyed: CompanyDocument) -> Iterator[Finding]:
    """LINT-26: a number of another country whose hours or dates are judged in the company's zone (A27, C26)."""
    account = obeyed.account
    for key, number in obeyed.numbers.items():
        handling = obeyed.handlings.get(number.handling)
        own_zone = document.numbers[key].time_zone or number.time_zone != account.time_zone
        if own_zone or handling is None:
            continue
        hours = handling.schedule
        if not (hours or handling.exceptions or handling.rules) or (hours is not None and hours.time_zone):
            continue
        found = destination(number.number, Home(account.country))
        country = found.country if found is not None and found.kind == "international" else account.country
        if country == account.country:
            continue
        facts = {"what": "number", "number": number.number, "country": country, "zone": account.time_zone}
        yield Finding(
            id="LINT-26", level="warn", objects=(key,), path=f"numbers.{key}.time_zone", facts=facts
        )


def _scheduled(schedule: Schedule | None) -> bool:
    return schedule is not None and schedule.enabled


def _forced(handling: Handling, key: str) -> Iterator[Finding]:
    """Hours that somebody overrode by hand, for as long as he forgets it."""
    if handling.forced:
        facts = {"state": handling.forced}
        yield Finding(
            id="forced_state", level="warn", objects=(key,), path=f"handlings.{key}.forced", facts=facts
        )


def _rules(rules: Sequence[Rule], *, scheduled: bool, owner: str, path: str) -> Iterator[Finding]:
    """A rule for closed hours where nothing is ever closed (R14)."""
    for place, rule in enumerate(rules):
        if rule.enabled and rule.state == "closed" and not scheduled:
            facts = {"rule": rule.name or rule.id, "what": "state"}
            yield Finding(
                id="rule_never",
                level="warn",
                objects=(owner, rule.id),
                path=f"{path}[{place}].state",
                facts=facts,
            )


def _user(user: User, key: str) -> Iterator[Finding]:
    schedule, path = user.schedule, f"users.{key}"
    if schedule is not None and schedule.enabled:
        if user.closed is None:
            yield Finding(id="LINT-04", level="warn", objects=(key,), path=f"{path}.closed")
        if user.forward is not None and user.forward.enabled and user.forward_vs_schedule == "schedule_first":
            to = user.forward.to
            number = to.number if isinstance(to, ToExternal) else str(to.__struct_config__.tag)
            open_too = user.forward_in_open_hours == "apply"
            facts = {"name": user.name, "to": number, "when": "closed" if open_too else "always"}
            yield Finding(id="LINT-09", level="warn", objects=(key,), path=f"{path}.forward", facts=facts)
    yield from _rules(user.rules, scheduled=_scheduled(schedule), owner=key, path=f"{path}.rules")


def _schedule(schedule: Schedule, key: str, path: str) -> Iterator[Finding]:
    if not schedule.enabled:
        if schedule.openings:
            yield Finding(id="schedule_not_enabled", level="info", objects=(key,), path=f"{path}.enabled")
        return
    if not any(opening.enabled for opening in schedule.openings):
        yield Finding(id="LINT-05", level="warn", objects=(key,), path=f"{path}.openings")
    if len(schedule.openings) > 1:
        yield from _overlapping_openings(schedule, key, path)


def _overlapping_openings(schedule: Schedule, key: str, path: str) -> Iterator[Finding]:
    numbered = [(place, opening) for place, opening in enumerate(schedule.openings) if opening.enabled]
    for (first, one), (second, other) in combinations(numbered, 2):
        days = _common_days(one, other)
        if days:
            facts = {"days": ", ".join(days), "first": str(first + 1), "second": str(second + 1)}
            yield Finding(
                id="LINT-06", level="warn", objects=(key,), path=f"{path}.openings[{second}]", facts=facts
            )


def _common_days(one: Opening, other: Opening) -> list[str]:
    """Weekdays on which both are open at some moment, in some month."""
    if one.months and other.months and not set(one.months) & set(other.months):
        return []
    return [
        WEEKDAYS[day]
        for day in range(7)
        if any(a < d and c < b for a, b in _spells(one, day) for c, d in _spells(other, day))
    ]


def _spells(opening: Opening, day: int) -> Iterator[tuple[int, int]]:
    """The minutes of a weekday which an opening covers."""
    if WEEKDAYS[day] in opening.days:
        yield opening.start, _DAY if opening.next_day else opening.end
    if opening.next_day and WEEKDAYS[day - 1] in opening.days:
        yield 0, opening.end
