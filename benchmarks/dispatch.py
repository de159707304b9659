"""Queues served by a controller: how long a caller waits for the phone of a free member, and in which order a long line drains.

1. Calls come at 100 a second to a queue of 200 members, who answer at once and talk for a second: from the event
   that a caller's step begins to the `originate` of his member's phone. Each call is nine events: the step, and creation,
   answer, bridge, end of its legs. The ratio: the same looks at a queue with 20 members.
2. 500 callers wait, 200 agents come free one after the other as calls end: each agent must be for the first of the line.
3. 200 callers of three controllers wait, 500 agents come free: nobody is offered twice or out of turn.

A real Redis, the controller as it runs; only the switch is played (tests/controller/queue_stage.py). Argument: seconds.

On a machine whose cores others use too, this measures them: each write waits for the one before, so whoever waits a
millisecond for a core each time falls behind at 100 calls a second. Where the system lets us, we go before all others
(SCHED_FIFO), and say so; what others used meanwhile is printed either way.
"""

from gevent import monkey

monkey.patch_all()

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import gevent

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import logging

import structlog

from presence.connection import hot
from routing.agents import LegActivity
from tests.controller import long_line
from tests.controller.queue_stage import Stage, call_id
from tests.private_redis import private_redis

RATE, TALK, TARGET_MS = 100, 1.0, 20.0
CALLERS, AGENTS = 500, 200
TOGETHER = {"callers": 200, "agents": 500, "controllers": 3}


def arrivals(url: str, folder: Path, agents: int, seconds: float, talk: float) -> list[float]:
    """Milliseconds from each caller's event to the command that rings a phone for him, sorted."""
    stage = Stage(url, folder, f"rate-{agents}", agents)
    node = stage.node(lambda _: 0.0, talks=talk)
    began, came = time.perf_counter(), dict[str, float]()
    for number in range(int(seconds * RATE)):
        gevent.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        came[call_id(number)] = time.perf_counter()
        stage.arrives(node, call_id(number))
    deadline = time.perf_counter() + 10
    while len(node.switch.rung) < len(came) and time.perf_counter() < deadline:
        gevent.sleep(0.05)
    stage.close()
    first = {call: at for at, call, _ in reversed(node.switch.rung)}
    return sorted((first.get(call, deadline) - at) * 1000 for call, at in came.items())


def drain(url: str, folder: Path) -> tuple[list[str], list[str], float]:
    """The line, the calls in the order in which they were served, and the seconds that it took."""
    stage = Stage(url, folder, "drain", AGENTS)
    for agent in stage.members:
        leg = LegActivity(
            owner=agent, state="answered", call="x", node="elsewhere", since=1.0, device=f"{agent}a"
        )
        stage.store.leg(f"busy-{agent}", leg)
    node, since = stage.node(lambda _: 0.0, talks=0.2), stage.clock.unix() - CALLERS
    for number in range(CALLERS):
        stage.arrives(node, call_id(number), since=since + number)
    began = time.perf_counter()
    for agent in stage.members:
        stage.store.leg_over(f"busy-{agent}", agent, stage.clock.unix())
        node.dispatch.wake(stage.ident)
        gevent.sleep(0)
    while len(node.switch.rung) < CALLERS and time.perf_counter() - began < 120:
        gevent.sleep(0.01)
    took = time.perf_counter() - began
    stage.close()
    return [call_id(number) for number in range(CALLERS)], [call for _, call, _ in node.switch.rung], took


def goes_first() -> bool:
    """This process and those it starts go before all others from now on, if we may."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(5))
    except PermissionError:
        return False
    return True


class Others:
    """Cores that other people's processes use, from now until asked. `ours`: the process beside this one."""

    def __init__(self, ours: int) -> None:
        self._ours, self._began = ours, self._now(ours)

    def cores(self) -> float:
        """On average."""
        began, now = self._began, self._now(self._ours)
        all_of_it, us, seconds = (after - before for before, after in zip(began, now, strict=True))
        return max(0.0, (all_of_it - us) / seconds)

    @staticmethod
    def _now(ours: int) -> tuple[float, float, float]:
        ticks = os.sysconf("SC_CLK_TCK")
        spent = list(map(int, Path("/proc/stat").read_text().split()[1:9]))
        busy = sum(spent) - sum(spent[3:5])  # without idle and waiting for a disk
        beside = Path(f"/proc/{ours}/stat").read_text().rpartition(")")[2].split()
        own = time.process_time() + (int(beside[11]) + int(beside[12])) / ticks
        return busy / ticks, own, time.perf_counter()


def percentile(values: list[float], share: float) -> float:
    """Of sorted values."""
    return values[min(len(values) - 1, int(len(values) * share))]


def main() -> int:
    """Print the figures; 1 when one is missed."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    print(
        "before all others on this machine (SCHED_FIFO)" if goes_first() else "beside others on this machine"
    )
    with private_redis() as url, tempfile.TemporaryDirectory() as folder:
        return measure(url, Path(folder), seconds)


def measure(url: str, folder: Path, seconds: float) -> int:
    """All figures."""
    cpu, others = time.process_time(), Others(hot(url).info("server")["process_id"])
    many = arrivals(url, folder / "many", AGENTS, seconds, TALK)
    used, cpu = others.cores(), (time.process_time() - cpu) / (seconds * RATE) * 1000
    few = arrivals(url, folder / "few", AGENTS // 10, seconds / 4, TALK / 10)
    p50, p99 = statistics.median(many), percentile(many, 0.99)
    print(
        f"{RATE} calls/s, {AGENTS} members: p50 {p50:.1f} ms, p99 {p99:.1f} ms (target {TARGET_MS:.0f}), longest {many[-1]:.1f} ms"
    )
    print(
        f"CPU a call, the played switch included: {cpu:.2f} ms; others used {used:.1f} of {os.cpu_count()} cores"
    )
    print(
        f"against {AGENTS // 10} members: {p50 / statistics.median(few):.1f}x the median, {p99 / percentile(few, 0.99):.1f}x the p99"
    )
    line, served, took = drain(url, folder / "drain")
    print(
        f"{CALLERS} callers, {AGENTS} agents: {len(served)} served in {took:.1f} s, in the order of the line: {served == line}"
    )
    found = long_line.drain(url, folder / "together", **TOGETHER)
    wrong = found.offered_twice + found.kept_twice + found.out_of_turn
    print(
        f"{TOGETHER}: {found.served} served in {found.seconds:.1f} s, at most {found.slowest:.2f} s between two offers;"
        f" offered twice {found.offered_twice}, kept twice {found.kept_twice}, out of turn {found.out_of_turn}"
    )
    good = served == line and found.served == TOGETHER["callers"] and not wrong
    return 0 if p99 < TARGET_MS and good else 1


if __name__ == "__main__":
    sys.exit(main())
