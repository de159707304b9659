"""`python -m console`: the web server of pages and API, wired by hand."""

from gevent import monkey

monkey.patch_all()

import signal
import sys
from functools import partial

import gevent
import gevent.event

from console.app import create_app
from console.board import Board
from console.clock_watch import ClockWatch
from console.doors import Doors, in_thread, inline
from console.live_feed import LONGEST_PAUSE, Feeds
from console.metrics import Metrics
from console.orders import SwitchOrders
from console.phone_changes import PhoneChanges
from console.record_keeper import RecordKeeper
from console.recordings_kept import RecordingsKept
from console.server import serve
from console.unpublished import publish_the_rest
from console.transition_keeper import TransitionKeeper
from presence import keys
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import hot, waiting
from presence.ended import EndedCalls
from presence.feed import FeedReader
from presence.orders import TAKEN_SECONDS, OrderBook, OrderDesk
from presence.transitions import Transitions
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import Settings, SettingsRefused, from_environ, redis_url
from store.accounts import Accounts
from store.agent_transitions import AgentTransitions
from store.call_records import CallRecords
from store.documents import Documents
from store.sign_ins import SignIns
from store.snapshot import SnapshotReader
from store.tokens import Tokens

_DRAIN_SECONDS = 1.0


def doors_of(settings: Settings) -> Doors:
    """Everything the pages and the API reach, of one installation."""
    address, database = redis_url(settings), settings.database_url
    clock, documents = Clock(settings.clock), Documents(database)
    client = hot(address)
    board = Board(client, SnapshotReader(settings.snapshots), clock, (settings.node, *settings.more_nodes))
    news = waiting(address, LONGEST_PAUSE + 1)
    patient = waiting(address, TAKEN_SECONDS + 1)
    key = read_secret(settings.var, "device_key")
    return Doors(
        documents=documents, records=CallRecords(database), history=AgentTransitions(database), accounts=Accounts(database),
        tokens=Tokens(database), sign_ins=SignIns(database),
        board=board, agents=lambda company: AgentStore(client, company, partial(board.terms, company)),
        orders=SwitchOrders(client, lambda node: OrderDesk(client, patient, keys.orders(node)), settings.node),
        recordings=settings.recordings,
        feeds=Feeds(board, lambda company: FeedReader(news, company), clock.unix), clock=clock,
        clock_watch=ClockWatch(clock, settings.time_server), metrics=Metrics(),
        publish=lambda company: documents.publish(company, settings.snapshots, key),
        offload=in_thread if database.startswith("sqlite") else inline,
        secure_cookies=settings.env == "production",
    )  # fmt: skip


def keeper_of(settings: Settings, doors: Doors) -> RecordKeeper:
    """Takes ended calls into the database of this installation."""
    ended = EndedCalls(waiting(redis_url(settings), 2 * LONGEST_PAUSE))
    return RecordKeeper(doors.board.companies, ended, doors.records, doors.offload)


def history_of(settings: Settings, doors: Doors) -> TransitionKeeper:
    """Takes the history of agents into the database of this installation."""
    told = Transitions(waiting(redis_url(settings), 2 * LONGEST_PAUSE))
    return TransitionKeeper(doors.board.companies, told, doors.history, doors.offload)


def phone_changes_of(settings: Settings, doors: Doors) -> PhoneChanges:
    """Saves what phones of this installation ask for."""
    book = OrderBook(waiting(redis_url(settings), TAKEN_SECONDS + 1), keys.document_orders())
    return PhoneChanges(book, doors.documents, doors.publish, doors.offload)


def recordings_of(settings: Settings, doors: Doors) -> RecordingsKept:
    """Deletes what the companies of this installation keep no longer."""
    board = doors.board
    return RecordingsKept(settings.recordings, board.companies, board.document, doors.clock.now, in_thread)


def main() -> None:
    """Serve until SIGTERM."""
    try:
        settings = from_environ()
    except SettingsRefused as refused:
        sys.exit(str(refused))
    logs.configure("console", settings.log_level)
    doors = doors_of(settings)
    server = serve(settings.console_listen, create_app(doors))
    runs = [
        gevent.spawn(publish_the_rest, doors, settings.snapshots),
        gevent.spawn(keeper_of(settings, doors).run),
        gevent.spawn(history_of(settings, doors).run),
        gevent.spawn(phone_changes_of(settings, doors).run),
        gevent.spawn(recordings_of(settings, doors).run),
    ]
    done = gevent.event.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(ending, done.set)
    done.wait()
    gevent.killall(runs, block=False)
    server.close()
    doors.feeds.end()
    server.stop(timeout=_DRAIN_SECONDS)


if __name__ == "__main__":
    main()
