"""The first three rows of the design's targets: a dialplan answer over a new connection each, with one Redis round trip.

Prints p50 and p99 of one client, requests per second of eight, the ratio to a static answer of the same server, and the same with 10,
1,000 and 10,000 users. Everything runs in one child process, the load in this one.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from console.run import redis_server
from console.scenarios.stack import free_ports
from routing.company import Device, User
from schemas.secrets import read_secret
from store.documents import compiled_snapshot
from store.snapshot import write_snapshot
from tests.sample import document

BODY = (ROOT / "tests" / "captures" / "answered.1.dialplan.form").read_bytes()
REQUESTS = 2000


def post(port: int, path: str, headers: dict[str, str]) -> float:
    """Seconds of one request on a connection of its own."""
    began = time.perf_counter()
    link = http.client.HTTPConnection("127.0.0.1", port)
    if path.startswith("/freeswitch"):
        sent = BODY.replace(b"Hunt-Context=default", b"Hunt-Context=relais-trunk")
        link.request(
            "POST",
            path,
            sent.replace(b"Hunt-Destination-Number=answered", b"Hunt-Destination-Number=%2B15145550110"),
            headers,
        )
    else:
        link.request("GET", path)
    link.getresponse().read()
    link.close()
    return time.perf_counter() - began


def measure(port: int, path: str, headers: dict[str, str]) -> tuple[float, float, float]:
    """p50 and p99 in ms of one client, requests a second of two processes."""
    for _ in range(200):
        post(port, path, headers)
    times = sorted(post(port, path, headers) * 1000 for _ in range(REQUESTS))
    began = time.perf_counter()
    with multiprocessing.Pool(2) as pool:
        pool.starmap(_many, [(port, path, headers)] * 2)
    rate = REQUESTS / (time.perf_counter() - began)
    return statistics.median(times), times[int(REQUESTS * 0.99)], rate


def _many(port: int, path: str, headers: dict[str, str]) -> None:
    for _ in range(REQUESTS // 2):
        post(port, path, headers)


def with_users(count: int) -> object:
    """The sample company grown to `count` users."""
    users = dict(document().users)
    for n in range(count - len(users)):
        users[str(200_000 + n)] = User(name=f"user {n}", devices={f"{200_000 + n}a": Device()})
    return msgspec.structs.replace(document(), users=users)


def run(count: int) -> None:
    """One worker and one Redis, measured."""
    with tempfile.TemporaryDirectory() as folder:
        var, socket = Path(folder), Path(folder) / "r.sock"
        server = redis_server.command(redis_server.find_server(var), socket, var, persistent=False)
        redis = subprocess.Popen(server, stdout=subprocess.DEVNULL)
        shared, own = free_ports(2)
        write_snapshot(var / "snapshots", compiled_snapshot(with_users(count), 1, "key"))  # type: ignore[arg-type]
        settings = {"RELAIS_VAR": folder, "REDIS_URL": f"unix://{socket}", "RELAIS_LOG_LEVEL": "error",
                    "RELAIS_DIALPLAN_LISTEN": f"127.0.0.1:{shared}", "RELAIS_DIALPLAN_WORKER_PORTS": str(own)}  # fmt: skip
        worker = subprocess.Popen(
            [sys.executable, "-m", "dialplan_server"], env={**os.environ, **settings}, cwd=ROOT
        )
        try:
            _wait(own)
            beating = threading.Thread(target=_beat, args=(f"unix://{socket}", worker), daemon=True)
            beating.start()
            token = b64encode(f"relais:{read_secret(var, 'xml_curl')}".encode()).decode()
            headers = {"Authorization": f"Basic {token}", "Content-Type": "application/x-www-form-urlencoded"}
            answer = measure(own, "/freeswitch/dialplan", headers)
            static = measure(own, "/health/live", headers)
        finally:
            worker.terminate()
            redis.terminate()
            worker.wait()
            redis.wait()
    print(
        f"{count:6} users: p50 {answer[0]:.2f} ms  p99 {answer[1]:.2f} ms  {answer[2]:.0f}/s   "
        f"static p50 {static[0]:.2f} ms  p99 {static[1]:.2f} ms  {static[2]:.0f}/s   ratio p50 {answer[0] / static[0]:.2f}"
    )


def _beat(url: str, worker: subprocess.Popen[bytes]) -> None:
    from presence.connection import hot
    from presence.nodes import NodeLease

    for node in ("node-1", "vm"):
        NodeLease(hot(url), node, "bench").renew()
    while worker.poll() is None:
        for node in ("node-1", "vm"):
            NodeLease(hot(url), node, "bench").renew()
        time.sleep(1)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            post(port, "/health/ready", {})
            return
        except OSError:
            time.sleep(0.05)


if __name__ == "__main__":
    for users in (25, 1_000, 10_000):
        run(users)
