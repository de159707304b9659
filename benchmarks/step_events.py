"""What telling the controller of a step costs: `CUSTOM relais::step`, fired by the XML, against `CHANNEL_EXECUTE_COMPLETE`.

    python benchmarks/step_events.py [--rate 20] [--seconds 6] [--rounds 5]

The calls of `calls.py`, through everything that `relais run` starts. One more connection to the event socket asks, by turns, for
nothing, for the steps' own events, and for the end of every application, of which the ends of steps would have to be picked.
Events and bytes a call are that connection's; CPU is the switch's, without what it uses at rest, and that of reading the events.
No target: the question of design 2.5, answered in decision 0022. Without an installed FreeSWITCH nothing is measured.
"""

from gevent import monkey

monkey.patch_all()

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import msgspec
from calls import Calls, cpu_seconds, installation, outside
from gevent import socket

from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Offer
from console.scenarios.stack import Stack
from schemas.secrets import read_secret

ASKED = {"nothing": "", "relais::step": "CUSTOM relais::step", "EXECUTE_COMPLETE": "CHANNEL_EXECUTE_COMPLETE"}
_REST_SECONDS = 4.0


class Heard(msgspec.Struct):
    """What a connection got, and the seconds of CPU that reading it took."""

    events: int = 0
    size: int = 0
    reading: float = 0.0


class Found(msgspec.Struct):
    """Of one kind, a value a round: all are a call's."""

    events: list[float] = []
    kilobytes: list[float] = []
    switch_ms: list[float] = []
    reading_ms: list[float] = []


@contextmanager
def listening(stack: Stack, names: str) -> Iterator[Heard]:
    """A connection that reads these events, as JSON like the controller's."""
    heard = Heard()
    link = socket.create_connection(("127.0.0.1", stack.ports["event_socket"]), timeout=10)
    reads = link.makefile("rb")
    _block(reads)
    for line in (
        f"auth {read_secret(stack.root, 'event_socket')}",
        *([f"event json {names}"] if names else []),
    ):
        link.sendall(f"{line}\n\n".encode())
        _block(reads)
    link.settimeout(None)
    reader = gevent.spawn(_read, reads, heard)
    try:
        yield heard
    finally:
        reader.kill()
        link.close()


def _read(reads: object, heard: Heard) -> None:
    while body := _block(reads):
        began = time.thread_time()
        json.loads(body.decode("utf-8", "replace"), strict=False)
        heard.reading += time.thread_time() - began
        heard.events, heard.size = heard.events + 1, heard.size + len(body)


def _block(reads: object) -> bytes:
    size = 0
    while line := reads.readline().strip():  # type: ignore[attr-defined]
        name, _, value = line.partition(b": ")
        size = int(value) if name == b"Content-Length" else size
    return reads.read(size)  # type: ignore[attr-defined, no-any-return]


def measure(
    stack: Stack, calls: Calls, caller: Phone, pid: int, given: argparse.Namespace
) -> dict[str, Found]:
    """The kinds in turn, after a few calls that are not counted and a look at the switch at rest."""
    calls.place(caller, given.rate / 2, 2.0)
    gevent.sleep(_REST_SECONDS)
    used = cpu_seconds(pid)
    gevent.sleep(_REST_SECONDS)
    rest = (cpu_seconds(pid) - used) / _REST_SECONDS
    found = {name: Found() for name in ASKED}
    placed = int(given.rate * given.seconds)
    for _ in range(given.rounds):
        for name, names in ASKED.items():
            with listening(stack, names) as heard:
                began, used = time.time(), cpu_seconds(pid)
                calls.place(caller, given.rate, given.seconds)
                gevent.sleep(1.0)
                spent = cpu_seconds(pid) - used - rest * (time.time() - began)
            one = found[name]
            one.events.append(heard.events / placed)
            one.kilobytes.append(heard.size / placed / 1000)
            one.switch_ms.append(spent / placed * 1000)
            one.reading_ms.append(heard.reading / placed * 1000)
    return found


def main() -> None:
    """Set up, measure, report."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rate", type=float, default=20.0)
    options.add_argument("--seconds", type=float, default=6.0)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    with installation(Offer()) as (stack, _, calls):
        caller = outside(stack, calls, stack.ports["trunks"])
        found = measure(stack, calls, caller, stack.children()["switch"], given)
        caller.close()
    for name, one in found.items():
        events, size, switch, reading = (
            statistics.median(each) for each in (one.events, one.kilobytes, one.switch_ms, one.reading_ms)
        )
        print(
            f"{name:18} events a call {events:5.1f}   {size:6.1f} kB   CPU of the switch {switch:6.2f} ms a call   "
            f"of reading them {reading:5.2f} ms"
        )


if __name__ == "__main__":
    main()
