"""Ringing: one originate with its groups, timers, winner and causes (freeswitch-facts 4; captures).

Timers have the switch's granularity: `leg_timeout` N ends when the N+1st epoch second after the start begins
(N to N+1 seconds), the overall one when the Nth begins (N-1 to N).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from demo_switch import call_flow
from demo_switch.bridging import start_join
from demo_switch.causes import dialstatus
from demo_switch.channel import Channel
from demo_switch.confirm import ask_for_key
from demo_switch.dial_string import DialledLeg, DialString
from demo_switch.keys import next_digit
from demo_switch.legs import create_leg, invite
from demo_switch.switch import Switch
from demo_switch.waiter import Waiter

_DEFAULT_SECONDS = 60
_PRESERVED = ("originate_causes", "originated_legs")


@dataclass(eq=False)
class Offered:
    """One leg that was created. `deadline` is when its own time is over."""

    leg: Channel
    deadline: float
    key: str = ""
    confirmed: bool = False
    asked: bool = False


class Originate:
    """One attempt. `cause` says why it failed once `run` has returned None."""

    def __init__(
        self, switch: Switch, dial: DialString, caller: Channel | None = None, seconds: int = 0
    ) -> None:
        self._switch, self._dial, self._caller = switch, dial, caller
        self._waiter: Waiter = caller or Waiter(switch.clock)
        self._seconds = seconds
        self.cause = "DESTINATION_OUT_OF_ORDER"
        self._offered: list[Offered] = []
        self._timed_out = self._cancelled = False

    def run(self) -> Channel | None:
        """Ring until somebody wins or nobody is left; the winner is held by us: `release` it."""
        self._begin()
        caller = self._caller
        if caller is None:
            return self._ring_groups()
        caller.originating = True
        winner = self._ring_groups()
        caller.originating = False
        if not caller.replaced:
            return winner
        self._give_away(caller, winner)
        return None

    def _give_away(self, caller: Channel, winner: Channel | None) -> None:
        """The caller has left, and others wait for whom he rang (switch_ivr_originate.c, `holding`)."""
        holding = self._switch.channels.get(caller.variables.get("holding_uuid") or "")
        if winner is not None:
            if holding is not None:
                start_join(self._switch, holding, winner)
            else:
                call_flow.hangup(self._switch, winner, "ATTENDED_TRANSFER")
            call_flow.release(winner)
        elif holding is not None:
            # The real switch gives him the rest of the caller's dialplan, which is not imitated.
            self._switch.refusals.add("failed", "nobody answers an early transfer", holding.uuid)
            call_flow.hangup(self._switch, holding, "NORMAL_CLEARING")
        call_flow.hangup(self._switch, caller, "NORMAL_CLEARING")

    def _ring_groups(self) -> Channel | None:
        for group in self._dial.groups:
            winner = self._ring(group)
            gone = self._caller is not None and not self._caller.ready
            if winner is not None or gone or self._cancelled:
                return winner
            if self._timed_out and not self._setting_true("originate_continue_on_timeout"):
                return None
        return None

    # --- one group ---------------------------------------------------------------------------------

    def _ring(self, group: tuple[DialledLeg, ...]) -> Channel | None:
        start = math.floor(self._switch.clock.unix())
        self._offered = []
        for dialled in group:
            self._offer(dialled, start)
        if len(self._offered) == 1:
            self._show_callee(self._offered[0].leg)
        for offered in self._offered:
            invite(self._switch, offered.leg)
        overall = start + self._overall_seconds()
        winner = self._wait_for_winner(overall) if self._offered else None
        if winner is not None:
            return self._won(winner)
        self._lost()
        return None

    def _offer(self, dialled: DialledLeg, start: int) -> None:
        leg = create_leg(self._switch, self._caller, dialled, self._dial.variables)
        if isinstance(leg, str):
            self.cause = leg
            return
        leg.holds += 1
        leg.watchers.append(self._waiter)
        seconds = leg.variables.number("leg_timeout", 0)
        key = leg.variables.get("group_confirm_key") or self._of_caller("group_confirm_key")
        self._offered.append(Offered(leg, start + seconds + 1 if seconds else math.inf, key))
        if self._caller is not None:
            p = leg.profile
            self._caller.variables.push(
                "originated_legs", f"{p.uuid};{p.callee_id_name};{p.callee_id_number}"
            )
            self._caller.variables.set("originate_signal_bond", leg.uuid)

    def _wait_for_winner(self, overall: float) -> Offered | None:
        while True:
            if self._caller_left():
                return None
            self._tell_caller_of_ringing()
            self._answers()
            self._expire(overall)
            winner = next((each for each in self._offered if self._wins(each)), None)
            if winner is not None or not any(each.leg.up for each in self._offered):
                return winner
            self._waiter.wait(min(overall, *(each.deadline for each in self._offered if each.leg.up)))

    def _caller_left(self) -> bool:
        """Serve what was queued to the caller, and see whether he cancelled, hung up or was moved."""
        caller = self._caller
        if caller is None:
            return False
        call_flow.run_tasks(self._switch, caller)
        key = caller.variables.get("origination_cancel_key") or ""
        while key and caller.digits:
            if next_digit(self._switch, caller) == key:
                self._cancelled = True
        if self._cancelled and caller.ready:
            alone = len(self._offered) == 1
            self._end_all("NO_ANSWER" if alone else "LOSE_RACE")
        if not caller.ready:
            self._end_all("ORIGINATOR_CANCEL")
        return not caller.ready or self._cancelled

    def _tell_caller_of_ringing(self) -> None:
        caller = self._caller
        if (
            caller is None
            or caller.replaced
            or not any(each.leg.ringing or each.leg.early for each in self._offered)
        ):
            return
        if caller.answered:
            caller.call_state = "RING_WAIT"
        elif caller.variables.get("ringback"):
            call_flow.pre_answer(self._switch, caller)
        else:
            call_flow.ring(self._switch, caller)

    def _answers(self) -> None:
        """Legs that have just answered and must press a key are asked for it."""
        for each in self._offered:
            if not (each.key and each.leg.up and self._heard(each.leg)) or each.asked:
                continue
            each.asked = True
            seconds = each.leg.variables.get("group_confirm_timeout") or self._of_caller(
                "group_confirm_timeout"
            )
            if seconds:
                now = math.floor(self._switch.clock.unix())
                each.deadline = now + int(seconds) + 1 if int(seconds) else math.inf
            self._switch.spawn(self._confirm, each)

    def _confirm(self, each: Offered) -> None:
        file = each.leg.variables.get("group_confirm_file") or self._of_caller("group_confirm_file")
        each.confirmed = ask_for_key(self._switch, each.leg, each.key, file)
        self._waiter.notify()

    def _expire(self, overall: float) -> None:
        now = self._switch.clock.unix()
        for each in self._offered:
            if each.leg.up and now >= each.deadline and not self._wins(each):
                call_flow.hangup(self._switch, each.leg, "ALLOTTED_TIMEOUT")
        if now >= overall and not any(self._wins(each) for each in self._offered):
            self._timed_out = any(each.leg.up for each in self._offered)
            self._end_all("NO_ANSWER")

    def _wins(self, each: Offered) -> bool:
        return each.leg.up and self._heard(each.leg) and (not each.key or each.confirmed)

    def _heard(self, leg: Channel) -> bool:
        """Answered, or in early media that nobody said to ignore: the first such leg wins (4.2)."""
        ignored = leg.variables.get("ignore_early_media") not in (None, "", "false")
        passed_on = self._setting_true("bridge_early_media")
        return leg.answered or (leg.early and not ignored and not passed_on)

    def _end_all(self, cause: str) -> None:
        for each in self._offered:
            call_flow.hangup(self._switch, each.leg, cause)

    # --- how a group ends --------------------------------------------------------------------------

    def _won(self, winner: Offered) -> Channel | None:
        losers = [each.leg for each in self._offered if each is not winner]
        for leg in losers:
            leg.variables.set("group_dial_status", "loser")
            call_flow.hangup(self._switch, leg, "LOSE_RACE")
        call_flow.yield_to_others()
        if self._caller is not None and not self._caller.replaced:
            self._connect(self._caller, winner.leg)
        self._let_go(losers)
        winner.leg.watchers.remove(self._waiter)
        if self._caller is not None:
            self._note_causes(winner.leg)
            self._note("SUCCESS", "SUCCESS")
            self._caller.variables.set("signal_bond", winner.leg.uuid)
            self._caller.variables.set("originate_signal_bond", None)
        return winner.leg

    def _connect(self, caller: Channel, leg: Channel) -> None:
        self._show_callee(leg)
        for name in filter(None, (caller.variables.get("import") or "").split(",")):
            if name in leg.variables:
                caller.variables.set(name, leg.variables.get(name))
        if leg.answered:
            call_flow.answer(self._switch, caller)
        else:
            call_flow.pre_answer(self._switch, caller)

    def _show_callee(self, leg: Channel) -> None:
        if self._caller is not None:
            p = leg.profile
            self._caller.profile = self._caller.profile.with_(
                callee_id_name=p.callee_id_name, callee_id_number=p.callee_id_number
            )

    def _lost(self) -> None:
        call_flow.yield_to_others()
        if self._offered:
            self.cause = "NO_ANSWER" if self._cancelled else self._offered[0].leg.cause
            if self._timed_out:
                self.cause = "NO_ANSWER"
        self._note(self.cause, dialstatus(self.cause))
        self._note_causes(None)
        caller = self._caller
        if caller is not None and caller.answered and caller.call_state == "RING_WAIT":
            caller.call_state = "ACTIVE"
        self._let_go([each.leg for each in self._offered])

    def _let_go(self, legs: list[Channel]) -> None:
        for leg in legs:
            leg.watchers.remove(self._waiter)
            call_flow.release(leg)
        call_flow.yield_to_others()

    # --- variables of the caller -------------------------------------------------------------------

    def _begin(self) -> None:
        if self._caller is None:
            return
        if self._caller.variables.get("preserve_originated_vars") == "false":
            for name in _PRESERVED:
                self._caller.variables.set(name, None)
        self._caller.refusal = None
        self._note("failure", "INVALIDARGS")

    def _note(self, disposition: str, status: str) -> None:
        if self._caller is not None:
            self._caller.variables.set("originate_disposition", disposition)
            self._caller.variables.set("DIALSTATUS", status)

    def _note_causes(self, winner: Channel | None) -> None:
        if self._caller is None:
            return
        for each in self._offered:
            cause = "NONE" if each.leg is winner else each.leg.cause
            self._caller.variables.push("originate_causes", f"{each.leg.uuid};{cause}")

    def _of_caller(self, name: str) -> str:
        """A setting for every leg: of `{}`, else of the caller."""
        value = self._dial.variables.get(name)
        return value or (self._caller.variables.get(name) or "" if self._caller else "")

    def _setting_true(self, name: str) -> bool:
        return self._of_caller(name) == "true"

    def _overall_seconds(self) -> int:
        given = self._dial.variables.get("originate_timeout") or self._of_caller("call_timeout")
        return int(given) if given and given.isdigit() else self._seconds or _DEFAULT_SECONDS
