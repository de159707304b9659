"""Ways to the outside that a company has written down but cannot take: all of them off, or none for emergency calls."""

from __future__ import annotations

from collections.abc import Iterator

from routing.company import CompanyDocument
from routing.lint_findings import Finding
from routing.trunks import ways_out


def check(document: CompanyDocument) -> Iterator[Finding]:
    """`trunks_off`, `no_emergency_trunk`. A company without trunks calls by the account's own gateway, and is told nothing."""
    outside = ways_out(document)
    enabled = [trunk for trunk in outside.values() if trunk.enabled]
    objects = tuple(outside)
    if objects and not enabled:
        yield Finding(id="trunks_off", level="warn", objects=objects, path="trunks")
    elif objects and not any(trunk.emergency for trunk in enabled):
        yield Finding(id="no_emergency_trunk", level="warn", objects=objects, path="trunks")
