"""What an ordinary inbound call costs before the first ring, counted on a real worker and a real Redis (design 5)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec
import pytest

from console.scenarios.stack import free_ports
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from presence.lines import LineStore
from presence.nodes import NodeLease
from presence.reservations import Reservations
from schemas.secrets import read_secret
from tests.dialplan_server.asking import UUID, applications, call, publish, settings_in, variables_of
from tests.sample import at, document

ROOT = Path(__file__).parents[2]
FAR = 4_000_000_000.0
DECIDED = 'relais_dialplan_answers_total{answer="decided"'


class Worker(msgspec.Struct):
    """A worker of its own company, as the supervisor starts it."""

    pid: int
    port: int
    password: str
    company: str

    def ask(self, body: bytes) -> bytes:
        """One request of the switch."""
        token = f"relais:{self.password}".encode()
        sent = Request(f"http://127.0.0.1:{self.port}/freeswitch/dialplan", body)
        sent.add_header("Authorization", f"Basic {b64encode(token).decode()}")
        with urlopen(sent, timeout=5) as answer:
            found: bytes = answer.read()
        return found

    def metric(self, name: str) -> float:
        """One of its counters."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@pytest.fixture(scope="module")
def worker(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    var = tmp_path_factory.mktemp("var")
    shared, own = free_ports(2)
    ours = msgspec.structs.replace(document().account, id="costs", domain="costs.example")
    publish(settings_in(var), msgspec.structs.replace(document(), account=ours))
    clock = var / "clock.json"
    clock.write_text(json.dumps({"origin": time.time(), "start": at("2026-10-13 10:00").timestamp()}))
    settings = {"RELAIS_VAR": str(var), "RELAIS_CLOCK": str(clock), "REDIS_URL": redis_url, "RELAIS_DIALPLAN_LISTEN": f"127.0.0.1:{shared}",
                "RELAIS_DIALPLAN_WORKER_PORTS": str(own)}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "dialplan_server"], env={**os.environ, **settings}, cwd=ROOT,
        stdout=(var / "log").open("w"),
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not _ready(own):
        assert time.monotonic() < deadline, (var / "log").read_text()
        time.sleep(0.05)  # polling another process; nothing is decided by the length
    yield Worker(process.pid, own, read_secret(var, "xml_curl"), "costs")
    process.terminate()
    process.wait(5)


def _ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def counted(redis_url: str, worker: Worker) -> Iterator[None]:
    """Everybody reachable, the controller alive, and the worker's connection open."""
    client = hot(redis_url)
    store = AgentStore(client, worker.company)
    for user in document().users.values():
        for device in user.devices:
            store.register(device, FAR)
    NodeLease(client, "node-1", "us").renew()
    client.set("relais:node:node-1:heartbeat", "us", ex=60)
    worker.ask(call("+15145550110"))
    yield
    client.delete("relais:node:node-1:heartbeat", "relais:node:node-1:lease")


def round_trips(redis_url: str, worker: Worker, sent: bytes) -> int:
    """How often Redis had something to read until the answer to `sent` was there, but for this question itself. What is told
    behind the answers comes up to a tenth of a second later, seldom before we look again: the fewest of three count."""
    client, counts = hot(redis_url), []
    for _ in range(3):
        wait_until_told(worker)
        before = client.info("stats")["total_reads_processed"]
        worker.ask(sent)
        counts.append(int(client.info("stats")["total_reads_processed"] - before - 1))
    return min(counts)


def wait_until_told(worker: Worker) -> None:
    """Everything that was decided."""
    while worker.metric("relais_dialplan_traced_total") < worker.metric(DECIDED):
        time.sleep(0.02)  # polling another process; nothing is decided by the length


@pytest.mark.usefixtures("counted")
def test_given_an_ordinary_call_then_one_request_and_one_round_trip_before_its_first_ring(
    redis_url: str, worker: Worker
) -> None:
    decided = worker.metric(DECIDED)
    answer = worker.ask(call("+15145550110"))
    assert "bridge" in dict(applications(answer))
    assert variables_of(answer)["relais_mover"] == "controller"
    assert worker.metric(DECIDED) == decided + 1
    assert round_trips(redis_url, worker, call("+15145550110")) == 1


@pytest.mark.usefixtures("counted")
def test_given_a_call_that_keeps_an_agent_then_two_round_trips(redis_url: str, worker: Worker) -> None:
    sent = call("+15145550102")
    worker.ask(sent)  # the script is loaded
    assert round_trips(redis_url, worker, sent) == 2


@pytest.mark.usefixtures("counted")
def test_given_a_call_to_the_outside_then_two_round_trips(redis_url: str, worker: Worker) -> None:
    """Its line, its unit of capacity and what the fraud guard counts are one claim."""
    fields = {"company": "costs", "owner": "1003"}
    sent = call("4505550166", "relais-phone", variable_sip_authorized="true",
                **{f"variable_relais_{name}": value for name, value in fields.items()})  # fmt: skip
    assert b"sofia/gateway/" in worker.ask(sent)
    assert LineStore(hot(redis_url), "costs").all()
    assert [of for of, who in Reservations(hot(redis_url), "costs").all() if who == "1003"] == [UUID]
    assert round_trips(redis_url, worker, sent) == 2


@pytest.mark.usefixtures("counted")
def test_given_a_call_to_a_queue_then_one_more_for_its_place_in_the_line(
    redis_url: str, worker: Worker
) -> None:
    fields = {"company": "costs", "owner": "1010"}
    sent = call("7000", "relais-phone", variable_sip_authorized="true",
                **{f"variable_relais_{name}": value for name, value in fields.items()})  # fmt: skip
    worker.ask(sent)
    assert round_trips(redis_url, worker, sent) == 2


@pytest.mark.usefixtures("counted")
def test_given_a_hand_over_then_one_round_trip(redis_url: str, worker: Worker) -> None:
    fields = {"company": "costs", "revision": "1", "entry": "number.DID-1001", "step": "1", "place": "u.1001.o.r0",
              "route": "-", "call": UUID, "started": "1000", "legs": "1001a:1001", "outcome": "n.1001n"}  # fmt: skip
    sent = call("next-1", "relais", **{f"variable_relais_{name}": value for name, value in fields.items()})
    assert round_trips(redis_url, worker, sent) == 1


@pytest.mark.usefixtures("counted")
def test_given_calls_then_no_database_can_have_been_asked(worker: Worker) -> None:
    """No driver is in the process."""
    worker.ask(call("+15145550110"))
    loaded = Path(f"/proc/{worker.pid}/maps").read_text()
    assert "msgspec" in loaded
    for driver in ("_sqlite3", "psycopg", "sqlalchemy"):
        assert driver not in loaded


@pytest.mark.usefixtures("counted")
def test_given_a_thousand_colleagues_on_calls_then_nothing_more_is_read(
    redis_url: str, worker: Worker
) -> None:
    client = hot(redis_url)
    store = AgentStore(client, worker.company)
    wait_until_told(worker)
    client.config_resetstat()
    worker.ask(call("+15145550110"))
    quiet = client.info("stats")["total_net_output_bytes"]
    for n in range(1000):
        activity = LegActivity(owner=f"9{n:04}", state="answered", call=f"c{n}", node="node-1", since=1.0)
        store.leg(f"colleague-{n}", activity)
    wait_until_told(worker)
    client.config_resetstat()
    worker.ask(call("+15145550110"))
    assert client.info("stats")["total_net_output_bytes"] <= quiet + 64
