"""One switch, followed: its events go to whom they concern, and now and then everything is compared with what it says
of itself."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import gevent
import gevent.event
import structlog

from controller import reading
from controller.agent_legs import AgentLegs
from controller.call_sweep import CallSweep
from controller.calls import LiveCalls
from controller.dispatch import Dispatch
from controller.esl import ESLError, Event, Snapshot
from controller.inquiry import Inquiry
from controller.lines import Lines
from controller.moving import Mover
from controller.presence_writer import PresenceWriter
from controller.promise_sweep import PromiseSweep
from controller.published import Published
from controller.reading import LiveLeg
from controller.registrations import Registrations
from controller.repairs import Repairs
from controller.unplanned import UnplannedCalls
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import Away

_LOG = structlog.get_logger()
NEW_SECONDS = 5.0
"""The switch lists a channel some time after it says that it is there: what is younger than this is looked at again."""
_NEW_RUN_SECONDS = 1.0
_NEW_LEG_SECONDS = 5.0
"""A leg that began so lately is told by its own events, which may still be on their way: the list of channels comes by another
connection, and does not say of which call the leg is."""

EVENTS = (
    "CHANNEL_CREATE",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_HANGUP_COMPLETE",
    "DTMF",
    "RECORD_START",
    "PHONE_FEATURE_SUBSCRIBE",
    "PRESENCE_PROBE",
)
CUSTOM = (
    "relais::step",
    "sofia::register",
    "sofia::unregister",
    "sofia::expire",
    "sofia::gateway_state",
    "sofia::replaced",
)


class NodeWatch:
    """The handler of one link. `switch_time`: Unix seconds as the switch counts them (the demonstration switch keeps
    the system's clock, FreeSWITCH the machine's)."""

    def __init__(
        self, *, node: str, clock: Clock, published: Published, stores: Callable[[str], AgentStore], dialplans: str,
        switch_time: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.node, self._clock, self._published, self._stores = node, clock, published, stores
        self._switch_time = switch_time
        self.writer, self.mover = PresenceWriter(), Mover(dialplans)
        self.calls = LiveCalls(
            node=node, clock=clock, stores=stores, writer=self.writer, mover=self.mover, switch_time=switch_time
        )  # fmt: skip
        self.refused = 0
        """Events of companies that are not published: forged, or of one that was taken away."""
        self.repairs = Repairs(node, stores)
        self._call_sweep = CallSweep(node, clock, stores, self.calls, self.repairs)
        self._unplanned = UnplannedCalls(node, clock, published, stores, self.writer)
        self.inquiry = Inquiry(self.calls)
        self.calls.on_stranger = self.inquiry.ask
        self._legs = AgentLegs(node, clock, published, stores, self.writer, self.repairs)
        self._lines = Lines(node, clock, stores, self.writer, self.repairs, published.trunk)
        self.registrations = Registrations(clock, published, stores, self.writer, switch_time, self.repairs)
        self._promises = PromiseSweep(clock, stores, self.repairs)
        self.is_new_run: Callable[[str], bool] = lambda _: False
        """Whether a Core-UUID is not the one that was followed last, here or elsewhere."""
        self._grace = NEW_SECONDS
        self.doubts = gevent.event.Event()
        """Set when a sweep saw something that was too young to tell: another look should not wait for the next sweep."""
        self.dispatch: Dispatch | None = None
        self._swept: tuple[Callable[[str, set[str]], None], ...] = ()
        self._listed: tuple[Callable[[Collection[str]], None], ...] = (self._legs.listed,)
        self._concerned: dict[str, tuple[Callable[[Event], None], ...]] = {
            "relais::step": (self._lines.on_begin, self._legs.on_step, self.calls.on_step),
            "CHANNEL_CREATE": (
                self._lines.on_begin,
                self._legs.on_create,
                self.calls.on_create,
                self._unplanned.on_leg,
            ),
            "CHANNEL_ANSWER": (self._legs.on_answer, self.calls.on_answer, self._unplanned.on_leg),
            "RECORD_START": (self.calls.on_record,),
            "CHANNEL_BRIDGE": (self._legs.on_bridge, self.calls.on_bridge),
            "DTMF": (),  # supervisors', by `also`
            "PHONE_FEATURE_SUBSCRIBE": (),  # `controller.features`, by `also`
            "PRESENCE_PROBE": (),  # `controller.lamps`, by `also`
            "CHANNEL_HANGUP_COMPLETE": (
                self._lines.on_hangup,
                self._legs.on_hangup,
                self.calls.on_hangup,
                self._unplanned.on_hangup,
            ),
            "sofia::register": (self.registrations.on_register,),
            "sofia::unregister": (self.registrations.on_unregister,),
            "sofia::expire": (self.registrations.on_unregister,),
            "sofia::gateway_state": (),  # `controller.gateways`, by `also`
            "sofia::replaced": (),  # `controller.early_transfers`, by `also`
        }

    def also(
        self, concerned: Mapping[str, Callable[[Event], None]], swept: Callable[[str, set[str]], None]
    ) -> None:
        """Somebody else whom events concern, by their names, and who compares with the live channels of a company."""
        for name, tell in concerned.items():
            self._concerned[name] = (*self._concerned.get(name, ()), tell)
        self._swept = (*self._swept, swept)

    def also_listed(self, forget: Callable[[Collection[str]], None]) -> None:
        """Somebody else who remembers channels, and forgets those that the switch lists no more."""
        self._listed = (*self._listed, forget)

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Everything that is true now: registrations and live channels replace what Redis believes."""
        self.registrations.replace(snapshot.registrations)
        live = {row.get("uuid", "") for row in snapshot.channels}
        self.calls.keep(live)
        if self.dispatch is not None:
            gevent.spawn(self.dispatch.take_over, live)
        self.writer.put(lambda: self._note_run(snapshot))
        self._compare(snapshot.channels, began_by=math.inf)

    def _note_run(self, snapshot: Snapshot) -> None:
        """Of what was begun in an earlier run of the switch nothing lives: there is nothing to wait for."""
        if self.is_new_run(snapshot.core_uuid) or snapshot.restarted:
            _LOG.warning("the switch was started again", node=self.node)
            self._grace = _NEW_RUN_SECONDS

    def gone(self) -> None:
        """The switch cannot be reached any more, and is taken for dead: so is everything on it."""
        _LOG.error("the switch is gone: its calls are closed, its agents freed", node=self.node)
        self.calls.keep(())
        self.writer.put(self._no_grace)  # behind what was compared before, whose end gives it back
        self._compare((), began_by=math.inf)

    def _no_grace(self) -> None:
        self._grace = 0.0

    def on_event(self, event: Event) -> None:
        """One thing that happened; nothing, when it names a company that is not published."""
        company = event.variable("relais_company")
        if company and not self._published.knows(company):
            self.refused += 1
            return
        kind = event.subclass or event.name
        for tell in self._concerned.get(kind, ()):
            self._tell(tell, event)
        if self.dispatch is not None:
            self._tell(partial(self.dispatch.on_event, kind), event)

    def _tell(self, tell: Callable[[Event], None], event: Event) -> None:
        try:
            tell(event)
        except Exception:  # noqa: BLE001 - the end of a leg that one of them fails at is an end for all others too
            _LOG.exception("failed at an event", node=self.node, kind=event.subclass or event.name)

    def on_down(self, reason: ESLError) -> None:
        """Nothing is known of the switch from here on; the heartbeat stops by itself."""
        if self.dispatch is not None:
            self.dispatch.down()
        _LOG.warning("link to the switch is down", node=self.node, why=str(reason))

    def sweep(self, snapshot: Snapshot) -> None:
        """Redis is made to agree with the switch's live channels and registrations."""
        self._forget_unlisted({row.get("uuid", "") for row in snapshot.channels})
        began_by = self._switch_time() - _NEW_LEG_SECONDS
        self._compare(
            snapshot.channels, began_by=began_by, registered=self.registrations.sweep(snapshot.registrations)
        )

    def _forget_unlisted(self, live: Collection[str]) -> None:
        """At once, not behind the writer: two lists in a row must be as far apart as they were asked for."""
        for forget in self._listed:
            forget(live)
        gone = self.dispatch.listed(live) if self.dispatch is not None else ()
        for company, call in gone:
            wrong = "he stood in a queue's line, and his channel is no more"
            self.writer.put(partial(self.repairs.tell, company, "caller_forgotten", call, wrong))

    def _compare(
        self, channels: Sequence[Mapping[str, str]], *, began_by: float,
        registered: Callable[[str], bool] = lambda _: False,
    ) -> None:  # fmt: skip
        live = {row.get("uuid", "") for row in channels}
        known = [leg for leg in map(reading.live_leg_of, channels) if leg is not None]
        legs = [leg for leg in known if leg.created <= began_by]
        for company in list(self._published.owners):
            self.writer.put(partial(self._sweep, company, live, legs, registered))
        self.writer.put(lambda: self._after(channels, after_gap=math.isinf(began_by)))

    def _after(self, channels: Sequence[Mapping[str, str]], *, after_gap: bool) -> None:
        """Of what Redis had the calls are followed by now: the switch is asked about the rest."""
        self._grace = NEW_SECONDS
        self.inquiry.look(channels, after_gap=after_gap)

    def settle(self) -> None:
        """What agents' time is up for is told: reservations, wrap-up, intents."""
        for company in list(self._published.owners):
            self._stores(company).settle(self._clock.unix(company))

    def reconcile(self) -> None:
        """What no event says of agents is told: working hours, registrations that ran out. Beside the writer, which must not
        wait for a whole company."""
        for company in list(self._published.owners):
            agents = tuple(self._published.agents(company))
            self._stores(company).reconcile(agents, self._clock.unix(company))

    def _sweep(
        self, company: str, live: set[str], legs: Sequence[LiveLeg], registered: Callable[[str], bool]
    ) -> None:
        looks: list[Callable[[], object]] = [
            partial(self._lines.sweep, company, live),
            partial(registered, company),
            partial(self._legs.sweep, company, live, legs, self._grace),
            partial(self._call_sweep.sweep, company, live, self._grace),
            partial(self._promises.sweep, company),
            *[partial(sweep, company, live) for sweep in self._swept],
        ]
        doubts = [self._look(look, company) for look in looks]
        if any(doubts):
            self.doubts.set()

    def _look(self, look: Callable[[], object], company: str) -> bool:
        """True when it has to be repeated soon. Raises when Redis is away."""
        try:
            return look() is True
        except Away:
            raise
        except Exception:  # noqa: BLE001 - what one cannot read must not keep the others from putting right what they can
            _LOG.exception("a sweep failed", node=self.node, company=company)
            return False
