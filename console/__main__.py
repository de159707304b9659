"""`python -m console`: the web server of pages and API, wired by hand."""

from gevent import monkey

monkey.patch_all()

import signal

import gevent
import gevent.event
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

from console.app import Console, create_app
from presence.clock import Clock
from presence.connection import hot
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import from_environ, redis_url
from store.documents import Documents
from store.snapshot import SnapshotReader


def main() -> None:
    """Serve until SIGTERM."""
    settings = from_environ()
    logs.configure("console", settings.log_level)
    documents = Documents(settings.database_url)
    console = Console(
        client=hot(redis_url(settings)), reader=SnapshotReader(settings.snapshots), clock=Clock(settings.clock),
        documents=documents, node=settings.node,
    )  # fmt: skip
    key = read_secret(settings.var, "device_key")
    console.publish = lambda company: documents.publish(company, settings.snapshots, key)
    app = create_app(console, read_secret(settings.var, "admin_password"))
    address = (settings.console_listen.host, settings.console_listen.port)
    server = WSGIServer(address, app, spawn=Pool(1000), log=None, error_log=None)
    server.start()
    done = gevent.event.Event()
    gevent.signal_handler(signal.SIGTERM, done.set)
    done.wait()
    server.stop(timeout=0.5)


if __name__ == "__main__":
    main()
