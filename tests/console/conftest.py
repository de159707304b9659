"""A console of its own for each test: the real application, a real database, a real Redis, a real port."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import gevent
import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from console.__main__ import doors_of
from console.app import create_app
from console.doors import Doors
from console.server import serve
from presence import keys
from presence.agents import AgentStore
from presence.connection import hot, waiting
from presence.orders import Order, OrderBook, Reply
from routing.company import CompanyDocument
from schemas.settings import Address, Settings, from_environ, redis_url
from store.accounts import Account, Role
from store.migrating import migrate
from store.passwords import hashed
from tests.sample import document

PASSWORD = "correct horse battery"
ORIGIN = {"Origin": "http://localhost"}


@cache
def _kept() -> str:
    return hashed(PASSWORD)


@dataclass
class Console:
    """What a test needs of a console. `redis` is the client with which states are written."""

    settings: Settings
    doors: Doors
    app: Flask
    redis: Any

    def token(self, role: str = "admin", company: str = "", extension: str = "") -> dict[str, str]:
        """Headers of a program, which speaks for a user of the company when one is named."""
        _, text = self.doors.tokens.create(
            "test", role=msgspec.convert(role, Role), company=company, created_by="test",
            now=self.doors.clock.now(), extension=extension,
        )  # fmt: skip
        return {"Authorization": f"Bearer {text}"}

    def browser(self, name: str = "ines") -> FlaskClient:
        """Somebody who has signed in."""
        client = self.app.test_client()
        signed = client.post("/api/v1/session", json={"name": name, "password": PASSWORD}, headers=ORIGIN)
        assert signed.status_code == 200, signed.text
        return client

    def account(self, name: str, role: str, extension: str) -> None:
        """Somebody of the sample company."""
        wanted = Account(name=name, role=msgspec.convert(role, Role), company="boreal", extension=extension)
        assert self.doors.accounts.add(wanted, _kept(), self.doors.clock.now())

    @contextmanager
    def controlled(self, *replies: Reply, node: str = "") -> Iterator[list[Order]]:
        """The controller of a node (empty: the console's own) answers as many orders as there are replies; those that it took."""
        book = OrderBook(waiting(redis_url(self.settings), 3), keys.orders(node or self.settings.node))
        taken: list[Order] = []

        def answer() -> None:
            for reply in replies:
                order = book.take(2.0)
                if order is not None:
                    taken.append(order)
                    book.reply(order, reply)

        answering = gevent.spawn(answer)
        yield taken
        answering.join()

    def agents(self, company: str = "boreal") -> AgentStore:
        """Where agents' states are written."""
        return AgentStore(self.redis, company)

    def followed(self) -> None:
        """A controller follows the switch."""
        self.redis.set(keys.heartbeat(self.settings.node), "test")

    def save(self, company: CompanyDocument) -> None:
        """A company, saved and published."""
        known = self.doors.documents.load(company.account.id)
        self.doors.documents.save(company, made_from=known[0] if known else 0, author="test")
        self.doors.publish(company.account.id)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with this version's tables, to be copied."""
    file = tmp_path_factory.mktemp("database") / "relais.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def empty_console(tmp_path: Path, redis_url: str, migrated: Path) -> Iterator[Console]:
    """A console without any company; `ines` is its administrator, `paul` a supervisor."""
    settings = from_environ({"RELAIS_VAR": str(tmp_path), "REDIS_URL": redis_url})
    shutil.copy(migrated, tmp_path / "relais.db")
    doors = doors_of(settings)
    redis = hot(redis_url)
    redis.flushdb()
    for name, role in (("ines", "admin"), ("paul", "supervisor")):
        wanted = "admin" if role == "admin" else "supervisor"
        doors.accounts.add(Account(name=name, role=wanted), _kept(), doors.clock.now())
    yield Console(settings, doors, create_app(doors), redis)
    doors.feeds.end()


@pytest.fixture
def console(empty_console: Console) -> Console:
    """A console with the sample company."""
    empty_console.save(document())
    empty_console.followed()
    return empty_console


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    """The console on a port."""
    server = serve(Address("127.0.0.1", 0), console.app)
    yield f"127.0.0.1:{server.server_port}"
    console.doors.feeds.end()
    server.stop(timeout=1)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for the tests of `tests.console.browser.NEEDS_CHROMIUM`."""
    from playwright.sync_api import sync_playwright

    from tests.console.browser import CHROMIUM

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Any]:
    """Somebody before the pages of `console`, not signed in: a `tests.console.browser.Visit`."""
    from tests.console.browser import Visit

    found = Visit(chromium, address)
    yield found
    found.context.close()
