"""A far end in one call: plays its offer on the leg, as the SIP answers of a phone would arrive."""

from __future__ import annotations

import math
from collections.abc import Callable

import gevent

from demo_switch import call_flow
from demo_switch.causes import Q850, cause_of_sip
from demo_switch.channel import Channel
from demo_switch.keys import press
from demo_switch.phones import Offer
from demo_switch.sip_variables import note_media, note_reply
from demo_switch.switch import Switch

_PHRASES = {
    302: "Moved Temporarily", 486: "Busy Here", 603: "Decline", 480: "Temporarily Unavailable", 404: "Not Found",
    403: "Forbidden", 500: "Server Internal Error", 503: "Service Unavailable",
}  # fmt: skip


class FarEnd:
    """`name` is what is dialled: `device@domain`, a number, or `user@host:port`."""

    def __init__(self, switch: Switch, leg: Channel, name: str, offer: Offer) -> None:
        self._switch, self._leg, self._name, self._offer = switch, leg, name, offer
        self._greenlet: gevent.Greenlet | None = None

    def start(self) -> None:
        """The INVITE arrives."""
        self._switch.phones.calls.setdefault(self._name, set()).add(self._leg.uuid)
        self._leg.on_hangup.append(self._stop)
        self._greenlet = self._switch.spawn(self._play)

    def _stop(self) -> None:
        self._switch.phones.calls[self._name].discard(self._leg.uuid)
        if self._greenlet is not None and self._greenlet is not gevent.getcurrent():
            self._greenlet.kill(block=False)

    def _play(self) -> None:
        offer, leg = self._offer, self._leg
        self._switch.pause(offer.ring_after)
        note_reply(leg)
        if not offer.no_180:
            gateway = leg.variables.get("sip_gateway_name") or ""
            self._switch.timeline.leg(leg, "ring", leg.profile.caller_id_number, through=gateway)
            call_flow.ring(self._switch, leg)
        if offer.early_media:
            self._switch.timeline.leg(leg, "early_media")
            note_media(leg)
            call_flow.pre_answer(self._switch, leg)
        if offer.refuse:
            self._switch.pause(offer.refuse_after)
            refuse(self._switch, leg, offer.refuse, offer.phrase)
        elif offer.answer_after is not None:
            self._switch.pause(offer.answer_after)
            note_media(leg)
            call_flow.answer(self._switch, leg)
            self._talk(offer)

    def _talk(self, offer: Offer) -> None:
        end = offer.hang_up_after if offer.hang_up_after is not None else math.inf
        play_keys(self._switch, offer.press, end, lambda keys: press(self._switch, self._leg, keys))
        if end < math.inf:
            # A BYE ends the dialog with 200 (captures, offered_by_controller).
            self._leg.variables.set("sip_term_status", "200")
            self._leg.variables.set("proto_specific_hangup_cause", "sip:200")
            call_flow.hangup(self._switch, self._leg, "NORMAL_CLEARING", by_far_end=True)


def refuse(switch: Switch, leg: Channel, status: int, phrase: str = "") -> None:
    """A final answer that is not 200: the variables of the captures, on the leg and on who originated it."""
    phrase, cause = phrase or _PHRASES.get(status, "Refused"), cause_of_sip(status)
    switch.timeline.leg(leg, "refuse", str(status))
    for name, value in {
        "sip_hangup_disposition": "recv_refuse", "sip_invite_failure_status": str(status),
        "sip_invite_failure_phrase": phrase, "sip_term_status": str(status),
        "proto_specific_hangup_cause": f"sip:{status}", "sip_term_cause": str(Q850.get(cause, 0)),
    }.items():  # fmt: skip
        leg.variables.set(name, value)
    caller = switch.channels.get(leg.variables.get("signal_bond") or "")
    if caller is not None:
        caller.refusal = (status, phrase)
        caller.variables.set("sip_hangup_phrase", phrase)
    call_flow.hangup(switch, leg, cause, by_far_end=True)


def play_keys(
    switch: Switch, keys: tuple[tuple[float, str], ...], until: float, act: Callable[[str], None]
) -> None:
    """Press at each time, counted from now, then wait until `until` (seconds; infinite: no wait)."""
    began = switch.clock.unix()
    for after, digits in sorted(keys):
        switch.pause(began + after - switch.clock.unix())
        act(digits)
    if until < math.inf:
        switch.pause(began + until - switch.clock.unix())
