"""From an agent's change in Redis to the screens: 500 agents, 50 open feeds of a console process of its own.

Two rates: one change at a time, and 50 changes a second (a busy centre of 500). Target: p99 under 250 ms.
Also what a change costs the console in CPU, against the same console with nobody looking.
"""

from gevent import monkey

monkey.patch_all()

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gevent
from gevent.event import AsyncResult

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from console.scenarios.stack import free_ports
from presence import keys
from presence.agents import AgentStore
from presence.connection import hot
from routing.agents import Intent
from schemas.company import load_company
from schemas.secrets import read_secret
from schemas.settings import from_environ
from store.documents import Documents
from store.migrating import migrate
from store.tokens import Tokens
from tests.large_company import large_company
from tests.private_redis import private_redis

AGENTS, SCREENS, CHANGES, RATE = 500, 50, 300, 50
TARGET_MS = 250.0


class Screen:
    """An open feed: when each reason was seen first."""

    def __init__(self, port: int, token: str) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port)
        link.request("GET", "/api/v1/companies/large/feed", headers={"Authorization": f"Bearer {token}"})
        self.answer = link.getresponse()
        self.seen: dict[str, float] = {}
        self.joined: AsyncResult[bool] = AsyncResult()

    def look(self) -> None:
        """Read until the feed ends."""
        while True:
            line = self.answer.readline()
            if not line:
                return
            if line.startswith(b"event: board"):
                self.joined.set(True)
            elif line.startswith(b"data: ") and b'"agents"' in line:
                at = time.monotonic()
                for agent in json.loads(line[6:])["agents"]:
                    if isinstance(agent, dict):
                        self.seen.setdefault(agent["reason"], at)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def change(store: AgentStore, count: int, rate: float, name: str) -> dict[str, float]:
    """`count` changes at `rate` a second; when each was written."""
    written, began = {}, time.monotonic()
    for n in range(count):
        gevent.sleep(max(0.0, began + n / rate - time.monotonic()))
        reason = f"{name} {n}"
        written[reason] = time.monotonic()
        store.declare(str(100_000 + n % AGENTS), Intent(kind="break", reason=reason, since=float(n + 1)))
    return written


def tell(name: str, written: dict[str, float], screens: list[Screen]) -> float:
    times = sorted(
        (s.seen[reason] - at) * 1000 for s in screens for reason, at in written.items() if reason in s.seen
    )
    missed = len(written) * len(screens) - len(times)
    p99 = times[int(len(times) * 0.99)]
    print(
        f"{name:28} p50 {statistics.median(times):6.1f} ms   p99 {p99:6.1f} ms   max {times[-1]:6.1f} ms   "
        f"overtaken by a later change before anybody looked: {missed}"
    )
    return p99


def main() -> int:
    with private_redis() as url, tempfile.TemporaryDirectory(prefix="relais-bench-") as folder:
        (port,) = free_ports(1)
        environment = {
            **os.environ, "RELAIS_VAR": folder, "REDIS_URL": url, "RELAIS_CONSOLE_LISTEN": f"127.0.0.1:{port}",
        }  # fmt: skip
        token = prepare(Path(folder), environment)
        console = subprocess.Popen([sys.executable, "-m", "console"], env=environment, cwd=ROOT)
        try:
            return measure(port, token, console.pid, AgentStore(hot(url), "large"))
        finally:
            console.terminate()
            console.wait(5)


def prepare(home: Path, environment: dict[str, str]) -> str:
    settings = from_environ(environment)
    migrate(settings.database_url)
    company = load_company(large_company(AGENTS))
    assert not isinstance(company, list), company[:3]
    documents = Documents(settings.database_url)
    documents.save(company, made_from=0, author="benchmark")
    documents.publish("large", settings.snapshots, read_secret(settings.var, "device_key"))
    client = hot(settings.redis_url)
    client.set(keys.heartbeat(settings.node), "benchmark")
    store, until = AgentStore(client, "large"), time.time() + 3600
    for extension, user in company.users.items():
        store.register(next(iter(user.devices)), until)
        store.declare(extension, Intent(kind="available"))
    from datetime import UTC, datetime

    tokens = Tokens(settings.database_url)
    return tokens.create("b", role="supervisor", company="", created_by="benchmark", now=datetime.now(UTC))[1]


def measure(port: int, token: str, pid: int, store: AgentStore) -> int:
    deadline = time.monotonic() + 20
    while True:
        try:
            screens = [Screen(port, token) for _ in range(SCREENS)]
            break
        except OSError:
            assert time.monotonic() < deadline, "the console does not answer"
            time.sleep(0.1)
    readers = [gevent.spawn(screen.look) for screen in screens]
    for screen in screens:
        screen.joined.get(timeout=20)
    results = []
    for name, count, rate in (("one change at a time", 60, 4), (f"{RATE} changes a second", CHANGES, RATE)):
        began, before = time.monotonic(), cpu_seconds(pid)
        written = change(store, count, rate, name)
        gevent.sleep(1.0)
        results.append(tell(name, written, screens))
        print(f"{'':28} {(cpu_seconds(pid) - before) / (time.monotonic() - began) * 100:.0f} % of a core")
    began, before = time.monotonic(), cpu_seconds(pid)
    gevent.sleep(3.0)
    print(
        f"{'nothing changes':28} {(cpu_seconds(pid) - before) / (time.monotonic() - began) * 100:.0f} % of a core"
    )
    gevent.killall(readers)
    worst = max(results)
    print(f"p99 / target: {worst / TARGET_MS:.2f}")
    return 0 if worst < TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
