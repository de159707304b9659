"""`python -m dialplan_server --worker K`: one worker."""

from gevent import monkey

monkey.patch_all()

import argparse
import gc
import signal
import sys

import gevent
import gevent.event

from dialplan_server import metrics
from dialplan_server.journal import Journal
from dialplan_server.server import listen, serve
from dialplan_server.views import create_app
from dialplan_server.watching import Watch
from dialplan_server.wiring import FolderRefused, Worker, build
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import Address, Settings, SettingsRefused, from_environ

_DRAIN_SECONDS = 2.5
_NEW_OBJECTS = 20_000


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
    watch = Watch(worker)
    watch.begin()
    tells = gevent.spawn(worker.trace.run)
    app = create_app(worker.answering, read_secret(settings.var, "xml_curl"))
    own = Address(settings.dialplan_listen.host, settings.dialplan_worker_ports + number)
    servers = [
        serve(listen(settings.dialplan_listen, shared=True), app),
        serve(listen(own, shared=False), app),
    ]
    _collect_seldom()
    done.wait()
    gevent.joinall([gevent.spawn(server.stop, _DRAIN_SECONDS) for server in servers])
    tells.kill()
    worker.trace.tell()
    watch.end()


def _collect_seldom() -> None:
    """An answer leaves no cycles behind, and what is there now stays: a collector that looks at 700 new objects, then at all of
    them, was 3% of the time and the longest pauses of a large company."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


if __name__ == "__main__":
    main(sys.argv[1:])
