"""`python -m dialplan_server --worker K`: one worker, wired by hand."""

from gevent import monkey

monkey.patch_all()

import random
import signal
import sys

import gevent
import gevent.event
import structlog

from dialplan_server.app import Answering, create_app
from dialplan_server.prompt_files import PromptFiles
from dialplan_server.published import Published
from dialplan_server.rendering import Renderer
from dialplan_server.server import listen, serve
from presence.clock import Clock
from presence.connection import hot
from presence.gathering import Gathered, gather
from routing.compiled import Company
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import Address, Settings, from_environ, redis_url

_POLL_SECONDS = 0.25
_DRAIN_SECONDS = 3


def build(settings: Settings) -> tuple[Answering, Published]:
    """The worker's parts."""
    published = Published(settings, gevent.get_hub().threadpool.apply)
    client = hot(redis_url(settings))

    def ask(company: Company, wanted: frozenset[str], node: str, now: float) -> Gathered:
        users = company.document.users
        owners = {extension: tuple(users[extension].devices) for extension in wanted}
        return gather(client, company.id, owners, node or settings.node, now)

    missing = structlog.get_logger()
    prompts = PromptFiles(
        settings.sounds, settings.prompts, lambda name: missing.debug("prompt missing", prompt=name)
    )
    renderer = Renderer(prompts=prompts, failsafe=f"XML,XML:{settings.failsafe_file}")
    clock = Clock(settings.clock)
    draw = random.SystemRandom()
    answering = Answering(
        published=published, renderer=renderer, clock=clock, gather=ask, draw=lambda: draw.getrandbits(31)
    )
    return answering, published


def main(words: list[str]) -> None:
    """Serve until SIGTERM."""
    settings = from_environ()
    worker = int(words[words.index("--worker") + 1]) if "--worker" in words else 0
    logs.configure(f"dialplan-{worker}", settings.log_level)
    answering, published = build(settings)
    published.refresh()
    app = create_app(answering, read_secret(settings.var, "xml_curl"))
    own = Address(settings.dialplan_listen.host, settings.dialplan_worker_ports + worker)
    servers = [
        serve(listen(settings.dialplan_listen, shared=True), app),
        serve(listen(own, shared=False), app),
    ]
    watching = gevent.spawn(_watch, published)
    done = gevent.event.Event()
    gevent.signal_handler(signal.SIGTERM, done.set)
    done.wait()
    watching.kill()
    gevent.joinall([gevent.spawn(server.stop, _DRAIN_SECONDS) for server in servers])


def _watch(published: Published) -> None:
    while True:
        gevent.sleep(_POLL_SECONDS)
        try:
            published.refresh()
        except Exception:  # noqa: BLE001 - a bad file must not end the watching
            structlog.get_logger().exception("cannot read what was published")


if __name__ == "__main__":
    main(sys.argv[1:])
