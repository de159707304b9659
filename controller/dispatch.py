"""The queues of one switch, served (design 2.8): who waits is known from the callers' steps, whom to ring is decided by
`routing.dispatching`, and `controller.offering` performs it. Callers hear their music meanwhile; without us their own plan goes on.

Everything here may be lost at any time: the call carries its history, agents' reservations run out, answered phones that
nobody joins end by themselves, and whoever comes after us reads the callers off the switch.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import UTC, datetime

import gevent
import gevent.event
import structlog

from controller import reading
from controller.esl import Event
from controller.offering import Offering
from controller.phones import Phones
from controller.queue_tools import Tools
from controller.unlisted import Unlisted
from controller.waiting_callers import WaitingCallers
from presence.connection import Away
from presence.gathering import Beside, Gathered
from presence.roster import People, Roster
from routing import dispatching
from routing.carried import decode_place
from routing.dispatching import Caller
from routing.snapshot import Snapshot
from routing.spots import spot_of
from routing.waiting_line import is_line

_LOG = structlog.get_logger()
_TURNS = 3
"""How often a look is repeated when somebody had just been taken (design 2.3); then the next one comes soon enough."""
_LONG_LOOK_SECONDS = 0.01


class Dispatch:
    """What happens to callers in lines and to the phones that ring for them, and when to look whom else to ring."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._callers = WaitingCallers(tools, self.wake)
        self._offering = Offering(tools, self._callers, self.wake)
        self._rosters: dict[str, Roster] = {}
        self._dirty: dict[str, None] = {}
        self._news = gevent.event.Event()
        self._unlisted = Unlisted()

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
        if event.get("relais_phase") != "begin" or self._callers.arrives(event):
            return
        known, now_at = self._callers.get(event.unique_id), decode_place(event.variable("relais_place"))
        if known is not None:
            self._forget(known, "ORIGINATOR_CANCEL")
            if now_at is None or not is_line(spot_of(now_at)):
                self._callers.is_gone(known)

    def on_bridge(self, event: Event) -> None:
        """A caller talks, to a phone that rang for him or to somebody who picked him up (`intercept` makes that one the first
        channel): the other phones stop."""
        sides = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        for caller, other in (sides, sides[::-1]):
            known = self._callers.get(caller)
            if known is not None:
                self._offering.joined(known, other)
                self._forget(known, "LOSE_RACE")

    def on_hangup(self, event: Event) -> None:
        """A caller is gone, or a phone that rang for one; whoever is free by it is looked at once that is written."""
        uuid, company = event.unique_id, event.variable("relais_company")
        known = self._callers.get(uuid)
        if known is not None:
            self._forget(known, "ORIGINATOR_CANCEL")
        elif self._offering.rings(uuid):
            self._offering.over(uuid, reading.ended_by(event))
        elif company:
            self._tools.writer.put(lambda: self.wake(company))

    def _forget(self, caller: Caller, cause: str) -> None:
        """He is in no line any more, and no phone is to ring for him."""
        self._callers.forget(caller.leg)
        self._offering.withdraw(caller, cause)

    def listed(self, live: Collection[str]) -> list[tuple[str, str]]:
        """Callers whose end nobody told leave the line: their companies and calls. `live`: every channel of the switch."""
        gone = self._unlisted.gone({each.leg for each in self._callers}, live)
        callers = [each for each in self._callers if each.leg in gone]
        for each in callers:
            self._forget(each, "ORIGINATOR_CANCEL")
            self._callers.is_gone(each)
        return [(each.call.company, each.call.id) for each in callers]

    def tick(self) -> None:
        """What no event says: time that is over, what another process or somebody in a browser has changed."""
        self._callers.tick()
        for company in {each.call.company for each in self._callers}:
            self.wake(company)
        self._offering.tick()

    def wake(self, company: str) -> None:
        """Look at a company's callers as soon as possible; nobody waits for it."""
        self._dirty[company] = None
        self._news.set()

    def down(self) -> None:
        """Nothing is known of the switch any more: who waits is read off it when it is back."""
        self._callers.down()
        self._offering.down()

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
        if event is None or reading.is_joined(event) or not self._callers.arrives(event):
            return
        _LOG.info("a waiting caller is taken over", leg=uuid)
        for leg in legs:
            if leg != uuid and not self._offering.rings(leg):
                self._offering.end(leg, "LOSE_RACE")

    # --- looking ------------------------------------------------------------------------------------

    def run(self) -> None:
        """Look, for ever."""
        while True:
            self._news.wait()
            self._news.clear()
            while self._dirty:
                company = next(iter(self._dirty))
                del self._dirty[company]
                began = time.perf_counter()
                try:
                    self.look(company)
                except Away as error:
                    _LOG.warning("queues are not served: Redis is away", why=str(error))
                except Exception:  # noqa: BLE001 - a queue that is served no more would be silent
                    _LOG.exception("a queue was not served")
                self._rest(time.perf_counter() - began)

    @staticmethod
    def _rest(took: float) -> None:
        """A look at a long line is long; whoever would free the next member must have his turn between two of them."""
        if took > _LONG_LOOK_SECONDS:
            gevent.sleep(took)

    def look(self, company: str) -> None:
        """Offer whoever is free to whoever waits; nobody while another controller may have our place."""
        if not self._tools.writer.may_write():
            return
        for _ in range(_TURNS):
            waiting = self._callers.of_company(company)
            if not any(each.takes_more for each in waiting):
                return
            gathered = self._gather(company, waiting)
            if gathered.agents is None or not self._turn(company, waiting, gathered):
                return

    def _gather(self, company: str, waiting: Collection[Caller]) -> Gathered:
        roster = self._rosters.get(company)
        if roster is None:
            roster = self._rosters[company] = self._tools.roster(company, self._tools.node)
        queues = frozenset((each.queue, id(each.company)) for each in waiting)
        return roster.gather(queues, lambda: self._people(company, waiting), self._tools.now(company))

    def _people(self, company: str, waiting: Collection[Caller]) -> People:
        published, newest = self._tools.published, next(iter(waiting)).company
        terms = {each: published.standing(company, each) for each in sorted(dispatching.people(waiting))}
        queues = frozenset((each.queue, id(each.company)) for each in waiting)
        outside = any(each.has_outside for each in terms.values())
        beside = Beside(outside=outside, gateways=newest.gateways if outside else ())
        return People(queues, terms, newest.rotations, beside)

    def _turn(self, company: str, waiting: Collection[Caller], gathered: Gathered) -> bool:
        """True when somebody had just been taken by another, or something happened to a caller meanwhile: look again."""
        snapshot = Snapshot(
            now=datetime.fromtimestamp(self._tools.now(company), UTC), agents=gathered.agents,
            draw=self._tools.draw(), last_served=gathered.last_served,
            waiting=self._callers.still_wait(gathered.waiting or ()),
            lines_in_use=gathered.lines_in_use, trunk_lines=gathered.trunk_lines,
            gateways_down=gathered.gateways_down, outside_calls=gathered.outside_calls,
        )  # fmt: skip
        again, before, now = False, {each.leg: each for each in waiting}, snapshot.now.timestamp()
        for turned in dispatching.decide(tuple(waiting), snapshot):
            caller = turned.caller
            if self._callers.get(caller.leg) is not before[caller.leg]:
                again = True
                continue
            self._callers.keep(caller)
            if turned.rings:
                again |= not self._offering.begin(turned, gathered, now)
            elif turned.leaves:
                self._callers.send_on(caller, now)
        return again
