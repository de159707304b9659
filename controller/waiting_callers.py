"""The callers of one switch who stand in queues' lines, by the uuid of their leg, and what others are told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import gevent
import msgspec

from controller import reading
from controller.esl import Event
from controller.queue_tools import Tools
from routing import dispatching
from routing.dispatching import Caller
from routing.route import RouteRefused, encode_route
from routing.snapshot import Waiting

_SERVED_SECONDS = 30.0
"""What is written of a place ends by itself before that."""


class WaitingCallers:
    """`wake`: told of a company with whose callers something is new."""

    def __init__(self, tools: Tools, wake: Callable[[str], None]) -> None:
        self._tools, self._wake = tools, wake
        self._known: dict[str, Caller] = {}
        self._shown: dict[str, tuple[str, str]] = {}
        self._left_at: dict[str, float] = {}
        self._served: dict[str, float] = {}
        """Calls that left a line, until that is written: nobody is kept for them any more."""

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, leg: object) -> bool:
        return leg in self._known

    def __iter__(self) -> Iterator[Caller]:
        return iter(list(self._known.values()))

    def get(self, leg: str) -> Caller | None:
        """Who this is; None for nobody who waits."""
        return self._known.get(leg)

    def shown(self, leg: str) -> tuple[str, str]:
        """Number and name that phones show of him."""
        return self._shown[leg]

    def keep(self, caller: Caller) -> Caller:
        """He is like this from now on."""
        self._known[caller.leg] = caller
        return caller

    def arrives(self, event: Event) -> bool:
        """Whether the channel of an event is a caller's who stands in a line: then he is known from now on."""
        uuid, tools = event.unique_id, self._tools
        now = datetime.fromtimestamp(tools.now(event.variable("relais_company")), UTC)
        caller = reading.caller_of(event, tools.published.company_at, now)
        if caller is None:
            return False
        self.keep(dispatching.arrived(caller, self._known.get(uuid)))
        self._shown[uuid] = reading.shown_of(event)
        self._served.pop(caller.call.id, None)
        self._wake(caller.call.company)
        return True

    def forget(self, leg: str) -> Caller:
        """He is in no line any more."""
        caller = self._known.pop(leg)
        self._served[caller.call.id] = self._tools.clock.unix()
        self._shown.pop(leg, None)
        self._left_at.pop(leg, None)
        return caller

    def of_company(self, company: str) -> list[Caller]:
        """Those of one company, each with its document as it is by now."""
        return [self.keep(self._newest(each)) for each in self if each.call.company == company]

    def _newest(self, caller: Caller) -> Caller:
        company = self._tools.published.company_at(caller.call.company, caller.revision)
        if company is None or company is caller.company:
            return caller
        return msgspec.structs.replace(caller, company=company)

    def still_wait(self, line: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
        """Of a line as it is written, those of whom nobody here knows better."""
        return tuple(each for each in line if each.call not in self._served)

    def tick(self) -> None:
        """What is written by now need not be remembered."""
        now = self._tools.clock.unix()
        self._served = {call: at for call, at in self._served.items() if now - at < _SERVED_SECONDS}

    def down(self) -> None:
        """Nothing is known of the switch any more."""
        for known in (self._known, self._shown, self._left_at):
            known.clear()

    # --- what others are told -----------------------------------------------------------------------

    def tell(self, caller: Caller, members: tuple[str, ...]) -> None:
        """Others see whose phones ring for him."""
        place = dispatching.place_of(caller, members, self._tools.now(caller.call.company))
        self._tools.write(caller.call.company, lambda store, _: store.waits(place))

    def is_gone(self, caller: Caller) -> None:
        """He has no place in a line any more."""
        self._tools.write(caller.call.company, lambda store, _: store.waits_no_more(caller.call.id))

    def carry(self, caller: Caller) -> None:
        """The call carries what is past of it: whoever decides next knows it."""
        try:
            route = encode_route(caller.history)
        except RouteRefused:
            return
        gevent.spawn(self._tools.phones.carry, caller.leg, route)

    def send_on(self, caller: Caller, now: float) -> None:
        """The dialplan server decides where to; once a round, should it decide otherwise."""
        if now - self._left_at.get(caller.leg, 0.0) >= dispatching.ROUND_SECONDS:
            self._left_at[caller.leg] = now
            gevent.spawn(self._tools.phones.leave, caller.leg, caller.step)
