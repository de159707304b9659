"""`python -m controller`: follows the switch of this installation, wired by hand."""

from gevent import monkey

monkey.patch_all()

import math
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

import gevent
import gevent.event
import structlog
from gevent.pywsgi import WSGIServer
from msgspec.structs import replace

from controller import health
from controller.call_backs import CallBacks
from controller.dispatch import Dispatch
from controller.early_transfers import EarlyTransfers
from controller.esl import ConnectFailed, Event, LinkSettings, NodeAddress, NodeLink, State
from controller.features import Features
from controller.gateways import EVENT as GATEWAY_STATE
from controller.gateways import Gateways
from controller.joins import Joins
from controller.node import CUSTOM, EVENTS, NodeWatch
from controller.lamps import Lamps
from controller.orders import OrderTaker
from controller.phones import Phones
from controller.placing import Placer
from controller.published import Published
from controller.queue_tools import Tools
from controller.recording import Recorder
from controller.recordings import Recordings
from controller.repeating import every
from controller.supervision import Supervision
from controller.tenancy import Tenancy
from presence import keys
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import hot, waiting
from presence.feature_phones import FeaturePhones
from presence.gateways import GatewayStore
from presence.lamps import LampStore
from presence.nodes import NodeLease, is_new_run
from presence.orders import TAKEN_SECONDS, OrderBook, OrderDesk
from presence.pipelines import Pipelines
from presence.roster import Roster
from schemas import logs
from schemas.secrets import read_secret
from schemas.settings import Settings, from_environ, redis_url
from store.prompt_files import PromptFiles
from store.snapshot import SnapshotReader

_IDLE_SECONDS = 1.0
_GATEWAYS_SECONDS = 5.0
_SWEEP_SECONDS = 10.0
_DOUBT_SECONDS = 2.0
_GONE_SECONDS = 60.0
_SETTLE_SECONDS = 0.5
_TELL_SECONDS = 0.2
_PUBLISHED_SECONDS = 0.5
_ORDERS_SECONDS = 0.0
_ORDERS_LONGEST = 3.0
_CALL_BACKS_SECONDS = 1.0
_DISPATCH_SECONDS = 0.4
_PHONES_SECONDS = 0.5
_LOG = structlog.get_logger()


class Controller:
    """What follows one node while its lease is ours (`controller.tenancy.Tenant`)."""

    def __init__(self, settings: Settings, lease: NodeLease) -> None:
        self._settings, self._lease = settings, lease
        self._loops: list[gevent.Greenlet] = []
        self._down_since = math.inf
        client = hot(redis_url(settings))
        self._published = Published(SnapshotReader(settings.snapshots))
        self._published.read()
        stores = cache(lambda company: AgentStore(client, company, partial(self._published.terms, company)))
        clock = self._clock = Clock(settings.clock)
        self.watch = NodeWatch(
            node=settings.node, clock=clock, published=self._published, stores=stores,
            dialplans=f"XML,XML:{settings.failsafe_file}",
            switch_time=clock.unix if settings.switch == "demo" else time.time,
        )  # fmt: skip
        self.watch.writer.may_write = lease.is_ours
        self.watch.is_new_run = partial(is_new_run, client, settings.node)
        password = read_secret(settings.var, "event_socket")
        address = NodeAddress(settings.node, settings.event_socket.host, settings.event_socket.port, password)
        self.link = NodeLink(
            address, self.watch, LinkSettings(events=EVENTS, custom=CUSTOM, retry_longest=2.0)
        )
        self.dispatch = self.watch.dispatch = self._dispatch(settings, clock, stores)
        self.watch.mover.link = self.watch.inquiry.link = self.dispatch.phones.link = self.link
        placer = Placer(self.link, clock, self._published, stores, f"XML,XML:{settings.failsafe_file}")
        self._call_backs = CallBacks(client, clock, self._published, stores, placer, settings.node)
        recorder = Recorder(self.link, self.watch.calls, settings.recordings, self._published)
        book = OrderBook(waiting(redis_url(settings), _ORDERS_LONGEST), keys.orders(settings.node))
        supervision = Supervision(
            link=self.link, clock=clock, published=self._published, stores=stores,
            recordings=Recordings(settings.sounds, settings.prompts), writer=self.watch.writer,
        )  # fmt: skip
        self.watch.also(supervision.concerned, supervision.sweep)
        early = EarlyTransfers(
            link=self.link, published=self._published, calls=self.watch.calls, writer=self.watch.writer,
            dialplans=f"XML,XML:{settings.failsafe_file}",
        )  # fmt: skip
        self.watch.also(early.concerned, lambda *_: None)
        joins = Joins(self._published, self.watch.calls, self.watch.mover)
        self.watch.also(joins.concerned, lambda *_: None)
        self.watch.also_listed(joins.listed)
        self.gateways = Gateways(
            GatewayStore(client, settings.node), self._published, stores, self.watch.writer, self.link.api
        )
        self.watch.also({GATEWAY_STATE: self._on_gateway}, lambda *_: None)
        self.watch.registrations.gateway_is_up = self.gateways.is_up
        desk = OrderDesk(client, waiting(redis_url(settings), TAKEN_SECONDS + 1), keys.document_orders())
        self.features = Features(
            link=self.link, clock=clock, published=self._published, stores=stores, desk=desk,
            phones=cache(lambda company: FeaturePhones(client, company, settings.node)),
        )  # fmt: skip
        self.features.is_ours = lease.is_ours
        self.watch.also(self.features.concerned, lambda *_: None)
        lamps = cache(lambda company: LampStore(client, company, settings.node))
        self.lamps = Lamps(self.link, self._published, lamps, clock.now)
        self.lamps.is_ours = lease.is_ours
        self.watch.also(self.lamps.concerned, lambda *_: None)
        self.orders = OrderTaker(book, {
            "place_call": placer.place, "step_in": supervision.step_in, "leave": supervision.leave,
            "control_recording": recorder.control, "control_own_recording": recorder.control_own,
        })  # fmt: skip
        self._leads = False
        self._reads = gevent.spawn(every, _PUBLISHED_SECONDS, self._published.read)

    def figures(self) -> dict[str, int]:
        """Calls followed, calls moved on, and the publication that events are read by."""
        watch = self.watch
        return {
            "calls": len(watch.calls),
            "moves": watch.mover.moves,
            "repairs": watch.repairs.count.total(),
            "unwritten": watch.writer.lost,
            "gateways_down": self.gateways.down(),
            "published": self._published.stamp,
        }

    def _dispatch(self, settings: Settings, clock: Clock, stores: Callable[[str], AgentStore]) -> Dispatch:
        pipelines, draw = Pipelines(redis_url(settings)), random.SystemRandom()
        prompts = PromptFiles(settings.sounds, settings.prompts)
        tools = Tools(
            node=settings.node, clock=clock, published=self._published, stores=stores, writer=self.watch.writer,
            phones=Phones(f"XML,XML:{settings.failsafe_file}"), draw=lambda: draw.getrandbits(31),
            roster=partial(Roster, pipelines),
            phone_text=lambda company, leg, music: prompts.phone(leg, company.document, music),
        )  # fmt: skip
        return Dispatch(tools)

    def begin(self) -> None:
        """Begin following."""
        self.link.start()
        loops = (
            (0.0, self.sweep),
            (_SETTLE_SECONDS, self.watch.settle),
            (_TELL_SECONDS, self.watch.calls.tell),
            (_SWEEP_SECONDS, self.reconcile),
            (_GATEWAYS_SECONDS, self.look_at_gateways),
            (_ORDERS_SECONDS, self.take_order),
            (_PHONES_SECONDS, self.look_at_phones),
            (self._clock.real_seconds(_CALL_BACKS_SECONDS), self.call_back),
            (self._clock.real_seconds(_DISPATCH_SECONDS), self.dispatch.tick),
        )
        self._loops += [gevent.spawn(every, seconds, work) for seconds, work in loops]
        self._loops.append(gevent.spawn(self.watch.writer.run))
        self._loops.append(gevent.spawn(self.dispatch.run))
        self._loops.append(gevent.spawn(self.features.run))
        self._loops.append(gevent.spawn(self.lamps.run))

    def end(self) -> None:
        """Follow no more."""
        gevent.killall([*self._loops, self._reads], timeout=1)
        self.link.stop()

    def alive(self) -> bool:
        """The switch answers."""
        return self.link.state is State.UP

    def call_back(self) -> None:
        """Whoever asked a queue for it, when his turn has come."""
        if self.alive() and self._lease.is_ours():
            self._call_backs.look()

    def look_at_phones(self) -> None:
        """What phones' own keys and lamps show follows whoever changed it."""
        if self.alive() and self._lease.is_ours():
            self.features.look()
            self.lamps.look()

    def take_order(self) -> None:
        """One order of a page or a program, if one comes."""
        if self.alive() and self._lease.is_ours():
            self.orders.take()
        else:
            gevent.sleep(_IDLE_SECONDS)

    def sweep(self) -> None:
        """When it is time: compare Redis with what the switch has."""
        if self.watch.doubts.wait(_SWEEP_SECONDS):
            self.watch.doubts.clear()
            gevent.sleep(_DOUBT_SECONDS)
        if self.alive():
            self._down_since = math.inf
            self.watch.sweep(self.link.take_snapshot())
        else:
            self._look_for_the_switch()

    def _look_for_the_switch(self) -> None:
        """A switch at whose address nobody listens for a minute is dead; one that only does not answer may talk on."""
        now = time.monotonic()
        self._down_since = min(self._down_since, now)
        if now - self._down_since > _GONE_SECONDS and isinstance(self.link.last_error, ConnectFailed):
            self._down_since = math.inf
            self.watch.gone()

    def _on_gateway(self, event: Event) -> None:
        self.gateways.on_state(event)
        self.watch.registrations.look_at_teams()

    def look_at_gateways(self) -> None:
        """What no event says of them."""
        if self.link.state is State.UP:
            self.gateways.look()
            self.watch.registrations.look_at_teams()

    def reconcile(self) -> None:
        """Tell what no event says of agents."""
        if self.link.state is State.UP:
            self.watch.reconcile()


def tenancies_of(settings: Settings) -> list[Tenancy[Controller]]:
    """One for each node that this process may follow."""
    holder = f"{socket.gethostname()}-{os.getpid()}"
    nodes = {settings.node: settings.event_socket, **settings.more_nodes}
    client, found = hot(redis_url(settings)), []
    for node, address in nodes.items():
        own, lease = replace(settings, node=node, event_socket=address), NodeLease(client, node, holder)
        found.append(Tenancy(node, lease, partial(Controller, own, lease)))
    return found


def _health(tenancies: Sequence[Tenancy[Controller]]) -> health.App:
    """Ready: every node is followed, by us or, while we stand by, by another."""

    def ready() -> bool:
        return all(each.tenant.alive() or not each.begun for each in tenancies)

    def figures() -> Mapping[str, int]:
        found = [each.tenant.figures() for each in tenancies]
        sums = {
            name: sum(each[name] for each in found) for name in ("calls", "moves", "repairs", "unwritten")
        }
        published = min(each["published"] for each in found)
        return {**sums, "published": published, "follows": sum(each.begun for each in tenancies)}

    def repairs() -> Counter[str]:
        return sum((each.tenant.watch.repairs.count for each in tenancies), Counter())

    return health.app(lambda: tenancies[0].tenant.link.state, figures, ready=ready, repairs=repairs)


def main() -> None:
    """Follow, or stand by, until SIGTERM."""
    settings = from_environ()
    logs.configure("controller", settings.log_level)
    tenancies = tenancies_of(settings)
    loops = [gevent.spawn(each.run) for each in tenancies]
    listen = settings.controller_listen
    server = WSGIServer((listen.host, listen.port), _health(tenancies), log=None, error_log=None)
    server.start()
    done = gevent.event.Event()
    gevent.signal_handler(signal.SIGTERM, done.set)
    done.wait()
    gevent.killall(loops, timeout=1)
    gevent.joinall([gevent.spawn(each.close) for each in tenancies], timeout=2)
    server.stop(timeout=1)


if __name__ == "__main__":
    main()
