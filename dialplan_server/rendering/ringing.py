"""A ring step: one dial string, what the switch is told about it, and key 0 while it rings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from dialplan_server.lookup import Question
from dialplan_server.rendering.encoders import (
    action,
    arguments,
    device_contact,
    leg_pairs,
    outside,
    settings,
)
from dialplan_server.rendering.prompt_files import PromptFiles
from routing.company import CompanyDocument, Language
from routing.legs import leg_uuid
from routing.steps import Leg, Ring

_RINGBACK = "%(2000,4000,440,480)"
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


class Ringing(msgspec.Struct, frozen=True):
    """Renders ring steps."""

    prompts: PromptFiles
    dialplans: str

    def settings(self, step: Ring, document: CompanyDocument, *, moved_by_controller: bool) -> str:
        """`multiset`'s pairs of the step, on the caller's leg."""
        confirming = max((leg.confirm.seconds for leg in step.legs if leg.confirm), default=0)
        # The overall timer counts epoch seconds and may be a second early; a leg's may be one late.
        longest = max(leg.seconds for leg in step.legs) + confirming + 2
        held = self.prompts.music(step.caller_music, document) if step.caller_music else ""
        known = _settings(longest, step.key_0, moved_by_controller, held)
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
        own = leg_pairs(
            {
                "origination_uuid": leg_uuid(call.id, question.step, started_ms, leg.id),
                "relais_call": call.id,
                "relais_step": str(question.step),
            }
        )
        asked = leg.confirm is not None and leg.confirm.by == "callee"
        confirmation = self.prompts.confirmation(_language(document, leg.owner)) if asked else ""
        account = document.account
        company = (account.id, account.domain, account.gateway)
        music = self._hold_music(document, leg.owner, step)
        return f"[{own},{_compiled(leg, company, music, confirmation)}"

    def _hold_music(self, document: CompanyDocument, owner: str, step: Ring) -> str:
        """Music is chosen by who holds (switch_core_media.c): it goes on his leg; the profile has the default."""
        user = document.users.get(owner)
        name = (user.hold_music if user else "") or step.hold_music
        return self.prompts.music(name, document) if name else ""


@lru_cache(maxsize=20_000)
def _compiled(leg: Leg, company: tuple[str, str, str], hold_music: str, confirmation: str) -> str:
    """A leg from the middle of its brackets on. Each phone has one for each way in which it is rung; `company` is its
    id, its domain and its gateway."""
    ident, domain, gateway = company
    known = {
        "leg_timeout": str(leg.seconds),
        "relais_company": ident,
        "relais_leg": leg.id,
        "relais_owner": leg.owner,
        "relais_device": leg.device,
        "relais_rule": leg.rule,
        "presence_id": f"{leg.owner}@{domain}",
        "force_transfer_context": "relais-transfer",
        "hold_music": hold_music,
    }
    if not leg.number:
        return f"{leg_pairs(known)}]{device_contact(leg.device, domain)}"
    return f"{leg_pairs({**known, **_outward(leg, confirmation)})}]{outside(gateway, leg.number)}"


def _outward(leg: Leg, confirmation: str) -> dict[str, str]:
    """The company's number is shown, as a name too: a caller's own name is nothing to hand to a trunk."""
    shown = {"origination_caller_id_number": leg.caller_id, "origination_caller_id_name": leg.caller_id}
    if leg.confirm is None or not confirmation:
        return shown
    return {
        **shown,
        "group_confirm_key": "1",
        "group_confirm_file": confirmation,
        "group_confirm_timeout": str(leg.confirm.seconds),
    }


@lru_cache(maxsize=1024)
def _settings(longest: int, key_0: bool, moved_by_controller: bool, music: str) -> str:
    cleared = _CLEARED_AT_BRIDGE if key_0 else {}
    # A key would cut the pause in which the controller moves the call, and both would move it.
    eaten = {"sleep_eat_digits": "true"} if moved_by_controller else {}
    held = {"hold_music": music} if music else {}
    return settings({**_RINGING, **cleared, **eaten, **held, "call_timeout": str(longest)})


def _language(document: CompanyDocument, owner: str) -> Language:
    user = document.users.get(owner)
    return (user.language if user else None) or document.account.languages[0]
