"""A dialplan answer as the switch gets it: the captured 5.6 kB body, a new connection each, one Redis round trip.

    python benchmarks/dialplan.py [--rounds 9] [--requests 400]

Four workers run at once: with 10, 1,000 and 10,000 users, every phone registered, one in fifty on a call, decisions logged; and the
one with 10 users is asked too for a constant answer, to the same body behind the same password (`static`). They take turns in each
round, so that what else the machine does falls on all; figures are medians over the rounds. One client measures from `connect` to
the last byte of the body; eight clients measure the rate. CPU is the worker's own, user and system, from /proc; `a core` is 1 / CPU:
what a worker answers with a core of its own, which the clients, Redis and others leave it here only in part.
Targets (design 5): p50 under 1 ms, p99 under 3 ms, 1,500 a second a core, within 1.2x for any number of users. Exit 1 when one is
missed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from multiprocessing.pool import Pool
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from console.scenarios.stack import free_ports
from presence import keys
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from presence.nodes import NodeLease
from routing.company import CompanyDocument, Device, User
from schemas.dialplan_fields import DIALPLAN_FIELDS
from schemas.secrets import read_secret
from store.documents import compiled_snapshot
from store.snapshot import write_snapshot
from tests.private_redis import private_redis
from tests.sample import document

CAPTURE = (ROOT / "tests" / "captures" / "answered.1.dialplan.form").read_bytes()
OPEN = datetime(2026, 10, 13, 10, 0, tzinfo=ZoneInfo("America/Toronto"))
_FEWEST_USERS = 10
_TICKS = os.sysconf("SC_CLK_TCK")


def inbound_call(*, only_listed: bool) -> bytes:
    """The captured body, sent to a number of the sample company: all 159 fields, or those of enable-post-var."""
    body = re.sub(rb"Hunt-Context=\w+", b"Hunt-Context=relais-trunk", CAPTURE)
    body = re.sub(rb"Hunt-Destination-Number=\w+", b"Hunt-Destination-Number=%2B15145550110", body)
    if not only_listed:
        return body
    kept = {
        name.encode()
        for name in (*DIALPLAN_FIELDS, "hostname", "section", "tag_name", "key_name", "key_value")
    }
    return b"&".join(part for part in body.split(b"&") if part.partition(b"=")[0] in kept)


def request(path: str, body: bytes, password: str) -> bytes:
    """The bytes mod_xml_curl sends: it says nothing of closing the connection, and never uses one twice."""
    token = b64encode(f"relais:{password}".encode()).decode()
    method = "POST" if body else "GET"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {token}\r\nUser-Agent: freeswitch-xml/1.0\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(port: int, sent: bytes) -> bytes:
    """One request on a connection of its own, until the body is complete, as curl does."""
    with socket.socket() as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.connect(("127.0.0.1", port))
        link.sendall(sent)
        got = b""
        while part := link.recv(65536):
            got += part
            head, blank, body = got.partition(b"\r\n\r\n")
            if blank and len(body) >= int(head.lower().partition(b"content-length:")[2].split(None, 1)[0]):
                break
    return got


def timed(port: int, sent: bytes) -> float:
    """Milliseconds of one request."""
    began = time.perf_counter()
    ask(port, sent)
    return (time.perf_counter() - began) * 1000


def many(port: int, sent: bytes, count: int) -> None:
    """Requests one after another, from four threads of one process."""

    def some() -> None:
        for _ in range(count // 4):
            ask(port, sent)

    threads = [threading.Thread(target=some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used; to the nanosecond, where `stat` counts in ticks of 10 ms."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


def machine_seconds() -> float:
    """What all processes of the machine have used together."""
    user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
    return (user + nice + system) / _TICKS


class Case(msgspec.Struct):
    """One thing to ask a worker, and what each round found."""

    name: str
    pid: int
    port: int
    sent: bytes
    p50: list[float] = []
    p99: list[float] = []
    alone: list[float] = []
    """CPU seconds an answer, one client."""
    rate: list[float] = []
    busy: list[float] = []
    """CPU seconds an answer, eight clients."""

    def one_client(self, count: int) -> None:
        """Answers one after another."""
        used = cpu_seconds(self.pid)
        times = sorted(timed(self.port, self.sent) for _ in range(count))
        self.alone.append((cpu_seconds(self.pid) - used) / count)
        self.p50.append(statistics.median(times))
        self.p99.append(times[int(count * 0.99)])

    def eight_clients(self, pool: Pool, count: int) -> None:
        """As many answers as there can be."""
        began, used = time.perf_counter(), cpu_seconds(self.pid)
        pool.starmap(many, [(self.port, self.sent, count)] * 2)
        self.rate.append(2 * count / (time.perf_counter() - began))
        self.busy.append((cpu_seconds(self.pid) - used) / (2 * count))

    def line(self, static: Case) -> str:
        """Medians, and how many times the constant answer's."""
        p50, p99, rate, busy = (
            statistics.median(each) for each in (self.p50, self.p99, self.rate, self.busy)
        )
        alone = statistics.median(self.alone)
        return (
            f"{self.name:22} p50 {p50:5.2f} ms ({p50 / statistics.median(static.p50):3.1f}x)  p99 {p99:5.2f} ms   "
            f"8 at once {rate:5.0f}/s   CPU {alone * 1e6:4.0f} us alone, {busy * 1e6:4.0f} us busy "
            f"({busy / statistics.median(static.busy):3.1f}x)   a core {1 / busy:5.0f}/s"
        )


def with_users(count: int) -> CompanyDocument:
    """The sample company grown (or not) to `count` users."""
    users = dict(document().users)
    for n in range(max(0, count - len(users))):
        users[str(200_000 + n)] = User(name=f"user {n}", devices={f"{200_000 + n}a": Device()})
    return msgspec.structs.replace(document(), users=users)


def seed(url: str, company: CompanyDocument) -> None:
    """Every phone registered, every agent with an idle clock, the controller alive for as long as the run takes."""
    client = hot(url)
    now = OPEN.timestamp()
    devices = [name for user in company.users.values() for name in user.devices]
    for start in range(0, len(devices), 1000):
        chunk = devices[start : start + 1000]
        client.hset(keys.devices("boreal"), mapping=dict.fromkeys(chunk, f"{now + 360000:.0f}"))
    store = AgentStore(client, "boreal")
    for n, (owner, user) in enumerate(company.users.items()):
        if n % 50 == 49:
            on_call = LegActivity(
                owner=owner,
                state="answered",
                call=f"call-{n}",
                node="vm",
                since=now,
                device=next(iter(user.devices)),
            )
            store.leg(f"leg-{n}", on_call)
    pipe = client.pipeline(transaction=False)
    for extension in company.users:
        pipe.hset(keys.agent("boreal", extension), "call_ended", f"{now:.3f}")
    pipe.execute()
    NodeLease(client, "node-1", "bench").renew()
    for node in ("node-1", "vm"):
        client.set(keys.heartbeat(node), "bench", ex=3600)


@contextmanager
def worker_of(company: CompanyDocument) -> Iterator[tuple[int, int, str]]:
    """One worker with its Redis: pid, port, password."""
    with private_redis() as url, tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        shared, own = free_ports(2)
        clock = var / "clock.json"
        clock.write_text(json.dumps({"speed": 1.0, "origin": time.time(), "start": OPEN.timestamp()}))
        write_snapshot(var / "snapshots", compiled_snapshot(company, 1, "key"))
        settings = {"RELAIS_VAR": folder, "REDIS_URL": url, "RELAIS_LOG_LEVEL": "info",
                    "RELAIS_CLOCK": str(clock), "RELAIS_DIALPLAN_LISTEN": f"127.0.0.1:{shared}",
                    "RELAIS_DIALPLAN_WORKER_PORTS": str(own)}  # fmt: skip
        line = [sys.executable, "-m", "dialplan_server"]
        worker = subprocess.Popen(
            line, stdout=(var / "log").open("w"), env={**os.environ, **settings}, cwd=ROOT
        )
        try:
            _wait(own)
            seed(url, company)
            yield worker.pid, own, read_secret(var, "xml_curl")
        finally:
            worker.terminate()
            worker.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if b"200" in ask(port, request("/health/ready", b"", ""))[:15]:
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the worker did not start")


def measure(cases: list[Case], rounds: int, count: int) -> None:
    """The cases in turn, each round in another order."""
    for case in cases:
        many(case.port, case.sent, 400)
    with multiprocessing.Pool(2) as pool:
        for n in range(rounds):
            for case in cases[n % len(cases) :] + cases[: n % len(cases)]:
                case.one_client(count)
                case.eight_clients(pool, count)


def ratio(larger: Case, smaller: Case) -> float:
    """How many times the CPU an answer, the median of the rounds' own ratios: what disturbs a round disturbs both."""
    return statistics.median(a / b for a, b in zip(larger.alone, smaller.alone, strict=True))


def report(cases: list[Case], static: Case) -> bool:
    """Every line and every target; True when all are met."""
    for case in cases:
        print(case.line(static))
    few = cases[0]
    found = {
        "p50 under 1 ms": (statistics.median(few.p50), 1.0),
        "p99 under 3 ms": (statistics.median(few.p99), 3.0),
        "CPU under 667 us (1,500/s a core)": (statistics.median(few.busy) * 1e6, 1e6 / 1500),
        **{
            f"{case.name} against {few.name}, within 1.2x": (ratio(case, few), 1.2)
            for case in cases
            if case.name.endswith("users") and case is not few
        },
    }
    for name, (value, limit) in found.items():
        print(f"{'met   ' if value <= limit else 'MISSED'} {name}: {value:.2f}")
    return all(value <= limit for value, limit in found.values())


def main() -> None:
    """Set up, measure, report."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--requests", type=int, default=400)
    given = options.parse_args()
    full, listed = inbound_call(only_listed=False), inbound_call(only_listed=True)
    cases: list[Case] = []
    with ExitStack() as running:
        for users in (_FEWEST_USERS, 1_000, 10_000):
            pid, port, password = running.enter_context(worker_of(with_users(users)))
            sent = request("/freeswitch/dialplan", full, password)
            rung = ask(port, sent)
            assert b"sofia_contact" in rung, rung.decode()
            cases.append(Case(f"{users:,} users", pid, port, sent))
            if users == _FEWEST_USERS:
                constant = Case("static", pid, port, request("/freeswitch/configuration", full, password))
                named = request("/freeswitch/dialplan", listed, password)
                more = [Case("10 users, listed fields", pid, port, named), constant]
        cases += more
        ours, began, used = _ours(cases), time.perf_counter(), machine_seconds()
        measure(cases, given.rounds, given.requests)
        seconds = time.perf_counter() - began
        others = machine_seconds() - used - (_ours(cases) - ours)
        print(
            f"{given.rounds} rounds of {given.requests} + {2 * given.requests} answers each, {os.cpu_count()} cores; "
            f"Redis and other processes used {others / seconds:.2f} cores; load {os.getloadavg()[0]:.1f}"
        )
        sys.exit(0 if report(cases, constant) else 1)


def _ours(cases: list[Case]) -> float:
    mine, children = os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = sum(cpu_seconds(pid) for pid in {case.pid for case in cases})
    return mine.user + mine.system + children.ru_utime + children.ru_stime + workers


if __name__ == "__main__":
    main()
