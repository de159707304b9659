"""The sample company on a real FreeSWITCH: its phones registered, the outside, what is seen, and who is killed.

The clock stands at the catalogue's base moment B, Tuesday 13 October 2026, 10:00 in Montréal.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
import urllib.request
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import gevent
import pytest

from console.run import freeswitch, switch_socket
from console.scenarios.event_feed import Event, EventFeed
from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Observation
from console.scenarios.stack import Stack
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from schemas.secrets import read_secret
from schemas.settings import Settings, from_environ, redis_url
from store.documents import Documents, Saved
from store.secrets import device_password
from store.tokens import Tokens

B = datetime(2026, 10, 13, 10, 0, tzinfo=ZoneInfo("America/Toronto"))
MAIN, CLAIRE, SALES, COLLECTIONS = "+15145550100", "+15145550110", "+15145550102", "+15145550160"
CALLER = "+14505550199"
_BOX = re.compile(r"/([0-9]+)/msg_[^/]*$")

# Looked for once: a test's own environment names none (tests/conftest.py).
FREESWITCH = freeswitch.find(os.environ)
needs_freeswitch = [
    pytest.mark.live,
    pytest.mark.timeout(180),
    pytest.mark.skipif(FREESWITCH is None, reason="no FreeSWITCH is installed"),
]


def installation(folder: Path) -> Stack:
    """A FreeSWITCH and everything of ours, not started yet, at the moment B."""
    return Stack(root=folder / "var", switch=str(FREESWITCH), clock=written_clock(folder))


def written_clock(folder: Path) -> Path:
    """The clock file of an installation that begins now at the moment B."""
    clock = folder / "clock.json"
    clock.write_text(json.dumps({"speed": 1.0, "origin": time.time(), "start": B.timestamp()}))
    return clock


class Office:
    """A started installation, with phones. `seen` is what phones saw, `heard` what the switch played (a file) or
    recorded (a box) on callers' legs."""

    def __init__(self, stack: Stack, *devices: str) -> None:
        self.stack = stack
        self.seen: list[Observation] = []
        self.heard: list[tuple[str, str]] = []
        self.phones: dict[str, Phone] = {}
        self._kills: dict[str, list[float]] = defaultdict(list)
        self.outside = Phone(
            "trunk", proxy=("127.0.0.1", stack.ports["trunks"]), domain="127.0.0.1", observe=self.seen.append,
            port=stack.ports["peer"],
        )  # fmt: skip
        self._feed = EventFeed(
            ("127.0.0.1", stack.ports["event_socket"]), read_secret(stack.root, "event_socket"), self._hear
        )
        for name in devices:
            self.phone(name)

    @cached_property
    def token(self) -> str:
        tokens = Tokens(self.settings.database_url)
        _, token = tokens.create(
            "test", role="supervisor", company="", created_by="test", now=datetime.now(UTC)
        )
        return token

    @property
    def settings(self) -> Settings:
        """Those of the installation."""
        return from_environ(self.stack.environment)

    def phone(self, name: str) -> Phone:
        """A phone of the sample company."""
        self.phones[name] = self.registered(name, "boreal")
        return self.phones[name]

    def registered(self, name: str, company: str) -> Phone:
        """A phone, registered with digest."""
        key = read_secret(self.stack.root, "device_key")
        proxy = ("127.0.0.1", self.stack.ports["phones"])
        phone = Phone(name, proxy=proxy, domain=f"{company}.example", observe=self.seen.append)
        password = device_password(key, company, name, 1)
        assert phone.register(password) == 200
        return phone

    def knows(self, device: str, company: str) -> bool:
        """Whether every dialplan worker is there and has a phone: one published just now may take it a second."""
        first = self.settings.dialplan_worker_ports
        ports = range(first, first + self.settings.dialplan_workers)
        return all(self._knows(port, device, company) for port in ports)

    def _knows(self, port: int, device: str, company: str) -> bool:
        secret = b64encode(f"relais:{read_secret(self.stack.root, 'xml_curl')}".encode()).decode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/freeswitch/directory",
            data=urlencode({"domain": f"{company}.example", "user": device}).encode(),
            headers={"Authorization": f"Basic {secret}"},
        )
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return f'<user id="{device}"'.encode() in answer.read()
        except OSError:
            return False

    def close(self) -> None:
        """End the phones and stop watching; the installation goes on."""
        self._feed.close()
        for phone in (self.outside, *self.phones.values()):
            phone.close()

    # --- what is seen -----------------------------------------------------------------------------

    def until(self, holds: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait for what must become true."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, (
                [(o.phone, o.what, o.detail) for o in self.seen],
                self.heard,
            )
            gevent.sleep(0.02)

    def times(self, phone: str, what: str) -> int:
        """How often a phone saw something."""
        return sum(o.phone == phone and o.what == what for o in self.seen)

    def saw(self, phone: str, what: str) -> bool:
        """Whether it did."""
        return self.times(phone, what) > 0

    def at(self, phone: str, what: str) -> float:
        """When it first did, Unix seconds."""
        return next(o.at for o in self.seen if o.phone == phone and o.what == what)

    def played(self, part: str) -> bool:
        """Whether a caller heard a file whose path has `part`."""
        return any(what == "plays" and part in which for what, which in self.heard)

    def records(self, box: str) -> bool:
        """Whether a message is, or was, being recorded in a box."""
        return ("records", box) in self.heard

    def agents(self, company: str = "boreal") -> dict[str, str]:
        """The agents' states, as the console tells them."""
        address = f"http://127.0.0.1:{self.stack.ports['console']}/api/v1/companies/{company}/agents"
        asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return {agent["extension"]: agent["state"] for agent in json.load(answer)["agents"]}

    def legs(self, company: str = "boreal") -> dict[str, LegActivity]:
        """The legs of agents' phones, as Redis has them."""
        return AgentStore(hot(redis_url(self.settings)), company).leg_uuids()

    def becomes(self, state: str, *extensions: str, seconds: float = 15.0) -> None:
        """Wait until these agents are in a state."""
        self.until(lambda: {self.agents()[extension] for extension in extensions} == {state}, seconds)

    def messages(self, box: str) -> int:
        """How many messages a box holds, new and old, as the switch counts them."""
        counted = switch_socket.ask(self.settings, f"api vm_boxcount {box}@boreal.example|all", 5.0)
        return sum(int(number) for number in counted.split(":")[:2])

    def saves(self, changes: object) -> None:
        """An administrator saves a change, and every process obeys it."""
        documents = Documents(self.settings.database_url)
        found = documents.load("boreal")
        assert found is not None
        document = load_company(merged(plain_company(found[1]), changes))
        assert not isinstance(document, list), document
        saved = documents.save(document, made_from=found[0], author="test")
        assert isinstance(saved, Saved)
        documents.publish("boreal", self.settings.snapshots, read_secret(self.stack.root, "device_key"))
        self.stack.wait_published()

    # --- who is killed ----------------------------------------------------------------------------

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """The supervisor holds still, so that what is killed stays dead. Afterwards it mends everything."""
        assert self.stack.process is not None
        os.kill(self.stack.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.stack.process.pid, signal.SIGCONT)
            self.until(self.stack.ready, 30.0)

    def kill(self, killed: str) -> None:
        """SIGKILL, and wait until it is dead. `dialplan`: every worker. Not before the supervisor would start it again: it
        gives up on what ends five times in half a minute."""
        kills = self._kills[killed]
        self.until(lambda: sum(time.monotonic() - at < 31.0 for at in kills) < 3, 35.0)
        kills.append(time.monotonic())
        for name, pid in self.stack.children().items():
            if killed in (name, name.rpartition("-")[0]):
                os.kill(pid, signal.SIGKILL)
                self.until(lambda pid=pid: _dead(pid))

    def quiet(self) -> None:
        """Hang up everything and forget."""
        everybody = (self.outside, *self.phones.values())
        for phone in everybody:
            for call_id in list(phone.dialogs):
                phone.hang_up(call_id)
        self.until(lambda: not any(phone.dialogs for phone in everybody))
        self.seen.clear()
        self.heard.clear()
        for phone in everybody:
            phone.scripts.clear()

    def _hear(self, event: Event) -> None:
        if event.get("variable_relais_call", "") not in ("", event.get("Unique-ID")):
            return
        if event.get("Event-Name") == "PLAYBACK_START":
            self.heard.append(("plays", event.get("Playback-File-Path", "")))
        elif event.get("Event-Name") == "RECORD_START":
            box = _BOX.search(event.get("Record-File-Path", ""))
            self.heard.append(("records", box[1] if box else ""))


def _dead(pid: int) -> bool:
    """Gone, or not yet noticed by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
