"""One reader of each watched company, many screens: the board is read once a change and sent to all who look.

A screen gets the whole board first, then what changed. One that does not keep up is dropped; it comes back by
itself and gets the whole board again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import gevent
import msgspec
import structlog
from gevent.queue import Empty, Full, Queue

from console.alerts import AlertRow
from console.board import AgentRow, Board, BoardState, CallRow, Presence
from presence.connection import Away
from presence.feed import FeedReader, News
from routing.ended_call import EndedCall

_LOG = structlog.get_logger()

SHORTEST_PAUSE = 0.1
"""Seconds between two readings: a burst of changes is one reading and one message."""
LONGEST_PAUSE = 1.0
"""What no message announces (a wrap-up that ends, a registration that runs out, a controller that dies) is seen after this."""
BEAT_SECONDS = 5.0
"""A quiet screen hears this often that the line still stands."""
MOST_SCREENS = 500
_MOST_WAITING = 64


class Changes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is different from the message before: rows that are new or other, keys of rows that are gone."""

    now: float
    presence: Presence
    agents: tuple[AgentRow, ...] = ()
    agents_gone: tuple[str, ...] = ()
    calls: tuple[CallRow, ...] = ()
    calls_gone: tuple[str, ...] = ()
    alerts: tuple[AlertRow, ...] = ()
    alerts_gone: tuple[str, ...] = ()


class Beat(msgspec.Struct, frozen=True):
    """Nothing changed; the server's Unix second."""

    now: float


class Record(msgspec.Struct, frozen=True):
    """A call is over: its record, without what each step saw. The server's Unix second."""

    now: float
    record: EndedCall


class Repair(msgspec.Struct, frozen=True):
    """A sweep found something wrong and put it right: `kind` in one word, `who` it is about, what was wrong."""

    now: float
    kind: str
    who: str
    wrong: str


class Screen:
    """One who looks on: messages that wait to be sent to it. None ends it."""

    def __init__(self) -> None:
        self.waiting: Queue[bytes | None] = Queue(_MOST_WAITING)

    def offer(self, message: bytes) -> bool:
        """False when it has fallen too far behind."""
        try:
            self.waiting.put_nowait(message)
        except Full:
            return False
        return True

    def end(self) -> None:
        """After what it already has, or at once when that is too much."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class CompanyFeed:
    """The reader of one company. It works only while somebody looks."""

    def __init__(
        self, company: str, board: Board, news: Callable[[str], FeedReader],
    ) -> None:  # fmt: skip
        self._company, self._board, self._news = company, board, news
        self._screens: set[Screen] = set()
        self._state: BoardState | None = None
        self._worker: gevent.Greenlet | None = None

    def join(self) -> Screen | None:
        """A new screen that has the whole board waiting; None when the company is not published."""
        state = self._board.read(self._company)
        if state is None:
            return None
        screen = Screen()
        if self._worker is None or self._worker.dead:
            self._state = state
            self._worker = gevent.spawn(self._work)
        screen.offer(_message("board", self._state))
        self._screens.add(screen)
        return screen

    def leave(self, screen: Screen) -> None:
        """It looks no more."""
        self._screens.discard(screen)

    def end(self) -> None:
        """Every screen is told that it is over."""
        for screen in self._screens:
            screen.end()

    def count(self) -> int:
        """How many look on."""
        return len(self._screens)

    def _work(self) -> None:
        reader: FeedReader | None = None
        gevent.sleep(0)  # whoever started us joins first
        while self._screens:
            began = time.monotonic()
            try:
                reader = reader or self._news(self._company)
                self.refresh()
                news = reader.wait(LONGEST_PAUSE)
                if news is not None:
                    self._tell_of(news)
            except Away:
                reader = None
                self.refresh()
                gevent.sleep(LONGEST_PAUSE)
            except Exception:  # noqa: BLE001 - a screen that stands still is worse than a line in the log
                _LOG.exception("the board cannot be read", company=self._company)
                gevent.sleep(LONGEST_PAUSE)
            gevent.sleep(max(0.0, SHORTEST_PAUSE - (time.monotonic() - began)))

    def refresh(self) -> None:
        """Read the board and send what changed."""
        before, after = self._state, self._board.read(self._company)
        if after is None or before is None:
            return
        self._state = after
        changes = difference(before, after)
        if changes is not None:
            self._send(_message("changes", changes))

    def _tell_of(self, news: News) -> None:
        """Records and repairs, each a message of its own."""
        now = self._state.now if self._state is not None else 0.0
        for call in news.ended:
            self._send(_message("record", Record(now, call)))
        for told in news.repairs:
            about = {name: told.get(name, "") for name in ("kind", "who", "wrong")}
            self._send(_message("repair", Repair(now, **about)))

    def _send(self, message: bytes) -> None:
        for screen in [each for each in self._screens if not each.offer(message)]:
            self._screens.discard(screen)
            screen.end()


class Feeds:
    """The readers of all companies."""

    def __init__(self, board: Board, news: Callable[[str], FeedReader], now: Callable[[], float]) -> None:
        self._board, self._news, self._now = board, news, now
        self._feeds: dict[str, CompanyFeed] = {}

    def count(self) -> int:
        """How many screens are open."""
        return sum(feed.count() for feed in self._feeds.values())

    def follow(self, company: str, still_allowed: Callable[[], bool]) -> Iterator[bytes] | None:
        """Server-sent events for one screen, without end; None when the company is not published. `still_allowed` is
        asked at each beat: False ends it."""
        if company not in self._board.companies():
            return None
        feed = self._feeds.setdefault(company, CompanyFeed(company, self._board, self._news))
        return self._sent(feed, still_allowed)

    def end(self) -> None:
        """Every screen is told that it is over, before the server stops."""
        for feed in self._feeds.values():
            feed.end()

    def _sent(self, feed: CompanyFeed, still_allowed: Callable[[], bool]) -> Iterator[bytes]:
        # Joined here and not before: whoever hangs up before the first message has never joined.
        screen = feed.join()
        if screen is None:
            return
        asked = time.monotonic()
        try:
            while True:
                message = self._next(screen)
                if message is None:
                    return
                yield message
                if time.monotonic() - asked >= BEAT_SECONDS:
                    asked = time.monotonic()
                    if not still_allowed():
                        return
        finally:
            feed.leave(screen)

    def _next(self, screen: Screen) -> bytes | None:
        try:
            message: bytes | None = screen.waiting.get(timeout=BEAT_SECONDS)
        except Empty:
            return _message("beat", Beat(self._now()))
        return message


def difference(before: BoardState, after: BoardState) -> Changes | None:
    """What to tell somebody who has `before`; None when there is nothing to tell."""
    changes = Changes(
        now=after.now,
        presence=after.presence,
        agents=tuple(row for key, row in after.agents.items() if before.agents.get(key) != row),
        agents_gone=tuple(key for key in before.agents if key not in after.agents),
        calls=tuple(row for key, row in after.calls.items() if before.calls.get(key) != row),
        calls_gone=tuple(key for key in before.calls if key not in after.calls),
        alerts=tuple(row for key, row in after.alerts.items() if before.alerts.get(key) != row),
        alerts_gone=tuple(key for key in before.alerts if key not in after.alerts),
    )
    told = (
        changes.agents,
        changes.agents_gone,
        changes.calls,
        changes.calls_gone,
        changes.alerts,
        changes.alerts_gone,
    )
    return changes if any(told) or before.presence != after.presence else None


def _message(kind: str, value: object) -> bytes:
    return b"event: " + kind.encode() + b"\ndata: " + msgspec.json.encode(value) + b"\n\n"
