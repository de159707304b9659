"""`python -m dialplan_server --worker K`: one worker."""

from gevent import monkey

monkey.patch_all()

import argparse
import signal
import sys

import gevent
import gevent.event
import structlog

from dialplan_server import metrics
from dialplan_server.journal import Journal
from dialplan_server.server import listen, serve
from dialplan_server.views import create_app
from dialplan_server.wiring import FolderRefused, Worker, build
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import Address, Settings, SettingsRefused, from_environ

_POLL_SECONDS = 0.25
_DRAIN_SECONDS = 2.5


def main(words: list[str]) -> None:
    """Serve until SIGTERM."""
    arguments = argparse.ArgumentParser(prog="dialplan_server")
    arguments.add_argument("--worker", type=int, default=0, help="number of this worker, from 0")
    number = arguments.parse_args(words).worker
    try:
        settings = from_environ()
        journal = Journal(sys.stdout)
        logs.configure(f"dialplan-{number}", settings.log_level, journal)
        metrics.share(settings.var / "metrics" / "dialplan", number)
        worker = build(settings, gevent.get_hub().threadpool.apply)
    except (SettingsRefused, FolderRefused) as refused:
        sys.exit(str(refused))
    journal.start()
    _serve(settings, worker, number)


def _serve(settings: Settings, worker: Worker, number: int) -> None:
    done = gevent.event.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(ending, done.set)
    _look(worker)
    app = create_app(worker.answering, read_secret(settings.var, "xml_curl"))
    own = Address(settings.dialplan_listen.host, settings.dialplan_worker_ports + number)
    servers = [
        serve(listen(settings.dialplan_listen, shared=True), app),
        serve(listen(own, shared=False), app),
    ]
    watching = gevent.spawn(_watch, worker)
    done.wait()
    watching.kill()
    gevent.joinall([gevent.spawn(server.stop, _DRAIN_SECONDS) for server in servers])
    worker.mirror.close()


def _watch(worker: Worker) -> None:
    while True:
        gevent.sleep(_POLL_SECONDS)
        _look(worker)


def _look(worker: Worker) -> None:
    """Take in what was published; the one writer brings the switch's own files up to date."""
    try:
        leads = worker.mirror.lead()
        if not worker.published.refresh() and leads:
            gevent.get_hub().threadpool.apply(worker.mirror.write, (worker.published.pairs(),))
    except Exception:  # noqa: BLE001 - a bad file must not end the watching
        structlog.get_logger().exception("cannot take in what was published")


if __name__ == "__main__":
    main(sys.argv[1:])
