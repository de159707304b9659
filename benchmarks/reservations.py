"""100,000 attempts to reserve agents by eight dispatchers in four processes: nobody twice, and what an attempt costs.

The same four processes then add lines to a stream, two round trips each as an attempt has: the ratio is what reading, deciding
and committing cost beside talking to Redis at all. Arguments: attempts, agents.
"""

from __future__ import annotations

import sys
import time
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from presence import keys
from presence.connection import hot
from presence.reservations import Reservations
from routing.agents import Reservation
from tests.private_redis import private_redis

PROCESSES, COMPANY, CALL_SECONDS = 4, "bench", 3600.0


def dispatch(url: str, name: int, attempts: int, agents: int, results: Any) -> None:
    """One process: two dispatchers by turns, each with a call of its own at a time; every third call takes two agents."""
    draw = Random(name)
    doors = [Reservations(hot(url), COMPANY) for _ in range(2)]
    held: list[tuple[str, list[str]]] = [("", []), ("", [])]
    won = 0
    began, cpu = time.perf_counter(), time.process_time()
    for number in range(attempts):
        one, now = number % 2, float(number)
        call, before = held[one]
        if before:
            doors[one].release(before, call, f"d{name}-{one}", now)
        wanted = [f"{1000 + n}" for n in draw.sample(range(agents), 2 if number % 3 == 0 else 1)]
        call = f"{name}-{number}"
        known = tuple(doors[one].read(wanted, now).values())
        claim = Reservation(
            call=call, holder=f"d{name}-{one}", since=now, until=now + CALL_SECONDS * attempts
        )
        got = doors[one].claim(known, claim) is None
        won += got
        held[one] = (call, wanted if got else [])
    spent = time.perf_counter() - began, time.process_time() - cpu
    for one, (call, before) in enumerate(held):
        doors[one].release(before, call, f"d{name}-{one}", float(attempts))
    results.put((won, *spent))


def talk(url: str, name: int, attempts: int, agents: int, results: Any) -> None:
    """What Redis and its client cost for as many round trips."""
    client = hot(url)
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(attempts):
        client.hgetall(keys.agent("nobody", str(name % agents)))
        client.xadd("bench:lines", {"who": str(name)}, maxlen=1000)
    results.put((attempts, time.perf_counter() - began, time.process_time() - cpu))


def together(work: Any, url: str, attempts: int, agents: int) -> tuple[int, float, float]:
    """All processes at once: what they won, seconds of the slowest, CPU seconds of all."""
    context = get_context("spawn")
    results = context.Queue()
    share = attempts // PROCESSES
    started = [context.Process(target=work, args=(url, n, share, agents, results)) for n in range(PROCESSES)]
    for each in started:
        each.start()
    found = [results.get(timeout=600) for _ in started]
    for each in started:
        each.join(10)
    return sum(won for won, _, _ in found), max(wall for _, wall, _ in found), sum(cpu for _, _, cpu in found)


def twice(url: str) -> tuple[int, int]:
    """Reservations among the lines of the stream, and those of an agent who was kept already."""
    client, kept = hot(url), dict[str, str]()
    made = double = 0
    last = "-"
    while lines := client.xrange(keys.transitions(COMPANY), last, count=5000):
        for ident, line in lines:
            if line["how"] == "reserved":
                made += 1
                double += line["who"] in kept
                kept[line["who"]] = line["call"]
            else:
                kept.pop(line["who"], None)
            last = f"({ident}"
    return made, double + len(kept)


def main() -> int:
    """Print the figures; 1 when anybody was reserved twice."""
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    agents = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with private_redis() as url:
        return measure(url, attempts, agents)


def measure(url: str, attempts: int, agents: int) -> int:
    """Both runs, and the proof. The stream keeps 100,000 lines, so it is read between runs of 25,000 attempts."""
    won, wall, cpu, made, double = 0, 0.0, 0.0, 0, 0
    for _ in range(4):
        found = together(dispatch, url, attempts // 4, agents)
        won, wall, cpu = won + found[0], wall + found[1], cpu + found[2]
        here = twice(url)
        made, double = made + here[0], double + here[1]
        hot(url).delete(keys.transitions(COMPANY))
    _, plain_wall, plain_cpu = together(talk, url, attempts, agents)
    print(
        f"{attempts} attempts for {agents} agents by {2 * PROCESSES} dispatchers: {won} got theirs, {made} agents reserved"
    )
    print(f"reserved twice, or never released: {double}")
    print(f"{attempts / wall:.0f} attempts/s, {cpu / attempts * 1e6:.0f} us of CPU each, release included")
    print(f"against two bare round trips: {cpu / plain_cpu:.1f}x the CPU, {wall / plain_wall:.1f}x the time")
    return 1 if double or not made else 0


if __name__ == "__main__":
    sys.exit(main())
