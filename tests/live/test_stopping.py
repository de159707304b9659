"""Ctrl-C on a real FreeSWITCH: within five seconds, with calls up or frozen, callers are told and nothing is left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from console.scenarios.sip_script import Offer
from tests.live.office import CALLER, CLAIRE, COLLECTIONS, Office, installation, needs_freeswitch

pytestmark = needs_freeswitch


def left(children: dict[str, int]) -> list[str]:
    return [name for name, pid in children.items() if Path(f"/proc/{pid}").exists()]


def test_given_calls_when_ctrl_c_comes_then_every_phone_is_told_and_all_ends(tmp_path: Path) -> None:
    with installation(tmp_path) as stack:
        office = Office(stack, "1001a", "1004a")
        office.phones["1001a"].script(Offer(answer_after=0.1))
        office.phones["1004a"].script(Offer())
        office.becomes("available", "1001", "1004")
        for number in (CLAIRE, COLLECTIONS, "+15145550102"):
            office.outside.call(number, number=CALLER)
        office.until(lambda: office.saw("1001a", "answered") and office.saw("1004a", "offered"))
        office.until(lambda: office.times("trunk", "answered") == 2)
        children = stack.children()
        seconds = stack.stop()
        office.until(lambda: office.saw("1001a", "ended") and office.saw("1004a", "cancelled"), 1.0)
        office.until(lambda: not office.outside.dialogs, 1.0)
        office.close()
    assert seconds < 5.0
    assert left(children) == []


def test_given_a_frozen_switch_when_ctrl_c_comes_then_all_ends(tmp_path: Path) -> None:
    with installation(tmp_path) as stack:
        children = stack.children()
        os.kill(children["switch"], signal.SIGSTOP)
        seconds = stack.stop()
    assert seconds < 5.0
    assert left(children) == []


def test_given_a_killed_supervisor_then_the_switch_and_all_others_end_too(tmp_path: Path) -> None:
    stack = installation(tmp_path)
    with stack:
        office = Office(stack)
        children = stack.children()
        assert stack.process is not None
        stack.process.kill()
        stack.process.wait()
        office.until(lambda: left(children) == [], 15.0)
        office.close()
