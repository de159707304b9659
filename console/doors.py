"""What the pages and the API read and change, made once in `console.__main__` and handed to every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

from console.board import Board
from console.clock_watch import ClockWatch
from console.live_feed import Feeds
from console.metrics import Metrics
from console.orders import SwitchOrders
from presence.agents import AgentStore
from presence.clock import Clock
from store.accounts import Accounts
from store.agent_transitions import AgentTransitions
from store.call_records import CallRecords
from store.documents import Documents
from store.sign_ins import SignIns
from store.tokens import Tokens

P = ParamSpec("P")
T = TypeVar("T")

HASHES_AT_ONCE = BoundedSemaphore(2)
"""A password hash takes 64 MiB and a core for a tenth of a second."""


class Offload(Protocol):
    """Runs a call where its waiting stops no other request."""

    def __call__(self, call: Callable[P, T], *words: P.args, **named: P.kwargs) -> T:
        """What the call returns or raises."""
        ...


@dataclass(frozen=True, kw_only=True)
class Doors:
    """`agents` writes a company's agents, `orders` are carried out by the controllers, `publish` puts a company's newest revision
    in force for the workers; `database_answers` may wait a second."""

    documents: Documents
    records: CallRecords
    history: AgentTransitions
    accounts: Accounts
    tokens: Tokens
    sign_ins: SignIns
    board: Board
    agents: Callable[[str], AgentStore]
    orders: SwitchOrders
    recordings: Path
    feeds: Feeds
    clock: Clock
    clock_watch: ClockWatch
    metrics: Metrics
    publish: Callable[[str], int]
    offload: Offload
    secure_cookies: bool


def in_thread(call: Callable[P, T], *words: P.args, **named: P.kwargs) -> T:
    """For SQLite and password hashes: in gevent's thread pool."""
    done: T = gevent.get_hub().threadpool.apply(call, words, named)
    return done


def inline(call: Callable[P, T], *words: P.args, **named: P.kwargs) -> T:
    """For PostgreSQL, whose driver waits as greenlets do."""
    return call(*words, **named)
