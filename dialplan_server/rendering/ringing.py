"""A ring step: one dial string, what the switch is told about it, and key 0 while it rings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from dialplan_server.lookup import Question
from dialplan_server.rendering.encoders import action, arguments, settings
from routing.company import CompanyDocument
from routing.legs import leg_uuid
from routing.steps import Leg, Ring
from schemas.dial_strings import leg_pairs
from store.prompt_files import PromptFiles

_RINGBACK = "%(2000,4000,440,480)"
_HEARD: Mapping[str, str] = {
    # What the network says before an answer is passed on, and does not count as one; nor does it end our second try.
    "ignore_early_media": "false",
    "bridge_early_media": "true",
}
# What whoever calls writes in headers of his own (X-, Diversion) goes to no carrier, with a forward neither.
_LEAVING = {"sip_copy_custom_headers": "false"}
_RINGING: Mapping[str, str] = {
    # We decide what follows a failure, never the switch.
    "continue_on_fail": "true",
    "hangup_after_bridge": "true",
    # The first early media would win a group, and count as answered for press 1.
    "ignore_early_media": "true",
    # Causes of this step only.
    "preserve_originated_vars": "false",
    "import": "relais_owner",
    "ringback": _RINGBACK,
    "transfer_ringback": _RINGBACK,
}
# 0 pressed during the conversation would transfer the caller and drop the other side (measured).
_CLEARED_AT_BRIDGE = {
    "bridge_pre_execute_aleg_app": "clear_digit_action",
    "bridge_pre_execute_aleg_data": "all",
}
KEYS_CLEARED = settings(_CLEARED_AT_BRIDGE)
"""`multiset`'s pairs by which 0 is an ordinary key again as soon as the caller talks."""


class Ringing(msgspec.Struct, frozen=True):
    """Renders ring steps."""

    prompts: PromptFiles
    dialplans: str

    def settings(
        self, step: Ring, document: CompanyDocument, leader: str, *, moved_by_controller: bool
    ) -> str:
        """`multiset`'s pairs of the step, on the leg that leads the call, which is the phone of `leader`."""
        confirming = max((leg.confirm.seconds for leg in step.legs if leg.confirm), default=0)
        # The overall timer counts epoch seconds and may be a second early; a leg's may be one late.
        longest = max(leg.seconds for leg in step.legs) + confirming + 2
        held = self.prompts.music(step.caller_music or _own_music(document, leader), document)
        known = _settings(longest, step.key_0, moved_by_controller, held)
        if any(leg.number for leg in step.legs):
            known = f"{known}|{settings(_LEAVING)}"
        if step.early_media:
            return f"{known}|{settings(_HEARD)}"
        if step.music is None:
            return known
        # Instead of the tone set above it: the last of a name holds.
        return f"{known}|{settings({'transfer_ringback': self.prompts.music(step.music, document)})}"

    def key_0(self, question: Question) -> list[str]:
        """0 while phones ring. The switch moves the call itself, whoever the mover is: the server decides anyway.

        Quoted: the comma of the dialplan list would end the argument (measured)."""
        target = arguments(f"key-0-{question.step}", self.dialplans, "relais")
        bound = f"relais,0,exec:transfer,'{target}'"
        return [action("bind_digit_action", bound), action("digit_action_set_realm", "relais")]

    def dial_string(self, question: Question, step: Ring, started_ms: int) -> str:
        """Every leg at once, each with its own variables."""
        return ",".join([self._leg(question, leg, step, started_ms) for leg in step.legs])

    def _leg(self, question: Question, leg: Leg, step: Ring, started_ms: int) -> str:
        """What is one call's, then what every call writes for this phone alike."""
        call, document = question.call, question.company.document
        if not leg.rule and question.rule:  # what won when the call came to where it is
            leg = msgspec.structs.replace(leg, rule=question.rule)
        own = leg_pairs(
            {
                "origination_uuid": leg_uuid(call.id, question.step, started_ms, leg.id),
                "relais_call": call.id,
                "relais_step": str(question.step),
                "relais_peer": question.leader,
            }
        )
        return f"[{own},{self.prompts.phone(leg, document, step.hold_music)}"


@lru_cache(maxsize=1024)
def _settings(longest: int, key_0: bool, moved_by_controller: bool, music: str) -> str:
    cleared = _CLEARED_AT_BRIDGE if key_0 else {}
    # A key would cut the pause in which the controller moves the call, and both would move it.
    eaten = {"sleep_eat_digits": "true"} if moved_by_controller else {}
    return settings({**_RINGING, **cleared, **eaten, "hold_music": music, "call_timeout": str(longest)})


def _own_music(document: CompanyDocument, owner: str) -> str:
    user = document.users.get(owner)
    return user.hold_music if user is not None else ""
