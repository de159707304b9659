"""The queues of one switch, served (design 2.8): who waits is known from the callers' steps, whom to ring is decided by
`routing.dispatching`, and this performs it. Callers hear their music meanwhile; without us their own plan goes on.

Everything here may be lost at any time: the call carries its history, agents' reservations run out, answered phones that
nobody joins end by themselves (`controller.phones`), and whoever comes after us reads the callers off the switch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

import gevent
import gevent.event
import msgspec
import structlog

from controller import offers, reading
from controller.esl import Event
from controller.offers import Offer
from controller.phones import PARK_SECONDS, Phones, originate
from controller.presence_writer import PresenceWriter
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import Away
from presence.gathering import Gathered
from presence.reservations import Contended
from presence.roster import People, Roster
from routing import dispatching
from routing.carried import decode_place
from routing.compiled import Company
from routing.dispatching import Caller, Turned
from routing.legs import RungLeg, leg_uuid
from routing.members import rotation_key
from routing.offers import offer_of
from routing.route import Outcome, RouteRefused, encode_route
from routing.snapshot import Snapshot
from routing.spots import spot_of
from routing.steps import Leg, Ring
from routing.waiting_line import is_line

_LOG = structlog.get_logger()
_TURNS = 3
"""How often a look is repeated when somebody had just been taken (design 2.3); then the next one comes soon enough."""
_LATE_EVENT_SECONDS = 0.3
"""A leg that never came to be sends no event: how long one is waited for after the command has failed."""
_SLACK_SECONDS = 10.0
_GONE_SECONDS = 30.0
"""What is written of a place ends by itself before that."""

PhoneText = Callable[[Company, Leg, str], str]
"""Company, leg, hold music -> the dial string's part of a leg (`store.prompt_files`)."""


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What a dispatch works with. `draw`: a random number of 31 bits."""

    clock: Clock
    published: Published
    stores: Callable[[str], AgentStore]
    writer: PresenceWriter
    phones: Phones
    roster: Callable[[str, str], Roster]
    """Of a company and a node."""
    draw: Callable[[], int]
    phone_text: PhoneText


class Dispatch:
    """The callers in queues' lines by the uuid of their leg, and the offers under way for them."""

    def __init__(self, node: str, tools: Tools) -> None:
        self._node, self._tools = node, tools
        self._callers: dict[str, Caller] = {}
        self._shown: dict[str, tuple[str, str]] = {}
        self._offers: dict[str, Offer] = {}
        self._rung_for: dict[str, str] = {}
        """Leg of a phone -> leg of the caller it rings for."""
        self._left_at: dict[str, float] = {}
        self._served: dict[str, float] = {}
        """Calls that left a line, until that is written: nobody is kept for them any more."""
        self._rosters: dict[str, Roster] = {}
        self._dirty: dict[str, None] = {}
        self._news = gevent.event.Event()

    @property
    def phones(self) -> Phones:
        """What it asks of the switch."""
        return self._tools.phones

    def __len__(self) -> int:
        return len(self._callers)

    def on_event(self, kind: str, event: Event) -> None:
        """One thing that happened in the switch; `kind`: its subclass, else its name."""
        match kind:
            case "relais::step":
                self.on_step(event)
            case "CHANNEL_BRIDGE":
                self.on_bridge(event)
            case "CHANNEL_HANGUP_COMPLETE":
                self.on_hangup(event)

    # --- what happens -----------------------------------------------------------------------------

    def on_step(self, event: Event) -> None:
        """A caller's step begins: he comes into a line, goes on in it, or is gone from it."""
        if event.get("relais_phase") == "begin" and not self._stands(event):
            self._gone(event.unique_id, event.variable("relais_place"))

    def _stands(self, event: Event) -> bool:
        """Whether its channel is a caller's who stands in a line: then he is known from now on."""
        uuid = event.unique_id
        now = datetime.fromtimestamp(self._tools.clock.unix(event.variable("relais_company")), UTC)
        caller = reading.caller_of(event, self._tools.published.company_at, now)
        if caller is None:
            return False
        self._callers[uuid] = dispatching.arrived(caller, self._callers.get(uuid))
        self._shown[uuid] = reading.shown_of(event)
        self._served.pop(caller.call.id, None)
        self.wake(caller.call.company)
        return True

    def _gone(self, uuid: str, place: str) -> None:
        """From the line, to this place."""
        known, now_at = self._callers.get(uuid), decode_place(place)
        if known is None:
            return
        self._forget(uuid, "ORIGINATOR_CANCEL")
        if now_at is None or not is_line(spot_of(now_at)):
            self._write(known, lambda store, _: store.waits_no_more(known.call.id))

    def on_bridge(self, event: Event) -> None:
        """A caller talks: the other phones that ring for him stop."""
        caller, other = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        known, offer = self._callers.get(caller), self._offers.get(caller)
        if known is None:
            return
        if offer is not None and other in offer.legs:
            rotation, owner = rotation_key(offer.place), offer.legs[other].owner
            self._rung_for.pop(other, None)
            self._write(known, lambda store, _: store.served(rotation, owner))
            self._offers[caller] = offers.joined(offer, other)
        self._forget(caller, "LOSE_RACE")

    def on_hangup(self, event: Event) -> None:
        """A caller is gone, or a phone that rang for one; whoever is free by it is looked at once that is written."""
        uuid, company = event.unique_id, event.variable("relais_company")
        if uuid in self._callers:
            self._forget(uuid, "ORIGINATOR_CANCEL")
        elif uuid in self._rung_for:
            self._over(uuid, event.hangup_cause)
        elif company:
            self._tools.writer.put(lambda: self.wake(company))

    def tick(self) -> None:
        """What no event says: time that is over, what another process or somebody in a browser has changed."""
        now = self._tools.clock.unix()
        self._served = {call: at for call, at in self._served.items() if now - at < _GONE_SECONDS}
        for company in {each.call.company for each in self._callers.values()}:
            self.wake(company)
        for caller, offer in list(self._offers.items()):
            if self._callers[caller].call.company and self._now(caller) > offer.until:
                for leg in offers.left(offer):
                    self._end(leg, "NO_ANSWER")
                    self._over(leg, "NO_ANSWER")

    def wake(self, company: str) -> None:
        """Look at a company's callers as soon as possible; nobody waits for it."""
        self._dirty[company] = None
        self._news.set()

    def down(self) -> None:
        """Nothing is known of the switch any more: who waits is read off it when it is back."""
        for known in (self._callers, self._shown, self._offers, self._rung_for, self._left_at):
            known.clear()

    def take_over(self, live: Collection[str]) -> None:
        """Who waits already, when we begin to follow the switch: of each the switch is asked, and phones that another
        controller rang for him stop. `live`: every channel. Blocks on Redis and the switch."""
        for company in list(self._tools.published.companies):
            store = self._tools.stores(company)
            waiting, calls, legs = store.waiting(), store.calls(), store.leg_uuids()
            for call in waiting:
                uuid = str(calls.get(call, {}).get("uuid") or call)
                if uuid in live and uuid not in self._callers:
                    self._take_over(
                        uuid, [leg for leg, known in legs.items() if known.call == call and leg in live]
                    )

    def _take_over(self, uuid: str, legs: Collection[str]) -> None:
        event = self._tools.phones.data(uuid)
        if event is None or reading.is_joined(event) or not self._stands(event):
            return
        _LOG.info("a waiting caller is taken over", leg=uuid)
        for leg in legs:
            if leg != uuid and leg not in self._rung_for:
                self._end(leg, "LOSE_RACE")

    # --- looking ------------------------------------------------------------------------------------

    def run(self) -> None:
        """Look, for ever."""
        while True:
            self._news.wait()
            self._news.clear()
            while self._dirty:
                company = next(iter(self._dirty))
                del self._dirty[company]
                try:
                    self.look(company)
                except Away as error:
                    _LOG.warning("queues are not served: Redis is away", why=str(error))
                except Exception:  # noqa: BLE001 - a queue that is served no more would be silent
                    _LOG.exception("a queue was not served")

    def look(self, company: str) -> None:
        """Offer whoever is free to whoever waits."""
        for _ in range(_TURNS):
            waiting = [
                self._now_with(each) for each in self._callers.values() if each.call.company == company
            ]
            self._callers |= {each.leg: each for each in waiting}
            if not any(each.takes_more for each in waiting):
                return
            gathered = self._gather(company, waiting)
            if gathered.agents is None or not self._turn(company, waiting, gathered):
                return

    def _now_with(self, caller: Caller) -> Caller:
        """With the company as it is by now."""
        company = self._tools.published.company_at(caller.call.company, caller.revision)
        if company is None or company is caller.company:
            return caller
        return msgspec.structs.replace(caller, company=company)

    def _gather(self, company: str, waiting: Collection[Caller]) -> Gathered:
        roster = self._rosters.get(company)
        if roster is None:
            roster = self._rosters[company] = self._tools.roster(company, self._node)
        queues = frozenset((each.queue, id(each.company)) for each in waiting)
        return roster.gather(queues, lambda: self._people(company, waiting), self._tools.clock.unix(company))

    def _people(self, company: str, waiting: Collection[Caller]) -> People:
        published = self._tools.published
        terms = {each: published.standing(company, each) for each in sorted(dispatching.people(waiting))}
        queues = frozenset((each.queue, id(each.company)) for each in waiting)
        return People(queues, terms, next(iter(waiting)).company.rotations)

    def _turn(self, company: str, waiting: Collection[Caller], gathered: Gathered) -> bool:
        """True when somebody had just been taken by another, or something happened to a caller meanwhile: look again."""
        snapshot = Snapshot(
            now=datetime.fromtimestamp(self._tools.clock.unix(company), UTC), agents=gathered.agents,
            draw=self._tools.draw(), last_served=gathered.last_served,
            waiting=tuple(each for each in gathered.waiting or () if each.call not in self._served),
        )  # fmt: skip
        again, before = False, {each.leg: each for each in waiting}
        for turned in dispatching.decide(tuple(waiting), snapshot):
            caller = turned.caller
            if self._callers.get(caller.leg) is not before[caller.leg]:
                again = True
                continue
            self._callers[caller.leg] = caller
            if turned.rings:
                again |= not self._offer(turned, gathered, snapshot)
            elif turned.leaves:
                self._leave(caller, snapshot.now.timestamp())
        return again

    # --- offering -----------------------------------------------------------------------------------

    def _offer(self, turned: Turned, gathered: Gathered, snapshot: Snapshot) -> bool:
        """False when one of the members had just been taken."""
        caller, decision, now = turned.caller, turned.decision, snapshot.now.timestamp()
        wanted, step = offer_of(caller.company.document, decision), decision.step
        assert wanted is not None
        assert isinstance(step, Ring)
        kept = [gathered.known[member] for member in wanted.members if member in gathered.known]
        reservation = wanted.reservation(caller.call.id, caller.step, f"controller {self._node}", now)
        refused = self._tools.stores(caller.call.company).reservations.claim(kept, reservation)
        if isinstance(refused, Contended):
            _LOG.info("contended", call=caller.call.id, by=dict(refused.by))
            return False
        if self._callers.get(caller.leg) is not caller:
            self._free(caller, wanted.members)
            return False
        legs = {leg_uuid(caller.call.id, caller.step, int(now * 1000), leg.id): leg for leg in step.legs}
        self._ring(caller, turned, legs, now)
        return True

    def _ring(self, caller: Caller, turned: Turned, legs: Mapping[str, Leg], now: float) -> None:
        step = turned.decision.step
        assert isinstance(step, Ring)
        confirming = max((leg.confirm.seconds for leg in legs.values() if leg.confirm), default=0)
        rung = {uuid: RungLeg(leg.id, leg.owner) for uuid, leg in legs.items()}
        caller = dispatching.offered(caller, (leg.owner for leg in legs.values()), now + step.seconds)
        known, until = (
            self._offers.get(caller.leg),
            now + step.seconds + confirming + PARK_SECONDS + _SLACK_SECONDS,
        )
        offer = (
            Offer(place=turned.decision.place, until=until, legs=rung)
            if known is None
            else offers.with_legs(known, rung)
        )
        self._callers[caller.leg], self._offers[caller.leg] = caller, offer
        self._tell(caller, tuple(sorted(caller.rung)))
        for uuid, leg in legs.items():
            self._rung_for[uuid] = caller.leg
            own = {"origination_uuid": uuid, "relais_call": caller.call.id, "relais_step": str(caller.step)}
            text = self._tools.phone_text(caller.company, leg, step.hold_music)
            command = originate(leg, text, own, caller=self._shown[caller.leg])
            gevent.spawn(self._follow, uuid, command, self._offers[caller.leg].until - now)

    def _follow(self, uuid: str, command: str, seconds: float) -> None:
        """One phone from its INVITE until it is parked or over."""
        cause = self._tools.phones.ring(command, self._tools.clock.real_seconds(seconds))
        if cause == "":
            self._parked(uuid)
        elif cause is not None:
            gevent.sleep(_LATE_EVENT_SECONDS)
            self._over(uuid, cause)

    def _parked(self, uuid: str) -> None:
        caller = self._rung_for.get(uuid)
        if caller is None:
            self._end(uuid, "LOSE_RACE")  # its caller is gone, or talks
            return
        self._offers[caller] = offers.parked(self._offers[caller], uuid)
        self._join(caller)

    def _join(self, caller: str) -> None:
        offer = self._offers[caller]
        leg = offers.to_join(offer)
        if leg:
            self._offers[caller] = offers.joins(offer, leg)
            gevent.spawn(self._do_join, caller, leg, offer.legs[leg].owner)

    def _do_join(self, caller: str, leg: str, owner: str) -> None:
        if not self._tools.phones.join(caller, leg, owner):
            self._end(leg, "LOSE_RACE")

    def _over(self, uuid: str, cause: str) -> None:
        """A phone stopped; when it was the last one, the caller is offered to the next at once."""
        caller = self._rung_for.pop(uuid, None)
        if caller is None:
            return
        offer = self._offers[caller] = offers.over(self._offers[caller], uuid, cause)
        found = offers.outcome(offer)
        if found is None:
            self._join(caller)
        else:
            del self._offers[caller]
            self._offered_in_vain(caller, offer, found)

    def _offered_in_vain(self, leg: str, offer: Offer, found: Outcome) -> None:
        caller = self._callers[leg] = dispatching.offer_over(self._callers[leg], offer.place, found)
        _LOG.info("offer over", call=caller.call.id, outcome=found.kind.name.lower())
        self._release(caller, offer)
        self._tell(caller, ())
        self._carry(caller)
        self._tools.writer.put(lambda: self.wake(caller.call.company))

    def _leave(self, caller: Caller, now: float) -> None:
        """The dialplan server decides where to; once a round, should it decide otherwise."""
        if now - self._left_at.get(caller.leg, 0.0) >= dispatching.ROUND_SECONDS:
            self._left_at[caller.leg] = now
            gevent.spawn(self._tools.phones.leave, caller.leg, caller.step)

    # --- ending -------------------------------------------------------------------------------------

    def _forget(self, leg: str, cause: str) -> None:
        """A caller is in no line any more."""
        caller, offer = self._callers.pop(leg), self._offers.pop(leg, None)
        self._served[caller.call.id] = self._tools.clock.unix()
        self._shown.pop(leg, None)
        self._left_at.pop(leg, None)
        for uuid in offers.left(offer) if offer is not None else ():
            self._rung_for.pop(uuid, None)
            self._end(uuid, cause)
        if offer is not None:
            self._release(caller, offer)
        self._tools.writer.put(lambda: self.wake(caller.call.company))

    def _end(self, leg: str, cause: str) -> None:
        gevent.spawn(self._tools.phones.end, leg, cause)

    def _release(self, caller: Caller, offer: Offer) -> None:
        """Whoever was kept and does not talk is free."""
        talks = {offer.legs[uuid].owner for uuid, cause in offer.ended.items() if cause == offers.TALKS}
        self._free(caller, tuple({leg.owner for leg in offer.legs.values()} - talks))

    def _free(self, caller: Caller, members: Collection[str]) -> None:
        """After what the phones' ends have written: a refusal is told from a reservation."""
        call = caller.call.id
        self._write(caller, lambda store, now: store.reservations.release(members, call, self._node, now))

    def _tell(self, caller: Caller, members: tuple[str, ...]) -> None:
        """Others see whose phones ring for him."""
        place = dispatching.place_of(caller, members, self._now(caller.leg))
        self._write(caller, lambda store, _: store.waits(place))

    def _carry(self, caller: Caller) -> None:
        """The call carries what is past of it: whoever decides next knows it."""
        try:
            route = encode_route(caller.history)
        except RouteRefused:
            return
        gevent.spawn(self._tools.phones.carry, caller.leg, route)

    def _write(self, caller: Caller, write: Callable[[AgentStore, float], object]) -> None:
        company = caller.call.company
        self._tools.writer.put(lambda: write(self._tools.stores(company), self._tools.clock.unix(company)))

    def _now(self, leg: str) -> float:
        caller = self._callers.get(leg)
        return self._tools.clock.unix(caller.call.company if caller is not None else "")
