"""Two controllers of one installation, the demonstration switch between them: killed, frozen, thawed, with a call going on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.scenarios.demo_door import DemoDoor
from console.scenarios.stack import Stack, free_ports
from presence import keys
from presence.connection import hot
from presence.ended import read
from routing.what_if_plan import Offer
from schemas.settings import from_environ, redis_url

pytestmark = pytest.mark.timeout(120)
DEVICE, CLAIRE = "1001a@boreal.example", "+15145550110"


class Pair:
    """The stack's own controller and another; the supervisor holds still, so that what is killed stays dead."""

    def __init__(self, stack: Stack, second: int) -> None:
        settings = from_environ(stack.environment)
        self.redis: Any = hot(redis_url(settings))
        self.door = DemoDoor(stack.ports["demo"])
        self._node, self.pids = settings.node, [stack.children()["controller"], second]

    def holder(self) -> int:
        """The process that has the lease; 0 for nobody."""
        held = self.redis.get(keys.lease(self._node))
        return int(held.rpartition("-")[2]) if held else 0

    def follower(self) -> int:
        """The process whose heartbeat counts; 0 for nobody's."""
        beats = self.redis.get(keys.heartbeat(self._node))
        return int(beats.rpartition("-")[2]) if beats else 0

    def talks(self) -> str:
        """A call that Claire has answered."""
        self.door.register(DEVICE)
        self.door.script(DEVICE, (Offer(answer_after=0.1),))
        call = self.door.call(to=CLAIRE, number="+14505550199", press=[], hang_up_at=300)
        until(lambda: any(row["what"] == "bridge" for row in self.door.told(call)["rows"]))
        return call

    def agent_legs(self) -> int:
        return int(self.redis.hlen(keys.legs("boreal")))

    def record(self, call: str) -> Any:
        found = [read(fields) for _, fields in self.redis.xrange(keys.records("boreal"))]
        return next((each for each in found if each is not None and each.call == call), None)


def until(holds: Callable[[], object], seconds: float = 10.0) -> float:
    """How long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.02)  # polling other processes; nothing is decided by the length
    return time.monotonic() - began


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with Stack(root=tmp_path / "var", clock=clock(tmp_path)) as stack:
        (port,) = free_ports(1)
        own = {**stack.environment, "RELAIS_CONTROLLER_LISTEN": f"127.0.0.1:{port}"}
        second = subprocess.Popen([sys.executable, "-m", "controller"], env=own, stdout=subprocess.DEVNULL)
        assert stack.process is not None
        stack.process.send_signal(signal.SIGSTOP)
        try:
            pair = Pair(stack, second.pid)
            until(lambda: pair.redis.exists(keys.standby(from_environ(stack.environment).node)))
            yield pair
        finally:
            second.kill()
            second.wait()
            stack.process.send_signal(signal.SIGCONT)


def clock(folder: Path) -> Path:
    """Office hours of the sample company."""
    file = folder / "clock.json"
    now = time.time()
    file.write_bytes(
        msgspec.json.encode({"origin": now, "start": now, "offsets": {"boreal": 1791900000.0 - now}})
    )
    return file


def test_given_the_one_that_follows_is_killed_then_the_other_has_its_calls_within_five_seconds(
    pair: Pair,
) -> None:
    first = pair.holder()
    assert first == pair.pids[0]
    call = pair.talks()
    os.kill(first, signal.SIGKILL)
    took = until(lambda: pair.follower() == pair.pids[1])
    print(f"took over in {took:.2f} s")
    assert took < 5.0
    assert not pair.door.told(call)["over"]
    pair.door.hang_up(call)
    until(lambda: pair.record(call) is not None and pair.agent_legs() == 0)
    record = pair.record(call)
    assert (record.disposition, record.answered_by, record.closed_by) == ("answered", "1001a", "switch")


def test_given_the_one_that_follows_is_frozen_then_the_other_takes_over_and_both_never_follow(
    pair: Pair,
) -> None:
    first = pair.holder()
    call = pair.talks()
    os.kill(first, signal.SIGSTOP)
    took = until(lambda: pair.follower() == pair.pids[1])
    print(f"took over in {took:.2f} s")
    assert took < 5.0
    pair.door.hang_up(call)
    until(lambda: pair.record(call) is not None and pair.agent_legs() == 0)
    os.kill(first, signal.SIGCONT)
    # It heard the same end of the call, and has no say any more.
    until(lambda: pair.redis.exists(keys.standby("node-1")))
    records = pair.redis.xlen(keys.records("boreal"))
    again = pair.talks()
    assert (pair.holder(), pair.follower()) == (pair.pids[1], pair.pids[1])
    pair.door.hang_up(again)
    until(lambda: pair.record(again) is not None)
    assert pair.redis.xlen(keys.records("boreal")) == records + 1
