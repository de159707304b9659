"""Agents and calls as the API tells them, and the feed that tells what changes."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import msgspec
import pytest

from console import live_feed
from console.board import AgentRow, BoardState
from console.live_feed import CompanyFeed, difference
from presence import keys
from routing.agents import Intent
from routing.ended_call import EndedCall
from tests.console.conftest import Console
from tests.sample import document

AGENTS = "/api/v1/companies/boreal/agents"
NASTY = "<img src=x onerror=alert(1)>\"'&</script>\u2028%24{system(touch pwned)}"


class Feed:
    """The messages of an open feed, one after the other."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.answer = answer

    def next(self) -> tuple[str, dict[str, Any]]:
        """The next message's kind and data; EOFError at the end."""
        kind = self.answer.readline().decode().strip().removeprefix("event: ")
        if not kind:
            raise EOFError  # an ordered end: a connection that breaks raises IncompleteRead
        data = json.loads(self.answer.readline().decode().removeprefix("data: "))
        self.answer.readline()
        return kind, data

    def changes(self) -> dict[str, Any]:
        """The next message that tells a change."""
        while True:
            kind, data = self.next()
            if kind == "changes":
                return data


def over(call: str) -> EndedCall:
    """A call that was answered."""
    return EndedCall(
        call=call,
        company="boreal",
        began=1.0,
        ended=9.0,
        disposition="answered",
        caller=NASTY,
        answered_by="1001a",
    )


@contextmanager
def _following(address: str, headers: dict[str, str], company: str = "boreal") -> Iterator[Feed]:
    link = http.client.HTTPConnection(address, timeout=15)
    link.request("GET", f"/api/v1/companies/{company}/feed", headers=headers)
    answer = link.getresponse()
    assert answer.status == 200
    try:
        yield Feed(answer)
    finally:
        link.close()


def test_given_agents_in_redis_then_each_has_state_reason_since_and_phones(console: Console) -> None:
    now = console.doors.clock.unix("boreal")
    console.agents().register("1001a", now + 60)
    console.agents().register("1002a", now + 60)
    console.agents().declare("1002", Intent(kind="break", reason="lunch", since=now - 5))
    told = console.app.test_client().get(AGENTS, headers=console.token()).json
    agents = {agent["extension"]: agent for agent in told["agents"]}
    assert told["presence"] == "live"
    assert set(agents) == set(document().users)
    assert (agents["1001"]["state"], agents["1001"]["reason"]) == ("available", "idle")
    assert {d["id"]: d["registered"] for d in agents["1001"]["devices"]}["1001a"] is True
    assert (agents["1002"]["state"], agents["1002"]["reason"]) == ("break", "lunch")
    assert agents["1002"]["since"] == pytest.approx(now - 5)
    one = console.app.test_client().get(f"{AGENTS}/1002", headers=console.token()).json
    assert one == agents["1002"]
    missing = console.app.test_client().get(f"{AGENTS}/9999", headers=console.token())
    assert (missing.status_code, missing.json["code"]) == (404, "unknown_agent")


def test_given_calls_in_redis_then_each_is_told_and_what_cannot_be_read_is_left_out(console: Console) -> None:
    facts = {
        "state": "bridged",
        "since": 1.0,
        "entry": "number.N-MAIN",
        "from": NASTY,
        "with": "1001a",
        "ringing": [],
    }
    console.agents().call("c1", facts)
    console.redis.hset(keys.calls("boreal"), "c2", json.dumps({"state": ["not", "text"]}))
    told = console.app.test_client().get("/api/v1/companies/boreal/calls", headers=console.token()).json
    assert [call["id"] for call in told["calls"]] == ["c1"]
    assert told["calls"][0]["caller"] == NASTY
    assert told["calls"][0]["dialled"] == document().numbers["N-MAIN"].number
    one = console.app.test_client().get("/api/v1/companies/boreal/calls/c1", headers=console.token())
    assert one.json == told["calls"][0]


def test_given_no_controller_then_the_board_says_that_states_may_be_old(console: Console) -> None:
    console.redis.delete(keys.heartbeat(console.settings.node))
    assert console.app.test_client().get(AGENTS, headers=console.token()).json["presence"] == "no_switch"


def test_given_redis_away_then_everybody_is_listed_as_not_known(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = console.token()
    monkeypatch.setattr(console.doors.board, "_client", _away())
    told = console.app.test_client().get(AGENTS, headers=token).json
    assert told["presence"] == "no_redis"
    assert {agent["state"] for agent in told["agents"]} == {"unknown"}
    assert console.app.test_client().get("/health/ready").status_code == 200


def _away() -> Any:
    from presence.connection import hot

    return hot("unix:///nonexistent/redis.sock")


def test_given_a_change_then_only_what_changed_is_sent_and_soon(console: Console, address: str) -> None:
    with _following(address, console.token("supervisor")) as feed:
        kind, board = feed.next()
        assert kind == "board"
        assert set(board["agents"]) == set(document().users)
        console.agents().register("1001a", console.doors.clock.unix("boreal") + 60)
        changes = feed.changes()
        assert [agent["extension"] for agent in changes["agents"]] == ["1001"]
        assert changes["agents"][0]["state"] == "available"
        assert "calls" not in changes
        console.agents().call("c1", {"state": "in progress", "since": 1.0, "from": NASTY})
        assert feed.changes()["calls"][0]["caller"] == NASTY
        console.agents().call_over("c1", over("c1"))
        assert feed.changes()["calls_gone"] == ["c1"]


def test_given_what_no_message_announces_then_it_is_seen_all_the_same(console: Console, address: str) -> None:
    with _following(address, console.token()) as feed:
        feed.next()
        console.redis.delete(keys.heartbeat(console.settings.node))
        assert feed.changes()["presence"] == "no_switch"
        document_without = msgspec.structs.replace(document(), users={"1001": document().users["1001"]})
        console.doors.documents.save(document_without, made_from=1, author="test")
        console.doors.publish("boreal")
        assert set(feed.changes()["agents_gone"]) == set(document().users) - {"1001"}


def test_given_somebody_who_is_added_to_a_queue_then_every_open_board_shows_it_within_two_seconds(
    console: Console, address: str
) -> None:
    """C21: nobody refreshes a page."""
    queue = document().queues["Q-SUP"]
    with _following(address, console.token("supervisor")) as feed:
        _, board = feed.next()
        assert board["agents"]["1005"]["queues"] == []
        queues = {**document().queues, "Q-SUP": msgspec.structs.replace(queue, members=("1005",))}
        saved_at = time.monotonic()
        console.save(msgspec.structs.replace(document(), queues=queues))
        assert [(agent["extension"], agent["queues"]) for agent in feed.changes()["agents"]] == [
            ("1005", ["Q-SUP"])
        ]
        assert time.monotonic() - saved_at < 2.0


def test_given_two_companies_with_the_same_extensions_then_each_feed_tells_its_own(
    console: Console, address: str
) -> None:
    account = msgspec.structs.replace(document().account, id="second", domain="second.example")
    console.save(msgspec.structs.replace(document(), account=account, numbers={}))
    with (
        _following(address, console.token()) as first,
        _following(address, console.token(), "second") as second,
    ):
        first.next()
        second.next()
        console.agents("second").register("1001a", console.doors.clock.unix("second") + 60)
        assert second.changes()["agents"][0]["extension"] == "1001"
        console.agents().register("1002a", console.doors.clock.unix("boreal") + 60)
        assert first.changes()["agents"][0]["extension"] == "1002"


def test_given_a_quiet_company_then_the_feed_beats(
    console: Console, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feed, "BEAT_SECONDS", 0.05)
    with _following(address, console.token()) as feed:
        feed.next()
        kind, data = feed.next()
        assert kind == "beat"
        assert data["now"] == pytest.approx(console.doors.clock.unix(), abs=5)


def test_given_somebody_whose_right_ends_then_his_feed_ends(
    console: Console, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feed, "BEAT_SECONDS", 0.05)
    token = console.token()
    with _following(address, token) as feed:
        assert [feed.next()[0] for _ in range(5)] == ["board", *["beat"] * 4]
        ident = console.doors.tokens.list()[0].id
        assert console.doors.tokens.revoke(ident, console.doors.clock.now())
        with pytest.raises(EOFError), gevent.Timeout(5):
            while True:
                feed.next()


def test_given_screens_that_leave_then_nobody_reads_for_them(
    console: Console, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feed, "BEAT_SECONDS", 0.05)
    with _following(address, console.token()) as feed:
        feed.next()
        assert console.doors.feeds.count() == 1
    with gevent.Timeout(5):
        while console.doors.feeds.count():
            gevent.sleep(0.02)  # the server notices at its next beat


def test_given_a_screen_that_reads_nothing_then_it_is_dropped_and_the_others_go_on(console: Console) -> None:
    feed = CompanyFeed("boreal", console.doors.board, lambda _: _silent())
    slow, quick = feed.join(), feed.join()
    assert slow is not None
    assert quick is not None
    console.agents().register("1001a", console.doors.clock.unix() + 3600)
    for n in range(100):
        console.agents().declare("1001", Intent(kind="break", reason=f"reason {n}", since=float(n + 1)))
        feed.refresh()
        while not quick.waiting.empty():
            quick.waiting.get_nowait()
    assert feed.count() == 1
    assert slow.waiting.get_nowait() is None


class _silent:
    def wait(self, seconds: float) -> None:
        gevent.sleep(seconds)


def test_given_two_boards_then_the_difference_made_to_the_first_gives_the_second() -> None:
    def row(name: str, state: str) -> AgentRow:
        return AgentRow(extension=name, name=name, state=state, reason="", since=0.0, devices=())

    before = BoardState("c", "C", "live", 1.0, {"1": row("1", "a"), "2": row("2", "a")}, {})
    after = BoardState("c", "C", "live", 2.0, {"2": row("2", "b"), "3": row("3", "a")}, {})
    changes = difference(before, after)
    assert changes is not None
    assert [each.extension for each in changes.agents] == ["2", "3"]
    assert changes.agents_gone == ("1",)
    assert difference(after, msgspec.structs.replace(after, now=3.0)) is None


def test_given_a_call_that_ends_and_a_repair_then_each_is_told(console: Console, address: str) -> None:
    with _following(address, console.token("supervisor")) as feed:
        assert feed.next()[0] == "board"
        console.agents().register("1001a", console.doors.clock.unix("boreal") + 60)
        feed.changes()  # from here on every line is heard
        console.agents().call_over("c1", over("c1"))
        told = next(data for kind, data in iter(feed.next, None) if kind == "record")
        assert (told["record"]["call"], told["record"]["disposition"]) == ("c1", "answered")
        assert told["record"]["caller"] == NASTY
        console.agents().repaired("agent_freed", "1001", "a leg that is no more")
        told = next(data for kind, data in iter(feed.next, None) if kind == "repair")
        assert (told["kind"], told["who"], told["wrong"]) == ("agent_freed", "1001", "a leg that is no more")
