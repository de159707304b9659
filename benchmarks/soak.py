"""A steady load on a whole installation: does any process grow?

    python benchmarks/soak.py [--rate 5] [--seconds 60] [--warm-up 20]

Calls from outside through FreeSWITCH to 50 users, each answered and ended after two seconds; every process that `relais run`
started is looked at every two seconds: memory, file descriptors, threads. What it had on average in the first third is compared
with the last. Target (design 5): no growth in an hour, which is `--seconds 3600`; a short run shows what leaks with every call.
Exit 1 when descriptors grow by more than a few, or memory by more than a call may leave behind; without FreeSWITCH nothing is measured.
"""

from gevent import monkey

monkey.patch_all()

import argparse
import statistics
import sys
import time
from pathlib import Path

import gevent
import msgspec
from calls import CALLER, USERS, installation, number, outside

from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Observation, Offer

_LOOK_SECONDS = 2.0
_TALK_SECONDS = 2.0
_MOST_DESCRIPTORS = 4
_MOST_KB_A_CALL = 4.0
_LEAST_KB = 6 * 1024
"""An allocator's own: no sign of growth in a short run."""


class Look(msgspec.Struct, frozen=True):
    """A process at a moment: kB in memory, descriptors, threads."""

    memory: int
    descriptors: int
    threads: int


def look(pid: int) -> Look | None:
    """None when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        descriptors = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return None
    facts = dict(line.split(":", 1) for line in lines)
    return Look(int(facts["VmRSS"].split()[0]), descriptors, int(facts["Threads"]))


class Callers:
    """Who calls at a steady rate, and how each call ended."""

    def __init__(self, caller: Phone) -> None:
        self._caller, self.ended = caller, dict[str, int]()
        self.placed = 0

    def observe(self, seen: Observation) -> None:
        """`ended` is a conversation that was had; anything else is told."""
        if seen.phone == "trunk" and seen.what in ("ended", "failed"):
            how = f"{seen.what} {seen.detail}"
            self.ended[how] = self.ended.get(how, 0) + 1

    def run(self, rate: float) -> None:
        """For ever."""
        began = time.time()
        while True:
            gevent.sleep(max(0.0, began + self.placed / rate - time.time()))
            self._caller.call(number(self.placed % USERS), number=CALLER)
            self.placed += 1


def grown(name: str, looks: list[Look], calls: int) -> bool:
    """Print a process's line; True when it has grown."""
    third = max(1, len(looks) // 3)
    first, last = looks[:third], looks[-third:]
    was, now = (statistics.fmean(each.memory for each in some) for some in (first, last))
    kb, open_files = now - was, last[-1].descriptors - first[-1].descriptors
    between = calls * 2 / 3
    wrong = open_files > _MOST_DESCRIPTORS or (kb > _LEAST_KB and kb / between > _MOST_KB_A_CALL)
    print(
        f"{'GROWS ' if wrong else 'steady'} {name:12} memory {was / 1024:6.1f} -> {now / 1024:6.1f} MB ({kb / between:+5.2f} kB a call)   "
        f"descriptors {first[-1].descriptors} -> {last[-1].descriptors}   threads {first[-1].threads} -> {last[-1].threads}"
    )
    return wrong


def main() -> None:
    """Set up, load, look, report."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rate", type=float, default=5.0)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--warm-up", type=float, default=20.0)
    given = options.parse_args()
    offer = Offer(answer_after=0.3, hang_up_after=_TALK_SECONDS)
    with installation(offer) as (stack, _, calls):
        caller = outside(stack, calls, stack.ports["trunks"])
        callers = Callers(caller)
        calls.also = callers.observe
        load = gevent.spawn(callers.run, given.rate)
        gevent.sleep(given.warm_up)
        processes = stack.children()
        before, began = callers.placed, time.time()
        looks: dict[str, list[Look]] = {name: [] for name in processes}
        while time.time() - began < given.seconds:
            for name, pid in processes.items():
                if (found := look(pid)) is not None:
                    looks[name].append(found)
            gevent.sleep(_LOOK_SECONDS)
        placed = callers.placed - before
        load.kill()
        gevent.sleep(_TALK_SECONDS + 1.0)  # the last conversations end
        print(
            f"{placed} calls in {given.seconds:.0f} s, {callers.placed} in all; they ended: {callers.ended}"
        )
        wrong = [grown(name, some, placed) for name, some in looks.items()]
        stayed = processes == stack.children()
    if not stayed:
        print("GROWS  a process was started again")
    sys.exit(0 if stayed and not any(wrong) else 1)


if __name__ == "__main__":
    main()
