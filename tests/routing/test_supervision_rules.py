"""Who may step into whose conversation, and why not (catalogue 5, T108)."""

from __future__ import annotations

import msgspec
import pytest

from routing.agents import LegActivity
from routing.company import CompanyDocument, SupervisorRight
from routing.rights import OWNER, Person
from routing.supervision import Mode, Monitor, Refused, Stepping, judge, judge_leaving
from tests.sample import document

BOREAL = document()
PAUL, TOM, LINA = (Person(role="supervisor", extension=each) for each in ("1010", "1012", "1007"))
NOBODY = Person(role="supervisor")
INES = Person(role="admin", extension="1011")
TALKING = {"l": LegActivity(owner="1007", state="answered", call="c", node="n", since=1.0)}
RINGING = {"l": LegActivity(owner="1007", state="ringing", call="c", node="n", since=1.0)}
PAUL_IN_IT = Monitor(supervisor="1010", mode="listen", agent="1007", leg="l", own="o")
BY_ANOTHER = msgspec.structs.replace(PAUL_IN_IT, supervisor="1011")
HIS = msgspec.structs.replace(PAUL_IN_IT, mode="take_over")
BESIDE_LINA = Stepping("1007", "l")

CASES: list[tuple[str, Person, Mode, dict[str, LegActivity], Monitor | None, Stepping | Refused]] = [
    ("the supervisor of her team", PAUL, "listen", TALKING, None, BESIDE_LINA),
    ("he ends the call", PAUL, "end", TALKING, None, BESIDE_LINA),
    ("he is in it already and whispers", PAUL, "whisper", TALKING, PAUL_IN_IT, BESIDE_LINA),
    ("somebody else is in it", PAUL, "listen", TALKING, BY_ANOTHER, Refused("already_monitored", "1011")),
    ("whoever is in it, it may be ended", PAUL, "end", TALKING, BY_ANOTHER, BESIDE_LINA),
    ("her own call", LINA, "listen", TALKING, None, Refused("own_call", "1007")),
    ("a colleague", TOM, "listen", TALKING, None, Refused("not_in_group", "1007")),
    (
        "an administrator who supervises nobody",
        INES,
        "listen",
        TALKING,
        None,
        Refused("not_in_group", "1007"),
    ),
    ("nobody talks yet", PAUL, "listen", RINGING, None, Refused("no_conversation", "")),
    ("there is no such call", PAUL, "listen", {}, None, Refused("no_conversation", "")),
    ("he took it over", PAUL, "listen", TALKING, HIS, Refused("no_way_back", "1010")),
    ("he has no phone of the company", NOBODY, "listen", TALKING, None, Refused("no_own_phone", "")),
    ("nor needs one to end it", NOBODY, "end", TALKING, None, BESIDE_LINA),
    ("whoever runs the installation", OWNER, "end", TALKING, None, BESIDE_LINA),
]


@pytest.mark.parametrize(
    ("who", "person", "mode", "legs", "monitor", "expected"), CASES, ids=[c[0] for c in CASES]
)
def test_given_a_person_and_a_call_then_he_steps_in_or_why_not(
    who: str, person: Person, mode: Mode, legs: dict[str, LegActivity], monitor: Monitor | None,
    expected: Stepping | Refused,
) -> None:  # fmt: skip
    assert judge(BOREAL, person, mode, legs, monitor) == expected, who


def with_rights(*rights: SupervisorRight) -> CompanyDocument:
    team = msgspec.structs.replace(BOREAL.teams["T-SUP"], supervisors_may=rights)
    return msgspec.structs.replace(BOREAL, teams={**BOREAL.teams, "T-SUP": team})


@pytest.mark.parametrize(
    ("right", "modes"),
    [
        ("monitor", {"listen", "whisper", "barge"}),
        ("take_over", {"take_over"}),
        ("end", {"end"}),
        ("assign", set()),
    ],
)
def test_given_one_right_then_it_allows_its_own_ways_alone(right: SupervisorRight, modes: set[Mode]) -> None:
    every: tuple[Mode, ...] = ("listen", "whisper", "barge", "take_over", "end")
    found = {mode: judge(with_rights(right), PAUL, mode, TALKING, None) for mode in every}
    assert {mode for mode, each in found.items() if each == BESIDE_LINA} == modes
    assert {each for mode, each in found.items() if mode not in modes} == {Refused("right_missing", "1007")}


def test_given_two_agents_in_a_call_then_the_one_who_is_named_or_the_one_he_supervises() -> None:
    legs = {"x": LegActivity(owner="1001", state="answered", call="c", node="n", since=1.0), **TALKING}
    assert judge(BOREAL, PAUL, "listen", legs, None) == BESIDE_LINA
    assert judge(BOREAL, PAUL, "listen", legs, None, "1001") == Refused("not_in_group", "1001")


@pytest.mark.parametrize(
    ("who", "person", "monitor", "code"),
    [
        ("he is in it", PAUL, PAUL_IN_IT, None),
        ("nobody is", PAUL, None, "not_monitoring"),
        ("somebody else is", PAUL, BY_ANOTHER, "not_monitoring"),
        ("it is his own now", PAUL, HIS, "no_way_back"),
        ("whoever runs the installation sends him out", OWNER, PAUL_IN_IT, None),
    ],
)
def test_given_somebody_who_leaves_then_he_may_or_why_not(
    who: str, person: Person, monitor: Monitor | None, code: str | None
) -> None:
    refused = judge_leaving(person, monitor)
    assert (refused.code if refused else None) == code, who
