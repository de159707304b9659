"""Who may call out, with what and how much of it (LINT-13 to 16)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from routing.company import CompanyDocument
from routing.lint_findings import Finding

_DIRECTION = re.compile(
    r"\b(in|out|inbound|outbound|both|entrants?|entrante|sortants?|sortante|mixte|les deux)\b", re.IGNORECASE
)


def check(document: CompanyDocument) -> Iterator[Finding]:
    """The rules about capacity and outbound profiles."""
    outbound = {key for profile in document.outbound_profiles.values() for key in profile.capacity}
    inbound = {queue.capacity for queue in document.queues.values() if queue.capacity}
    for key in sorted(outbound & inbound):
        facts = {"what": "capacity", "name": key, "profile": ""}
        path = f"capacity_profiles.{key}"
        yield Finding(id="LINT-13", level="warn", objects=(key,), path=path, facts=facts)
    for key, profile in document.capacity_profiles.items():
        if not _DIRECTION.search(f"{profile.name} {key}"):
            yield Finding(id="LINT-14", level="info", objects=(key,), path=f"capacity_profiles.{key}.name")
        if profile.reset == "end_of_day":
            yield Finding(id="LINT-15", level="warn", objects=(key,), path=f"capacity_profiles.{key}.reset")
    yield from _without_users(document)
    yield from _without_profile(document, outbound)


def _without_users(document: CompanyDocument) -> Iterator[Finding]:
    held = {key for user in document.users.values() for key in user.capacity}
    for key, profile in document.outbound_profiles.items():
        if not held.intersection(profile.capacity):
            path = f"outbound_profiles.{key}.capacity"
            facts = {"what": "profile", "name": key}
            yield Finding(id="LINT-16", level="warn", objects=(key,), path=path, facts=facts)


def _without_profile(document: CompanyDocument, outbound: set[str]) -> Iterator[Finding]:
    owners = {number.owner for number in document.numbers.values() if number.owner}
    for key, user in document.users.items():
        if user.data_access and key not in owners and outbound.isdisjoint(user.capacity):
            facts = {"what": "user", "name": user.name}
            yield Finding(
                id="LINT-16", level="warn", objects=(key,), path=f"users.{key}.capacity", facts=facts
            )
