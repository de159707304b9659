"""`python -m controller`: follows the switch of this installation, wired by hand."""

from gevent import monkey

monkey.patch_all()

import os
import signal
import socket
import time
from collections.abc import Callable
from functools import cache, partial

import gevent
import gevent.event
import structlog
from gevent.pywsgi import WSGIServer

from controller import health
from controller.esl import ESLError, LinkSettings, NodeAddress, NodeLink, State
from controller.node import CUSTOM, EVENTS, NodeWatch
from controller.orders import OrderTaker
from controller.placing import Placer
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import Away, hot, waiting
from presence.nodes import NodeLease
from presence.orders import OrderBook
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import Settings, from_environ, redis_url
from store.snapshot import SnapshotReader

_BEAT_SECONDS = 1.0
_SWEEP_SECONDS = 10.0
_SETTLE_SECONDS = 0.5
_TELL_SECONDS = 0.2
_PUBLISHED_SECONDS = 0.5
_ORDERS_SECONDS = 0.0
_ORDERS_LONGEST = 3.0
_LOG = structlog.get_logger()


class Controller:
    """Everything of one process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        client = hot(redis_url(settings))
        self._published = Published(SnapshotReader(settings.snapshots))
        self._published.read()
        stores = cache(lambda company: AgentStore(client, company, partial(self._published.terms, company)))
        clock = Clock(settings.clock)
        self.watch = NodeWatch(
            node=settings.node, clock=clock, published=self._published, stores=stores,
            dialplans=f"XML,XML:{settings.failsafe_file}",
            switch_time=clock.unix if settings.switch == "demo" else time.time,
        )  # fmt: skip
        password = read_secret(settings.var, "event_socket")
        address = NodeAddress(settings.node, settings.event_socket.host, settings.event_socket.port, password)
        self.link = NodeLink(
            address, self.watch, LinkSettings(events=EVENTS, custom=CUSTOM, retry_longest=2.0)
        )
        self.watch.mover.link = self.link
        self.lease = NodeLease(client, settings.node, f"{socket.gethostname()}-{os.getpid()}")
        placer = Placer(self.link, clock, self._published, stores, f"XML,XML:{settings.failsafe_file}")
        book = OrderBook(waiting(redis_url(settings), _ORDERS_LONGEST), settings.node)
        self.orders = OrderTaker(book, {"place_call": placer.place})
        self._leads = False

    def figures(self) -> dict[str, int]:
        """Calls followed, calls moved on, and the publication that events are read by."""
        watch = self.watch
        return {
            "calls": len(watch.calls),
            "moves": watch.mover.moves,
            "published": self._published.stamp,
        }

    def start(self) -> list[gevent.Greenlet]:
        """Begin following."""
        self.link.start()
        loops = (
            (_BEAT_SECONDS, self.beat),
            (_SWEEP_SECONDS, self.sweep),
            (_SETTLE_SECONDS, self.watch.settle),
            (_TELL_SECONDS, self.watch.calls.tell),
            (_SWEEP_SECONDS, self.reconcile),
            (_PUBLISHED_SECONDS, self._published.read),
            (_ORDERS_SECONDS, self.take_order),
        )
        return [
            gevent.spawn(self.watch.writer.run),
            *(gevent.spawn(_every, seconds, work) for seconds, work in loops),
        ]

    def beat(self) -> None:
        """The heartbeat, only while the switch answers."""
        self._leads = self.link.state is State.UP and self.lease.renew()

    def take_order(self) -> None:
        """One order of a page or a program, if one comes."""
        if self._leads:
            self.orders.take()
        else:
            gevent.sleep(_BEAT_SECONDS)

    def sweep(self) -> None:
        """Compare Redis with the switch's live channels."""
        if self.link.state is State.UP:
            snapshot = self.link.take_snapshot()
            self.watch.sweep(snapshot.channels)

    def reconcile(self) -> None:
        """Tell what no event says of agents."""
        if self.link.state is State.UP:
            self.watch.reconcile()


def _every(seconds: float, work: Callable[[], object]) -> None:
    while True:
        try:
            work()
        except (ESLError, *Away) as error:
            _LOG.warning("put off", why=str(error))
        except Exception:  # noqa: BLE001 - a loop that watches must not end
            _LOG.exception("loop failed")
        gevent.sleep(seconds)


def main() -> None:
    """Follow until SIGTERM."""
    settings = from_environ()
    logs.configure("controller", settings.log_level)
    controller = Controller(settings)
    loops = controller.start()
    listen = settings.controller_listen
    said = health.app(lambda: controller.link.state, controller.figures)
    server = WSGIServer((listen.host, listen.port), said, log=None, error_log=None)
    server.start()
    done = gevent.event.Event()
    gevent.signal_handler(signal.SIGTERM, done.set)
    done.wait()
    gevent.killall(loops, timeout=1)
    controller.link.stop()
    try:
        controller.lease.release()
    except Away:
        pass
    server.stop(timeout=1)


if __name__ == "__main__":
    main()
