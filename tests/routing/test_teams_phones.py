"""Phones in Microsoft Teams (P25): rung by the trunk that leads there, phones in everything else."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from routing.call import Call
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import next_step
from routing.outbound_dialing import entry_of
from routing.snapshot import Agent, AgentState, Snapshot
from routing.steps import Leg, Ring
from routing.trunks import emergency_gateways
from schemas.trunk_legs import way_of
from tests.routing.following import changed, people
from tests.sample import CALLER, at

EMMA = "+15145550175"
TEAMS = {"gateway": "sip", "leads_to": "teams", "rank": 1, "channels": 2}
SECOND = {"gateway": "sip2", "leads_to": "teams", "rank": 2}
COMPANY = changed(
    {
        "trunks": {"T-OUT": {"gateway": "out"}, "T-TEAMS": TEAMS, "T-TEAMS-2": SECOND},
        "users": {"1005": {"devices": {"1005t": {"kind": "teams", "number": EMMA}}}},
    }
)
SALES = "+15145550102"


def decided(
    to: str, company: Company = COMPANY, *, owner: str = "", down: frozenset[str] = frozenset(),
    lines: Mapping[str, int] | None = None, used: int = 0, **states: Agent,
) -> Decision:  # fmt: skip
    """A call, from outside or by a user's phone."""
    number = company.numbers_by_e164.get(to)
    kind, entry = entry_of(company, owner, to) if not number else ("number", number)
    call = Call(
        id="c", company="boreal", entry_kind=kind, entry=entry, caller_number=owner or CALLER, owner=owner,
        received_at=at("2026-10-13T10:00"),
    )  # fmt: skip
    snapshot = Snapshot(
        now=call.received_at, agents=people(company, **states), gateways_down=down, trunk_lines=lines or {},
        lines_in_use=used,
    )  # fmt: skip
    return next_step(company, call, snapshot)


def legs(decision: Decision) -> dict[str, Leg]:
    assert isinstance(decision.step, Ring), decision
    return {leg.id: leg for leg in decision.step.legs}


@pytest.mark.parametrize("to", ["1005", SALES])
def test_given_a_call_for_her_or_her_team_then_it_rings_by_its_gateway_with_her_desk_phone(to: str) -> None:
    rung = legs(decided(to))
    assert {"1005a", "1005t"} <= set(rung)
    assert (rung["1005t"].trunk, rung["1005t"].number, rung["1005t"].confirm) == ("T-TEAMS", "", None)
    assert rung["1005a"].trunk == ""
    way = way_of(COMPANY.document, rung["1005t"])
    assert (way.gateway, way.number, way.shown) == ("sip", EMMA, "")


@pytest.mark.parametrize(
    ("down", "lines", "trunk", "codes"),
    [
        ({"sip"}, {}, "T-TEAMS-2", ["trunk_down"]),
        (set(), {"T-TEAMS": 2}, "T-TEAMS-2", ["trunk_busy"]),
        ({"out"}, {}, "T-TEAMS", []),
        ({"sip", "sip2"}, {}, "", ["trunk_down", "trunk_down", "device_unreachable"]),
    ],
)  # fmt: skip
def test_given_gateways_then_the_first_that_takes_calls_rings_it_and_it_is_said(
    down: set[str], lines: dict[str, int], trunk: str, codes: list[str]
) -> None:
    decision = decided("1005", down=frozenset(down), lines=lines)
    rung = legs(decision)
    assert (rung["1005t"].trunk if "1005t" in rung else "") == trunk
    told = [reason.code for reason in decision.reasons if reason.code.startswith(("trunk_", "device_"))]
    assert told == codes


def test_given_two_in_teams_then_each_takes_a_channel() -> None:
    change = {"users": {"1005": {"devices": {"1005u": {"kind": "teams", "number": "+15145550176"}}}}}
    company = changed({"trunks": {"T-TEAMS": {**TEAMS, "channels": 1}, "T-TEAMS-2": SECOND}, **_with(change)})
    rung = legs(decided("1005", company))
    assert [rung[key].trunk for key in ("1005t", "1005u")] == ["T-TEAMS", "T-TEAMS-2"]


def _with(change: dict[str, dict[str, dict[str, dict[str, object]]]]) -> dict[str, object]:
    devices = {"1005t": {"kind": "teams", "number": EMMA}, **change["users"]["1005"]["devices"]}
    return {"users": {"1005": {"devices": devices}}}


def test_given_its_gateway_is_away_then_it_is_no_phone_that_she_could_be_reached_at() -> None:
    company = changed(
        {
            "trunks": {"T-TEAMS": TEAMS},
            "users": {"1005": {"devices": {"1005a": None, "1005t": {"kind": "teams", "number": EMMA}}}},
        }
    )
    agents = people(company)
    gone = msgspec.structs.replace(agents["1005"], registered=frozenset(), state=AgentState.OFFLINE)
    assert "1005t" in legs(decided(SALES, company))
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="1005", caller_number=CALLER,
        received_at=at("2026-10-13T10:00"),
    )  # fmt: skip
    decision = next_step(company, call, Snapshot(now=call.received_at, agents={**agents, "1005": gone}))
    assert not isinstance(decision.step, Ring)
    assert "user_offline" in [reason.code for reason in decision.reasons]


@pytest.mark.parametrize("dialled", ["+14505550166", "911"])
def test_given_a_call_outside_then_it_never_goes_to_teams(dialled: str) -> None:
    (leg,) = legs(decided(dialled, owner="1004")).values()
    assert way_of(COMPANY.document, leg).gateway == "out"


def test_given_every_trunk_to_the_outside_is_down_then_an_emergency_call_still_tries_one_of_them() -> None:
    (leg,) = legs(decided("911", owner="1004", down=frozenset({"out"}))).values()
    assert leg.trunk == "T-OUT"


def test_given_no_trunk_but_the_one_to_teams_then_the_accounts_own_gateway_is_the_way_outside() -> None:
    company = changed({"trunks": {"T-TEAMS": TEAMS}})
    (leg,) = legs(decided("+14505550166", company, owner="1004")).values()
    assert (leg.trunk, way_of(company.document, leg).gateway) == ("", company.document.account.gateway)
    assert emergency_gateways(company) == (company.document.account.gateway,)


@pytest.mark.parametrize(("lines", "leaves"), [({"T-TEAMS": 3}, True), ({"T-OUT": 3}, False)])
def test_given_lines_in_use_then_those_to_teams_are_none_of_the_companys(
    lines: dict[str, int], leaves: bool
) -> None:
    company = changed({**_trunks(), "account": {"trunk_channels": 3}})
    decision = decided("+14505550166", company, owner="1004", lines=lines, used=3)
    assert isinstance(decision.step, Ring) is leaves


def _trunks() -> dict[str, object]:
    return {"trunks": {"T-OUT": {"gateway": "out"}, "T-TEAMS": TEAMS}}
