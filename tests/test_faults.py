"""Processes that die or stand still in each phase of a call: two of the faults on the demonstration switch, the judge of all of them,
and the page. `make test-faults` plays every one on both switches."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace

from console.faults.cells import Cell, delay, wrongs
from console.faults.frozen_link import FrozenLink
from console.faults.injecting import FAULTS
from console.faults.phases import PHASES, scenario_of
from console.faults.playing import play
from console.faults.table import failures, page
from console.scenarios.stack import free_ports
from routing.ended_call import EndedCall
from routing.what_if_plan import Row
from schemas.timeline import Expected

DOCS = Path(__file__).parents[1] / "docs"
GOOD = Cell(
    switch="freeswitch", fault="controller", phase="ringing",
    expected=(Expected("rings", "1001a", 0.0), Expected("talks", "1001a", 7.0)),
    rows=(Row(0.1, "rings", "1001a"), Row(7.2, "talks", "1001a")), calls=1, silence=0.2, freed=0.5,
    records=(EndedCall(call="c", company="s1", began=1.0, ended=2.0, disposition="answered"),),
)  # fmt: skip


@pytest.mark.timeout(240)
def test_given_a_killed_controller_and_a_frozen_redis_then_every_phase_ends_as_it_should() -> None:
    with ThreadPoolExecutor(2) as pool:
        played = list(pool.map(lambda fault: play("demo", fault), ("controller", "redis_frozen")))
    cells = [cell for some, _ in played for cell in some]
    assert len(cells) == 2 * len(PHASES)
    assert failures(cells) == []
    assert [seconds > 0 for _, seconds in played] == [True, True]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, ""),
        ({"freed": None}, "not free"),
        ({"freed": 14.0}, "not free"),
        ({"records": ()}, "1 calls, 0 records"),
        ({"silence": 3.5}, "3.5 s of silence"),
        ({"rows": (Row(0.1, "rings", "1001a"),)}, "did not reach 1001a"),
        ({"rows": (Row(13.0, "talks", "1001a"),)}, "6.0 s late"),
        ({"rows": (*GOOD.rows, Row(9.0, "clears", "normal"))}, "cut at 9.0"),
        ({"rows": (), "kills_switch": True, "silence": None}, ""),
        ({"rows": (), "kills_switch": True, "records": ()}, "0 records"),
    ],
)
def test_what_must_not_be_is_said(changes: dict[str, object], says: str) -> None:
    told = "; ".join(wrongs(replace(GOOD, **changes)))
    assert (says in told) if says else told == ""


def test_how_late_a_caller_was() -> None:
    assert delay(GOOD) == pytest.approx(0.2)
    assert delay(replace(GOOD, rows=())) is None


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_every_phase_is_a_play_with_an_end(phase: object) -> None:
    found = scenario_of(phase)  # type: ignore[arg-type]
    assert any(row.what in ("talks", "records") for row in found.timeline)
    assert all(plan.hang_up_at for plan in found.calls.values())


def test_given_the_page_then_it_has_a_cell_for_each_fault_phase_and_switch() -> None:
    text = (DOCS / "faults.md").read_text()
    for fault in FAULTS:
        section = text.partition(f"## {fault.about}")[2].partition("## ")[0]
        for phase in PHASES:
            assert section.count(f"\n| {phase.name.replace('_', '-')} |") == 2, (fault.name, phase.name)
    assert "stuck" not in text
    told = page([GOOD], {("freeswitch", "controller"): 2.0}, "commit 12ab")
    assert "page (commit 12ab). Every" in told
    assert "adds\n2.5 s" in told
    assert "talks to 1001a, in time; silence at most 0.2 s | free after 0.5 s | answered" in told


def test_given_a_frozen_link_then_what_was_sent_comes_when_it_thaws() -> None:
    near, far = free_ports(2)
    server = socket.create_server(("127.0.0.1", far))
    with FrozenLink(near, far) as link:
        client = socket.create_connection(("127.0.0.1", near))
        peer, _ = server.accept()
        link.freeze()
        client.sendall(b"hello")
        peer.settimeout(0.3)
        with pytest.raises(TimeoutError):
            peer.recv(5)
        link.thaw()
        peer.settimeout(5)
        assert peer.recv(5) == b"hello"
        client.close()
    server.close()
