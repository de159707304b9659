"""What a controller asks of the switch for a queue: ring a phone, join it with a caller, stop it, send a caller on.

Each is one or two commands with a deadline; texts come from the encoders alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import structlog

from controller.esl import CommandError, ESLError, Event, JobLost, NodeLink, Unconfirmed
from controller.esl.event import object_of_json
from routing.steps import Leg
from schemas.dial_strings import leg_pairs, shown_caller

_LOG = structlog.get_logger()
_DEADLINE = 2.0
PARK_SECONDS = 5
"""How long an answered phone waits for its caller: then it is over, whoever of us is dead."""
_SLACK_SECONDS = 2
"""The overall timer may be a second early, a leg's own one late (docs/freeswitch-notes.md)."""
_REFUSED = re.compile(r"-ERR ([A-Z_]{1,40})")


def originate(leg: Leg, phone: str, own: Mapping[str, str], *, caller: tuple[str, str]) -> str:
    """The command that rings a phone and parks it. `phone` is the dial string from the middle of its brackets on
    (`schemas.dial_strings.phone`), `own` the leg's variables of this call, `caller` whom an inside phone shows: number, name."""
    longest = leg.seconds + (leg.confirm.seconds if leg.confirm else 0) + _SLACK_SECONDS
    common = leg_pairs({
        "originate_timeout": str(longest), "ignore_early_media": "true", "park_timeout": f"{PARK_SECONDS}:NO_ANSWER",
        "hangup_after_bridge": "true",
    })  # fmt: skip
    shown = "" if leg.number else f"{shown_caller(*caller)},"
    return f"originate {{{common}}}[{leg_pairs(own)},{shown}{phone} &park()"


class Phones:
    """Of one switch. Every method waits for the switch."""

    def __init__(self, dialplans: str) -> None:
        self._dialplans = dialplans
        self.link: NodeLink | None = None

    def ring(self, command: str, seconds: float) -> str | None:
        """Ring until it is parked; the cause when it never was, empty when it is, None when nobody knows."""
        if self.link is None:
            return None
        try:
            self.link.bgapi(f"expand {command}", deadline=_DEADLINE, job_deadline=seconds).output()
        except CommandError as refused:
            found = _REFUSED.match(str(refused))
            return found[1] if found else "NORMAL_TEMPORARY_FAILURE"
        except JobLost:
            return None
        except ESLError as error:
            _LOG.warning("a phone of a queue was not rung", why=str(error))
            return "NORMAL_TEMPORARY_FAILURE"
        return ""

    def join(self, caller: str, leg: str, owner: str) -> bool:
        """Join a parked phone with the caller, who is the owner's business from now on (design 2.9). True also when nobody knows
        whether they talk: an event tells it, and a phone that does not ends by itself."""
        lines = (f"uuid_setvar {caller} relais_owner {owner}", f"uuid_bridge {caller} {leg}")
        return self._ask(caller, *lines, unknown=True)

    def end(self, leg: str, cause: str) -> bool:
        """End a leg."""
        return self._ask(leg, f"uuid_kill {leg} {cause}")

    def carry(self, caller: str, route: str) -> bool:
        """The call carries what is past of it."""
        return self._ask(caller, f"uuid_setvar {caller} relais_route {route}")

    def leave(self, caller: str, step: int) -> bool:
        """Send a caller on: the dialplan server decides where to."""
        return self._ask(caller, f"uuid_transfer {caller} next-{step} {self._dialplans} relais")

    def data(self, leg: str) -> Event | None:
        """All that the switch has of a leg, as an event; None when it is not there."""
        try:
            told = self.link.command(leg, f"uuid_dump {leg} json", deadline=_DEADLINE) if self.link else ""
            found = object_of_json(told)
        except (ESLError, ValueError):
            return None
        return Event({name: value for name, value in found.items() if isinstance(value, str)})

    def _ask(self, leg: str, *commands: str, unknown: bool = False) -> bool:
        """`unknown`: what is said when a command was sent and not answered."""
        if self.link is None:
            return False
        try:
            self.link.commands(leg, commands, deadline=_DEADLINE)
        except ESLError as error:
            _LOG.info(
                "the switch did not do it", command=commands[-1].partition(" ")[0], leg=leg, why=str(error)
            )
            return unknown and isinstance(error, Unconfirmed)
        return True
