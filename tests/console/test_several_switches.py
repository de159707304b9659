"""Several switches: what is asked of a call is asked of the switch that has it, a call is placed where the phones are,
and the board says which of them nobody follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from console.__main__ import doors_of
from console.board import Board
from presence import keys
from presence.orders import Reply
from routing.agents import LegActivity
from schemas.settings import from_environ, redis_url
from store.snapshot import SnapshotReader
from tests.console.conftest import Console

CALL = "/api/v1/companies/boreal/calls/c1"


class Asked(NamedTuple):
    """A request, the order that it is, what the controller says to it, and the status of the answer."""

    does: str
    method: str
    address: str
    body: Any
    reply: Reply
    status: int


STEP_IN = Asked("step_in", "POST", f"{CALL}/supervision", {"mode": "listen"}, Reply(), 202)
LEAVE = Asked("leave", "DELETE", f"{CALL}/supervision", None, Reply(), 204)
MASK = Asked(
    "control_recording", "POST", f"{CALL}/recording", {"deed": "mask"}, Reply("", {"state": "masked"}), 200
)
PLACE = Asked(
    "place_call", "POST", "/api/v1/companies/boreal/agents/1003/calls", {"to": "450-555-0166"}, Reply(), 202
)
WHERE = [("node-1", "node-1"), ("node-2", "node-2"), ("", "node-1")]
"""Where it is as Redis says, and who is asked; the console is node-1's."""


def ask(console: Console, node: str, asked: Asked) -> tuple[int, list[str]]:
    """The answer's status, and what this node's controller took."""
    headers = console.token("supervisor", "boreal", "1010")
    with console.controlled(asked.reply, node=node) as taken:
        answer = console.app.test_client().open(
            asked.address, method=asked.method, json=asked.body, headers=headers
        )
    return answer.status_code, [order.does for order in taken]


@pytest.mark.parametrize("asked", [STEP_IN, LEAVE, MASK], ids=lambda each: each.does)
@pytest.mark.parametrize(("node", "controller"), WHERE)
def test_given_a_call_on_a_switch_then_its_own_controller_is_asked(
    console: Console, asked: Asked, node: str, controller: str
) -> None:
    console.agents().call(
        "c1", {"state": "bridged", "since": 1.0, "from": "1", "with": "1007a", "node": node}
    )
    assert ask(console, controller, asked) == (asked.status, [asked.does])


def test_given_a_call_that_only_its_legs_tell_of_then_the_switch_of_these_is_asked(console: Console) -> None:
    leg = LegActivity(owner="1007", state="answered", call="c1", node="node-2", since=1.0, device="1007a")
    console.agents().leg("l1", leg)
    assert ask(console, "node-2", STEP_IN) == (202, ["step_in"])


@pytest.mark.parametrize(("node", "controller"), WHERE)
def test_given_an_agents_phone_on_a_switch_then_his_call_is_placed_there(
    console: Console, node: str, controller: str
) -> None:
    now = console.doors.clock.unix("boreal")
    console.agents().register("1003a", now + 600, "1003", now, node=node)
    assert ask(console, controller, PLACE) == (202, ["place_call"])


def test_given_both_controllers_then_each_is_asked_what_its_own_call_is_about(console: Console) -> None:
    for call, node in (("c1", "node-1"), ("c2", "node-2")):
        console.agents().call(
            call, {"state": "bridged", "since": 1.0, "from": "1", "with": "1007a", "node": node}
        )
    headers, client = console.token("supervisor", "boreal", "1010"), console.app.test_client()
    with (
        console.controlled(Reply(), node="node-1") as first,
        console.controlled(Reply(), node="node-2") as second,
    ):
        for call in ("c2", "c1"):
            client.post(
                f"/api/v1/companies/boreal/calls/{call}/supervision", json={"mode": "listen"}, headers=headers
            )
    assert [order.words["call"] for order in first] == ["c1"]
    assert [order.words["call"] for order in second] == ["c2"]


@pytest.mark.parametrize(
    ("followed", "presence", "named"),
    [
        ({"node-1", "node-2"}, "live", []),
        ({"node-1"}, "no_switch", ["node-2"]),
        ({"node-2"}, "no_switch", ["node-1"]),
        (set(), "no_switch", ["node-1", "node-2"]),
    ],
    ids=["both", "this one", "the other", "none"],
)
def test_given_switches_of_which_some_are_not_followed_then_the_board_names_these(
    console: Console, followed: set[str], presence: str, named: list[str]
) -> None:
    console.redis.delete(keys.heartbeat("node-1"))
    for node in followed:
        console.redis.set(keys.heartbeat(node), "test")
    reader = SnapshotReader(console.settings.snapshots)
    state = Board(console.redis, reader, console.doors.clock, ("node-1", "node-2")).read("boreal")
    assert state is not None
    told = [row.who for row in state.alerts.values() if row.kind == "switch_not_followed"]
    assert (state.presence, told) == (presence, named)


def test_given_one_switch_then_no_line_names_it(console: Console) -> None:
    console.redis.delete(keys.heartbeat("node-1"))
    state = console.doors.board.read("boreal")
    assert state is not None
    assert (state.presence, state.alerts) == ("no_switch", {})


def test_given_more_switches_in_the_settings_then_the_board_looks_at_them_too(
    console: Console, tmp_path: Path
) -> None:
    more = {
        "RELAIS_VAR": str(tmp_path),
        "REDIS_URL": redis_url(console.settings),
        "RELAIS_MORE_NODES": "node-2=127.0.0.1:8022",
    }
    state = doors_of(from_environ(more)).board.read("boreal")
    assert state is not None
    assert [row.who for row in state.alerts.values()] == ["node-2"]
