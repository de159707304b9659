"""Advanced rules that can never apply, or always do (R09 to R12), and callers that nobody can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from routing.company import CompanyDocument, Rule
from routing.lint_findings import Finding


def check(document: CompanyDocument) -> Iterator[Finding]:
    """The rules about rules, but those that need to know which day it is."""
    inside = (*document.users, *document.site_devices)
    yield from _callers(document.account.blocked_callers, inside, "account", "account.blocked_callers")
    for owner, rules, path in _each(document):
        for place, rule in enumerate(rules):
            here = f"{path}[{place}]"
            yield from _callers(rule.callers, inside, owner, f"{here}.callers")
            if rule.enabled and not _conditions(rule):
                facts = {"rule": rule.name or rule.id}
                yield Finding(
                    id="rule_always", level="warn", objects=(owner, rule.id), path=here, facts=facts
                )
    for key, handling in document.handlings.items():
        numbers = {name for name, number in document.numbers.items() if number.handling == key}
        for place, rule in enumerate(handling.rules):
            if rule.enabled and rule.called and numbers.isdisjoint(rule.called):
                yield _never(rule, "called", key, f"handlings.{key}.rules[{place}].called")


def reminders(document: CompanyDocument, today: date) -> Iterator[Finding]:
    """Rules all of whose dates are past."""
    for owner, rules, path in _each(document):
        for place, rule in enumerate(rules):
            if rule.enabled and rule.dates and all(span.last < today.isoformat() for span in rule.dates):
                yield _never(rule, "dates", owner, f"{path}[{place}].dates")


def _each(document: CompanyDocument) -> Iterator[tuple[str, Sequence[Rule], str]]:
    """Whose rules, the rules, and the way to them."""
    for key, handling in document.handlings.items():
        yield key, handling.rules, f"handlings.{key}.rules"
    for extension, user in document.users.items():
        yield extension, user.rules, f"users.{extension}.rules"


def _conditions(rule: Rule) -> bool:
    return bool(rule.callers or rule.contacts or rule.called or rule.weekly or rule.dates or rule.state)


def _callers(patterns: Sequence[str], inside: Sequence[str], owner: str, path: str) -> Iterator[Finding]:
    """Callers from outside are known by their numbers of the world, with a `+`, those from inside by their extensions."""
    for place, pattern in enumerate(patterns):
        digits = pattern.removesuffix("*")
        known = (each.startswith(digits) if pattern.endswith("*") else each == digits for each in inside)
        if not pattern.startswith("+") and not any(known):
            facts = {"pattern": pattern}
            where = f"{path}[{place}]"
            yield Finding(id="caller_never", level="warn", objects=(owner, pattern), path=where, facts=facts)


def _never(rule: Rule, what: str, owner: str, path: str) -> Finding:
    facts = {"rule": rule.name or rule.id, "what": what}
    return Finding(id="rule_never", level="warn", objects=(owner, rule.id), path=path, facts=facts)
