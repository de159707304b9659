"""What is allowed but probably not meant: the lints of catalogue 3.4 that a document alone decides.

What a document is refused for (LINT-17 to 21, 23, 29) is told when it is loaded. The clock's part of LINT-26 is
`routing.lint_clock`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from routing import (
    lint_chains,
    lint_devices,
    lint_flows,
    lint_in_force,
    lint_levels,
    lint_outbound,
    lint_outside,
    lint_periods,
    lint_ringing,
    lint_rules,
    lint_schedules,
    lint_trunks,
)
from routing.company import CompanyDocument
from routing.document_walk import each_action
from routing.effective import effective
from routing.lint_findings import Finding

_Rule = Callable[[CompanyDocument], Iterator[Finding]]

_RULES: tuple[_Rule, ...] = (
    lint_periods.check,
    lint_levels.check,
    lint_rules.check,
    lint_devices.check,
    lint_outbound.check,
    lint_trunks.check,
    lint_in_force.check,
)
_LEVELS = ("error", "warn", "info")


def lint(
    document: CompanyDocument, today: date | None = None, *, obeyed: CompanyDocument | None = None
) -> tuple[Finding, ...]:
    """Every finding, the worst first. With `today`, periods and rules that are over, or begin soon, are told too
    (LINT-27). The document has passed the check; `obeyed` is its effective one, where that is known already."""
    obeyed = obeyed or effective(document)
    found = [*lint_flows.check(document, obeyed), *lint_schedules.check(document, obeyed)]
    placed = tuple(each_action(document))
    found += [*lint_ringing.check(document, obeyed, placed), *lint_outside.check(document, obeyed, placed)]
    found += lint_chains.check(obeyed)
    found += [finding for rule in _RULES for finding in rule(document)]
    if today is not None:
        found += [*lint_periods.reminders(document, today), *lint_rules.reminders(document, today)]
    return tuple(sorted(found, key=lambda finding: _LEVELS.index(finding.level)))
