"""What happened in each call, as people would tell it: rows for scenario runs and for `relais demo call`.

A call begins with the caller's leg; legs that ring for it are found by who originated them, and legs a
controller originated alone by their `relais_call`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

import gevent
import msgspec
from gevent.event import Event

from demo_switch.channel import Channel
from presence.clock import Clock

_KEPT_CALLS = 500


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """`what`: call, ring, early_media, answer, refuse, key, bridge, unbridge, play, record, voicemail, park,
    step, transfer, refer, hold, unhold, held, hangup. `at` is system time (Unix seconds), `seconds` since the call began.
    `through`: the gateway by which a number rings."""

    at: float
    seconds: float
    what: str
    leg: str
    who: str
    detail: str = ""
    cause: str = ""
    through: str = ""


class Call(msgspec.Struct):
    """One call: `legs` maps a channel's uuid to who it is. Over when no leg of it is left."""

    id: str
    started: float
    rows: list[Row] = []
    legs: dict[str, str] = {}
    open: set[str] = set()
    over: bool = False


class Timeline:
    """The calls, newest last; old ones are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self.calls: OrderedDict[str, Call] = OrderedDict()
        self._clock = clock
        self._of_leg: dict[str, str] = {}
        self._changed = Event()

    def begin(self, channel: Channel, who: str, detail: str) -> None:
        """A caller's leg arrives: a call of its own."""
        self._add_leg(channel, channel.uuid, who)
        self.leg(channel, "call", detail)

    def offered(self, channel: Channel, who: str, call: str) -> None:
        """A leg of ours begins to ring somebody; `call` is a leg of the same call, or its id."""
        self._add_leg(channel, self._of_leg.get(call, call), who)

    def _add_leg(self, channel: Channel, call_id: str, who: str) -> None:
        call = self.calls.get(call_id)
        if call is None:
            call = self.calls[call_id] = Call(call_id, self._clock.unix())
        self._of_leg[channel.uuid] = call_id
        call.legs[channel.uuid] = who
        call.open.add(channel.uuid)
        call.over = False
        self._forget()

    def leg(self, channel: Channel, what: str, detail: str = "", cause: str = "", through: str = "") -> None:
        """Something happened to a leg; unknown legs (not offered to anybody) are left out."""
        call = self.calls.get(self._of_leg.get(channel.uuid, ""))
        if call is None:
            return
        now = self._clock.unix()
        who = call.legs[channel.uuid]
        call.rows.append(
            Row(now, round(now - call.started, 3), what, channel.uuid, who, detail, cause, through)
        )
        self._tell()

    def closed(self, channel: Channel) -> None:
        """A leg is gone and nothing more will be said of it."""
        call = self.calls.get(self._of_leg.get(channel.uuid, ""))
        if call is not None:
            call.open.discard(channel.uuid)
            call.over = not call.open
            self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = Event()

    def name(self, channel: Channel) -> str:
        """Who a leg is."""
        call = self.calls.get(self._of_leg.get(channel.uuid, ""))
        return call.legs[channel.uuid] if call else channel.profile.destination

    def call_of(self, leg: str) -> str:
        """The call a leg belongs to, or empty."""
        return self._of_leg.get(leg, "")

    def follow(self, call_id: str, after: int = 0, seconds: float = 600.0) -> Iterator[Row]:
        """Rows from the `after`-th on, as they come, until the call is over or real `seconds` have passed."""
        with gevent.Timeout(seconds, False):
            while (call := self.calls.get(call_id)) is not None:
                changed = self._changed
                while after < len(call.rows):
                    yield call.rows[after]
                    after += 1
                if call.over:
                    return
                changed.wait()

    def _forget(self) -> None:
        while len(self.calls) > _KEPT_CALLS:
            _, old = self.calls.popitem(last=False)
            for leg in old.legs:
                self._of_leg.pop(leg, None)
