"""Who may take whom out of a queue's calls (3.5, R57), and what it changes."""

from __future__ import annotations

import msgspec
import pytest

from routing.agent_changes import opted
from routing.agent_state import derive
from routing.agents import NO_TERMS, Inputs
from routing.company import CompanyDocument
from routing.intent_rights import may_declare
from routing.queue_rights import may_opt
from routing.rights import OWNER, Person, person_of
from tests.sample import document

BOREAL = document()
QUEUE = next(key for key, queue in BOREAL.queues.items() if "T-SUP" in queue.teams or "1007" in queue.members)


def strict() -> CompanyDocument:
    queue = msgspec.structs.replace(BOREAL.queues[QUEUE], members_may_change=False)
    return msgspec.structs.replace(BOREAL, queues={**BOREAL.queues, QUEUE: queue})


@pytest.mark.parametrize(
    ("who", "company", "person", "extension", "expected"),
    [
        ("himself", BOREAL, person_of(BOREAL, "1007"), "1007", None),
        ("himself, where the queue decides", strict(), person_of(BOREAL, "1007"), "1007", "queue_decides"),
        ("a supervisor, where the queue decides", strict(), person_of(BOREAL, "1010"), "1007", None),
        ("a colleague", BOREAL, person_of(BOREAL, "1008"), "1007", "not_yours"),
        ("a supervisor of other teams", BOREAL, Person(role="supervisor", extension="1001"), "1007", "not_supervised"),
        ("a supervisor without a phone", BOREAL, Person(role="supervisor"), "1007", None),
        ("an administrator", BOREAL, Person(role="admin"), "1007", None),
        ("a site's administrator, elsewhere", BOREAL, Person(role="site_admin", site="x"), "1007", "other_site"),
        ("somebody who is no member", BOREAL, OWNER, "1001", "not_member"),
    ],
)  # fmt: skip
def test_given_a_person_then_he_may_take_a_member_out_or_why_not(
    who: str, company: CompanyDocument, person: Person, extension: str, expected: str | None
) -> None:
    refused = may_opt(company, person, extension, QUEUE)
    assert (refused.code if refused else None) == expected, who


def test_given_somebody_out_of_a_queue_then_he_is_until_he_comes_back() -> None:
    out = opted(opted(Inputs(), "Q1", into=False), "Q2", into=False)
    assert derive(out, NO_TERMS, 1.0).agent.opted_out == {"Q1", "Q2"}
    assert opted(opted(out, "Q1", into=True), "Q2", into=True) == Inputs()


def test_given_a_team_that_gives_its_supervisors_no_such_right_then_they_set_nobodys_state() -> None:
    team = msgspec.structs.replace(BOREAL.teams["T-SUP"], supervisors_may=("monitor",))
    company = msgspec.structs.replace(BOREAL, teams={**BOREAL.teams, "T-SUP": team})
    refused = may_declare(company, person_of(company, "1010"), "1007", "break", "lunch")
    assert refused is not None
    assert refused.code == "not_supervised"
