"""What `next_step` returns: a step, where it stands, and every reason for it and against others."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.agents import IntentKind
from routing.night_switch import NightSwitch
from routing.own_forward import OwnForward
from routing.reasons import Reason
from routing.recording import Deed
from routing.route import Place
from routing.steps import AnyStep


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`place` goes into the route with the outcome of `step`. `rule` names what won (6.3: the
    record's reason). `declares`: what whoever calls is from now on, by his own word; `saves`: what his
    phone asks to be saved; `records`: what becomes of the recording of his call. `moved` counts moves to another target, added
    to the call's hops."""

    step: AnyStep
    place: Place
    rule: str
    reasons: tuple[Reason, ...]
    hops: int = 0
    declares: IntentKind | Literal[""] = ""
    saves: OwnForward | NightSwitch | None = None
    records: Deed | Literal[""] = ""

    @property
    def calls_for_help(self) -> bool:
        """An emergency call. Its reason says so: a rule may have any name that somebody gave it."""
        return any(reason.code == "emergency_call" for reason in self.reasons)
