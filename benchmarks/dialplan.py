"""A dialplan answer as the switch gets it: the captured 5.6 kB body, a new connection each, one Redis round trip.

    python benchmarks/dialplan.py [--requests 4000]

For 10, 1,000 and 10,000 users, every phone registered: p50 and p99 of one client, requests a second of eight, and what one request costs
the worker in CPU. `rate a core` is what the worker would answer with a core of its own: 1 / CPU. The `/health/live` lines are the floor:
the same server, no decision. Targets (design 5): p50 under 1 ms, p99 under 3 ms, 1,500 a second a core,
within 1.2x for any number of users.
The load runs on the same cores as the worker: trust the CPU figures and the ratios.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from console.run import redis_server
from console.scenarios.stack import free_ports
from presence import keys
from presence.connection import hot
from presence.nodes import NodeLease
from routing.company import CompanyDocument, Device, User
from schemas.dialplan_fields import DIALPLAN_FIELDS
from schemas.secrets import read_secret
from store.documents import compiled_snapshot
from store.snapshot import write_snapshot
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
    """The bytes mod_xml_curl sends."""
    token = b64encode(f"relais:{password}".encode()).decode()
    method = "POST" if body else "GET"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {token}\r\nUser-Agent: freeswitch-xml/1.0\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def ask(port: int, sent: bytes) -> bytes:
    """One request on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(sent)
        parts = []
        while part := link.recv(65536):
            parts.append(part)
    return b"".join(parts)


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
    """What a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS


def measure(name: str, worker: tuple[int, int], sent: bytes, count: int) -> float:
    """One line of the report; the p50 in ms."""
    pid, port = worker
    many(port, sent, 400)
    times = sorted(timed(port, sent) for _ in range(count))
    began, used = time.perf_counter(), cpu_seconds(pid)
    with multiprocessing.Pool(2) as pool:
        pool.starmap(many, [(port, sent, count)] * 2)
    rate = 2 * count / (time.perf_counter() - began)
    each = (cpu_seconds(pid) - used) / (2 * count)
    p50, p99 = statistics.median(times), times[int(count * 0.99)]
    print(
        f"{name:34} p50 {p50:5.2f} ms  p99 {p99:5.2f} ms   8 at once {rate:5.0f}/s   CPU {each * 1e6:4.0f} us   "
        f"rate a core {1 / each:5.0f}/s"
    )
    return p50


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
    people = list(company.users)
    for start in range(0, len(people), 1000):
        client.hset(keys.idle("boreal"), mapping=dict.fromkeys(people[start : start + 1000], f"{now:.0f}"))
    NodeLease(client, "node-1", "bench").renew()
    for node in ("node-1", "vm"):
        client.set(keys.heartbeat(node), "bench", ex=3600)


@contextmanager
def worker_of(company: CompanyDocument) -> Iterator[tuple[int, int, str]]:
    """One worker with its Redis: pid, port, password."""
    with tempfile.TemporaryDirectory() as folder:
        var, path = Path(folder), Path(folder) / "r.sock"
        line = redis_server.command(redis_server.find_server(var), path, var, persistent=False)
        redis = subprocess.Popen(line, stdout=subprocess.DEVNULL)
        shared, own = free_ports(2)
        clock = var / "clock.json"
        clock.write_text(json.dumps({"speed": 1.0, "origin": time.time(), "start": OPEN.timestamp()}))
        write_snapshot(var / "snapshots", compiled_snapshot(company, 1, "key"))
        settings = {"RELAIS_VAR": folder, "REDIS_URL": f"unix://{path}", "RELAIS_LOG_LEVEL": "warning",
                    "RELAIS_CLOCK": str(clock), "RELAIS_DIALPLAN_LISTEN": f"127.0.0.1:{shared}",
                    "RELAIS_DIALPLAN_WORKER_PORTS": str(own)}  # fmt: skip
        line = [sys.executable, "-m", "dialplan_server"]
        worker = subprocess.Popen(line, env={**os.environ, **settings}, cwd=ROOT)
        try:
            _wait(own)
            seed(f"unix://{path}", company)
            yield worker.pid, own, read_secret(var, "xml_curl")
        finally:
            for process in (worker, redis):
                process.terminate()
                process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if b"200" in ask(port, request("/health/ready", b"", ""))[:15]:
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the worker did not start")


def main() -> None:
    """Every line, then whether the number of users matters."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--requests", type=int, default=4000)
    count = options.parse_args().requests
    medians = []
    for users in (_FEWEST_USERS, 1_000, 10_000):
        with worker_of(with_users(users)) as (pid, port, password):
            full = request("/freeswitch/dialplan", inbound_call(only_listed=False), password)
            listed = request("/freeswitch/dialplan", inbound_call(only_listed=True), password)
            assert b"sofia_contact" in ask(port, full), "the call must ring a phone"
            medians.append(measure(f"{users:6} users, 5.6 kB", (pid, port), full, count))
            measure(f"{users:6} users, listed fields", (pid, port), listed, count)
            if users == _FEWEST_USERS:
                floor = request("/health/live", b"", password)
                measure("       no decision (/health/live)", (pid, port), floor, count)
    print(f"10,000 users against 10: {medians[-1] / medians[0]:.2f}x")


if __name__ == "__main__":
    main()
