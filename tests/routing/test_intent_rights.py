"""Who may say what an agent is (3.5, A26)."""

from __future__ import annotations

import pytest

from routing.agents import IntentKind
from routing.intent_rights import may_declare
from routing.rights import OWNER, Person, person_of
from tests.sample import document

BOREAL = document()
ANYBODY = Person(role="supervisor")
ADMIN = Person(role="admin")
CASES: list[tuple[str, Person, str, IntentKind, str, str | None]] = [
    ("himself", person_of(BOREAL, "1001"), "1001", "dnd", "", None),
    ("a colleague", person_of(BOREAL, "1001"), "1002", "dnd", "", "not_yours"),
    ("the supervisor of his team", person_of(BOREAL, "1010"), "1004", "break", "lunch", None),
    ("a supervisor of other teams", person_of(BOREAL, "1010"), "1001", "break", "lunch", "not_supervised"),
    ("a supervisor without a phone", ANYBODY, "1001", "break", "lunch", None),
    ("an administrator, of the three", ADMIN, "1001", "break", "", None),
    ("an administrator, with a reason", ADMIN, "1001", "break", "lunch", "intent_of_three"),
    ("an administrator, another state", ADMIN, "1001", "dnd", "", "intent_of_three"),
    ("a site's administrator, elsewhere", Person(role="site_admin", site="nowhere"), "1001", "auto", "", "other_site"),
    ("a site's administrator, at home", Person(role="site_admin", site=BOREAL.users["1001"].site), "1001", "auto", "", None),
    ("whoever runs the installation", OWNER, "1001", "dnd", "", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "person", "extension", "kind", "reason", "expected"), CASES, ids=[c[0] for c in CASES]
)
def test_given_a_person_then_he_may_or_why_not(
    who: str, person: Person, extension: str, kind: IntentKind, reason: str, expected: str | None
) -> None:
    refused = may_declare(BOREAL, person, extension, kind, reason)
    assert (refused.code if refused else None) == expected, who
