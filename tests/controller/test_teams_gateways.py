"""Phones in Microsoft Teams are there while a gateway to Teams takes calls, in a real Redis (P25)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import gevent
import gevent.event
import pytest

from controller.presence_writer import PresenceWriter
from controller.published import Published
from controller.registrations import Registrations
from controller.repairs import Repairs
from presence import connection
from presence.agents import AgentStore
from presence.clock import Clock
from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from store.snapshot import Snapshot, SnapshotReader, write_snapshot
from tests.sample import document


def company(ident: str) -> CompanyDocument:
    change = {
        "account": {"id": ident},
        "trunks": {
            "T-1": {"gateway": "sip", "leads_to": "teams"},
            "T-2": {"gateway": "sip2", "leads_to": "teams"},
            "T-OUT": {"gateway": "out"},
        },
        "users": {
            "1005": {"devices": {"1005t": {"kind": "teams", "number": "+15145550175"}}},
            "1006": {"devices": {"1006t": {"kind": "teams", "number": "+15145550176", "enabled": False}}},
        },
    }
    loaded = load_company(merged(plain_company(document()), change))
    assert isinstance(loaded, CompanyDocument), loaded
    return loaded


class Watching:
    """The registrations of a node, and the gateways that are up."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.company, self.up = f"c{uuid4().hex[:8]}", set[str]()
        write_snapshot(
            folder,
            Snapshot(
                company=self.company, revision=1, published_at="2026-10-13T10:00:00",
                document=company(self.company), a1_hashes={}, pins={},
            ),
        )  # fmt: skip
        published = Published(SnapshotReader(folder))
        published.read()
        self.store = AgentStore(
            connection.hot(redis_url), self.company, partial(published.terms, self.company)
        )
        self.writer = PresenceWriter()
        repairs = Repairs("n1", lambda _: self.store)
        self.registrations = Registrations(
            Clock(), published, lambda _: self.store, self.writer, time.time, repairs
        )
        self.registrations.gateway_is_up = self.up.__contains__

    def told(self, *up: str) -> set[str]:
        """These gateways take calls: the devices that are there."""
        self.up.clear()
        self.up.update(up)
        self.registrations.look_at_teams()
        return self.there()

    def there(self) -> set[str]:
        done = gevent.event.Event()
        self.writer.put(done.set)
        assert done.wait(5)
        now = time.time()
        return {device for device, until in self.store.devices("n1").items() if until > now}


@pytest.fixture
def watching(tmp_path: Path, redis_url: str) -> Iterator[Watching]:
    made = Watching(tmp_path, redis_url)
    running = gevent.spawn(made.writer.run)
    yield made
    running.kill()


def test_given_gateways_that_come_and_go_then_a_phone_in_teams_is_there_while_one_takes_calls(
    watching: Watching,
) -> None:
    assert watching.told() == set()
    assert watching.told("out") == set()
    assert watching.told("sip") == {"1005t"}
    assert watching.told("sip2") == {"1005t"}
    assert watching.told() == set()


def test_given_the_switch_lists_its_registrations_then_phones_in_teams_are_among_them_and_no_repair(
    watching: Watching,
) -> None:
    watching.up.add("sip")
    row = {"reg_user": "1005a", "realm": "boreal.example", "expires": str(int(time.time()) + 600)}
    watching.registrations.replace([row])
    assert watching.there() == {"1005a", "1005t"}
    for _ in range(2):
        assert not watching.registrations.sweep([row])(watching.company)
    assert watching.there() == {"1005a", "1005t"}
