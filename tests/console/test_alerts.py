"""What a supervisor must not miss, on the board and by the API: emergency calls, trunks that are down."""

from __future__ import annotations

import msgspec
import pytest

from console.alerts import alerts, full
from presence.emergencies import EmergencyCall, told
from presence.gateways import Gateway, GatewayStore
from presence.lines import Line
from presence.pipelines import Pipelines
from routing.agents import Intent
from routing.company import Trunk
from schemas.settings import redis_url
from tests.console.conftest import Console
from tests.sample import document


def test_given_an_emergency_call_then_the_board_has_it_for_an_hour(console: Console) -> None:
    now = console.doors.clock.unix("boreal")
    emergency = EmergencyCall(extension="1009", dialled="15", site="LYON", shown="+33199000103", at=now - 60)
    Pipelines(redis_url(console.settings)).ask(*told("boreal", "c1", emergency))
    long_ago = EmergencyCall(extension="1004", dialled="911", site="", shown="", at=now - 4000)
    Pipelines(redis_url(console.settings)).ask(*told("boreal", "c0", long_ago))
    state = console.doors.board.read("boreal")
    assert state is not None
    (row,) = state.alerts.values()
    assert (row.kind, row.extension, row.dialled, row.site, row.shown) == (
        "emergency", "1009", "15", document().sites["LYON"].name, "+33199000103",
    )  # fmt: skip


def test_given_a_gateway_that_is_down_then_the_board_names_its_trunk(console: Console) -> None:
    store = GatewayStore(console.redis, console.settings.node)
    store.changed("trunk", Gateway(up=False, state="FAIL_WAIT", since=100.0))
    store.changed("another companys", Gateway(up=False, state="DOWN", since=100.0))
    state = console.doors.board.read("boreal")
    assert state is not None
    assert [(row.kind, row.who, row.state) for row in state.alerts.values()] == [
        ("trunk_down", "trunk", "FAIL_WAIT")
    ]
    store.gone("trunk")
    state = console.doors.board.read("boreal")
    assert state is not None
    assert [row.state for row in state.alerts.values()] == ["MISSING"]
    store.changed("trunk", Gateway(up=True, state="REGED", since=200.0))
    assert console.doors.board.read("boreal").alerts == {}  # type: ignore[union-attr]


def test_given_trunks_then_the_api_lists_them_with_their_state_and_use(console: Console) -> None:
    console.doors.agents("boreal").lines.begins("u1", Line(node="n", trunk="", call="c"))
    store = GatewayStore(console.redis, console.settings.node)
    store.changed("trunk", Gateway(up=True, state="NOREG", since=100.0))
    answer = console.app.test_client().get("/api/v1/companies/boreal/trunks", headers=console.token())
    assert answer.status_code == 200, answer.text
    assert answer.json["in_use"] == 1  # type: ignore[index]
    (row,) = answer.json["trunks"]  # type: ignore[index]
    assert (row["gateway"], row["up"], row["state"], row["in_use"]) == ("trunk", True, "NOREG", 1)


def test_the_rows_of_alerts_are_those_of_trunks_that_are_enabled() -> None:
    class Nothing:
        def hgetall(self, _: str) -> dict[str, str]:
            return {}

    trunks = {"T-A": Trunk(gateway="a", name="Carrier A"), "T-B": Trunk(gateway="b", enabled=False)}
    there = msgspec.structs.replace(document(), trunks=trunks)
    down = {name: Gateway(up=False, state="DOWN", since=1.0) for name in ("a", "b", "trunk")}
    assert [row.who for row in alerts(Nothing(), "boreal", there, down, 10.0).values()] == ["Carrier A"]


def test_given_a_trunk_to_teams_then_it_is_told_down_beside_the_accounts_own_gateway(
    console: Console,
) -> None:
    teams = {"T-TEAMS": Trunk(gateway="teams", leads_to="teams", channels=9)}
    shown = msgspec.structs.replace(document(), trunks=teams)
    gateways = {name: Gateway(up=False, state="DOWN", since=1.0) for name in ("teams", "trunk")}
    rows = alerts(console.redis, "boreal", shown, gateways, 0.0)
    assert {(row.id, row.who) for row in rows.values()} == {("trunk.", "trunk"), ("trunk.T-TEAMS", "T-TEAMS")}


def test_given_no_line_is_left_then_the_board_says_so_until_one_is_free(console: Console) -> None:
    most = document().account.trunk_channels
    lines = console.doors.agents("boreal").lines
    for n in range(most - 1):
        lines.begins(f"u{n}", Line(node="n", call="c", at=100.0 + n))
    assert _full(console) == []
    lines.begins("last", Line(node="n", call="c", at=500.0))
    assert _full(console) == [("lines_full", "", f"{most}/{most}", 500.0)]
    lines.over("u0")
    assert _full(console) == []


def _full(console: Console) -> list[tuple[str, str, str, float]]:
    state = console.doors.board.read("boreal")
    assert state is not None
    rows = (row for row in state.alerts.values() if row.kind.endswith("_full"))
    return [(row.kind, row.who, row.state, row.since) for row in rows]


def test_given_a_trunk_without_a_free_channel_then_it_is_named_and_those_to_teams_are_no_lines_of_the_company() -> (
    None
):
    trunks = {
        "T-A": Trunk(gateway="a", name="Carrier A", channels=2),
        "T-TEAMS": Trunk(gateway="t", leads_to="teams", channels=3),
    }
    account = msgspec.structs.replace(document().account, trunk_channels=4)
    there = msgspec.structs.replace(document(), trunks=trunks, account=account)
    lines = [Line(node="n", trunk=trunk, at=1.0) for trunk in ("T-A", "T-A", "T-TEAMS", "T-TEAMS", "T-TEAMS")]
    told = {(row.kind, row.who, row.state) for row in full(there, lines).values()}
    assert told == {("trunk_full", "Carrier A", "2/2"), ("trunk_full", "T-TEAMS", "3/3")}


def test_given_a_break_that_lasts_longer_than_the_company_wants_then_the_board_says_so_and_it_goes_on(
    console: Console,
) -> None:
    account = msgspec.structs.replace(document().account, longest_break=1800)
    console.save(msgspec.structs.replace(document(), account=account))
    now = console.doors.clock.unix("boreal")
    store = console.doors.agents("boreal")
    for extension, since in (("1007", now - 1800), ("1008", now - 1700), ("1004", now - 4000)):
        store.register(f"{extension}a", now + 600, extension, since)
        store.declare(extension, Intent(kind="break", reason="lunch", source="agent", since=since))
    store.declare("1004", Intent(kind="available", source="agent", since=now - 100))
    state = console.doors.board.read("boreal")
    assert state is not None
    (row,) = state.alerts.values()
    lina = document().users["1007"].name
    assert (row.kind, row.who, row.extension, row.state) == ("break_long", lina, "1007", "30 min")
    assert abs(row.since - now) < 1
    assert state.agents["1007"].state == "break"
    console.save(document())
    assert console.doors.board.read("boreal").alerts == {}  # type: ignore[union-attr]


@pytest.mark.parametrize(("seconds", "said"), [(60, "1 min"), (5400, "90 min"), (45, "45 s"), (90, "90 s")])
def test_how_long_a_break_may_be_is_said_in_minutes_or_seconds(
    console: Console, seconds: int, said: str
) -> None:
    account = msgspec.structs.replace(document().account, longest_break=seconds)
    console.save(msgspec.structs.replace(document(), account=account))
    now, store = console.doors.clock.unix("boreal"), console.doors.agents("boreal")
    store.register("1007a", now + 600, "1007", 1.0)
    store.declare("1007", Intent(kind="break", reason="lunch", source="agent", since=now - 10_000))
    state = console.doors.board.read("boreal")
    assert state is not None
    assert [row.state for row in state.alerts.values()] == [said]
