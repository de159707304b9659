"""`python -m controller`: follows the switch of this installation, wired by hand."""

from gevent import monkey

monkey.patch_all()

import os
import signal
import socket
import time
from functools import cache, partial

import gevent
import gevent.event
import structlog
from gevent.pywsgi import WSGIServer

from controller.esl import ESLError, LinkSettings, NodeAddress, NodeLink, State
from controller.node import CUSTOM, EVENTS, NodeWatch
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import Away, hot
from presence.nodes import NodeLease
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import Settings, from_environ, redis_url
from store.snapshot import SnapshotReader

_BEAT_SECONDS = 1.0
_SWEEP_SECONDS = 10.0
_SETTLE_SECONDS = 0.5
_PUBLISHED_SECONDS = 0.5
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

    @property
    def published_stamp(self) -> int:
        """Of the publication that events are read by."""
        return self._published.stamp

    def start(self) -> list[gevent.Greenlet]:
        """Begin following."""
        self.link.start()
        loops = (
            (_BEAT_SECONDS, self.beat),
            (_SWEEP_SECONDS, self.sweep),
            (_SETTLE_SECONDS, self.watch.settle),
            (_SWEEP_SECONDS, self.reconcile),
            (_PUBLISHED_SECONDS, self._published.read),
        )
        return [
            gevent.spawn(self.watch.writer.run),
            *(gevent.spawn(_every, seconds, work) for seconds, work in loops),
        ]

    def beat(self) -> None:
        """The heartbeat, only while the switch answers."""
        if self.link.state is State.UP:
            self.lease.renew()

    def sweep(self) -> None:
        """Compare Redis with the switch's live channels."""
        if self.link.state is State.UP:
            snapshot = self.link.take_snapshot()
            self.watch.sweep(snapshot.channels)

    def reconcile(self) -> None:
        """Tell what no event says of agents."""
        if self.link.state is State.UP:
            self.watch.reconcile()


def _every(seconds: float, work: object) -> None:
    while True:
        try:
            work()  # type: ignore[operator]
        except (ESLError, *Away) as error:
            _LOG.warning("put off", why=str(error))
        except Exception:  # noqa: BLE001 - a loop that watches must not end
            _LOG.exception("loop failed")
        gevent.sleep(seconds)


def _health(controller: Controller) -> object:
    def answer(environ: dict[str, str], start: object) -> list[bytes]:
        up = controller.link.state is State.UP
        good = up or environ.get("PATH_INFO") == "/health/live"
        start("200 OK" if good else "503 Service Unavailable", [("Content-Type", "text/plain")])  # type: ignore[operator]
        watch = controller.watch
        lines = (
            f"link {controller.link.state.value}",
            f"calls {len(watch.calls)}",
            f"moves {watch.mover.moves}",
            f"published {controller.published_stamp}",
        )
        return [("\n".join(lines) + "\n").encode()]

    return answer


def main() -> None:
    """Follow until SIGTERM."""
    settings = from_environ()
    logs.configure("controller", settings.log_level)
    controller = Controller(settings)
    loops = controller.start()
    listen = settings.controller_listen
    health = WSGIServer((listen.host, listen.port), _health(controller), log=None, error_log=None)
    health.start()
    done = gevent.event.Event()
    gevent.signal_handler(signal.SIGTERM, done.set)
    done.wait()
    gevent.killall(loops, timeout=1)
    controller.link.stop()
    try:
        controller.lease.release()
    except Away:
        pass
    health.stop(timeout=1)


if __name__ == "__main__":
    main()
