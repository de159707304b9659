"""A decision as the XML of one step: docs/contract.md, 3."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from dialplan_server.encoding import action, device_contact, leg_variables, multiset, outside
from dialplan_server.lookup import Question
from dialplan_server.prompt_files import PromptFiles
from routing.decision import Decision
from routing.legs import leg_uuid
from routing.route import Place, encode_route
from routing.steps import (
    Announce,
    AnyStep,
    Ask,
    CheckVoicemail,
    CollectMore,
    Hangup,
    Leg,
    Play,
    PromptRef,
    Ring,
    Voicemail,
    Wait,
)

_CAUSES = {
    "normal": "NORMAL_CLEARING",
    "busy": "USER_BUSY",
    "unavailable": "NO_ANSWER",
    "unallocated": "UNALLOCATED_NUMBER",
    "rejected": "CALL_REJECTED",
    "loop": "EXCHANGE_ROUTING_ERROR",
}
_NOT_TOKEN = re.compile(r"[^A-Za-z0-9-]")
_SILENCE = "silence_stream://10"
# Hand-overs are transfers, and each costs one of these; without it the INVITE's Max-Forwards would end the call.
_ALWAYS = {"max_session_transfers": "1000", "media_timeout": "300000", "media_hold_timeout": "1800000"}
_RINGING = {
    "continue_on_fail": "true",
    "hangup_after_bridge": "true",
    "ignore_early_media": "true",
    "preserve_originated_vars": "false",
    "import": "relais_owner",
    "ringback": "%(2000,4000,440,480)",
    "transfer_ringback": "%(2000,4000,440,480)",
    "force_transfer_context": "relais-transfer",
}
_CLEARED_AT_BRIDGE = {
    "bridge_pre_execute_aleg_app": "clear_digit_action",
    "bridge_pre_execute_aleg_data": "all",
}


class Renderer(msgspec.Struct, frozen=True, kw_only=True):
    """What rendering needs beside the decision: files, the fail-safe list, who is alive."""

    prompts: PromptFiles
    failsafe: str
    confirm_prompt: PromptRef = PromptRef("press_1_to_accept", language="fr")

    def actions(self, question: Question, decision: Decision, *, mover: str, started_ms: int) -> list[str]:
        """Every line of the answer's condition."""
        step = decision.step
        variables = _variables(question, decision, mover=mover, started_ms=started_ms)
        head = [action("unset", "relais_digits"), action("unset", "relais_outcome")]
        settings = {**_ALWAYS, **(_ring_settings(step) if isinstance(step, Ring) else {})}
        head.append(multiset(variables, settings))
        if question.step > 1:
            head.append(action("clear_digit_action", "all"))
        head.append(_event("begin"))
        return [*head, *self._work(question, decision, step, mover, started_ms)]

    def _work(
        self, question: Question, decision: Decision, step: AnyStep, mover: str, started: int
    ) -> list[str]:
        document = question.company.document
        match step:
            case Ring():
                return self._ring(question, step, mover, started)
            case Ask():
                return [action("answer"), self._ask(question, step), self._next(question)]
            case CollectMore():
                wait = step.seconds * 1000
                data = f"0 {step.max_more} 1 {wait} # {_SILENCE} {_SILENCE} relais_digits [0-9]+ {wait}"
                return [action("play_and_get_digits", data), self._next(question)]
            case Voicemail():
                return self._voicemail(question, step)
            case CheckVoicemail():
                data = f"check relais {document.account.domain} {step.box}"
                return [action("answer"), action("voicemail", data)]
            case Announce():
                stream = self.prompts.stream(step.prompts, document)
                return [action("answer"), action("playback", stream), action("hangup", "NORMAL_CLEARING")]
            case Play():
                stream = self.prompts.stream(step.prompts, document)
                return [action("answer"), action("playback", stream), self._next(question)]
            case Wait():
                moved = action(
                    "sched_transfer", f"+{step.seconds} next-{question.step} {self.failsafe} relais"
                )
                return [action("answer"), moved, action("endless_playback", "local_stream://default")]
            case Hangup():
                return _hang_up(question, step)

    def _ask(self, question: Question, step: Ask) -> str:
        stream = self.prompts.stream(step.prompts, question.company.document)
        wait = step.wait_seconds * 1000
        return action(
            "play_and_get_digits", f"1 1 {step.plays} {wait} none {stream} {_SILENCE} relais_digits [0-9*#]"
        )

    def _ring(self, question: Question, step: Ring, mover: str, started: int) -> list[str]:
        legs = ",".join(self._leg(question, leg, started) for leg in step.legs)
        before = [action("answer"), *self._key_0(question, mover)] if step.key_0 else []
        pause = [action("sleep", "1000")] if mover == "controller" else []
        return [*before, action("bridge", legs), _event("end"), *pause, self._next(question)]

    def _key_0(self, question: Question, mover: str) -> list[str]:
        target = f"key-0-{question.step} {self.failsafe} relais"
        # Quoted: the comma of the dialplan list would end the argument (measured).
        bound = f"relais,0,exec:transfer,'{target}'"
        return [action("bind_digit_action", bound), action("digit_action_set_realm", "relais")]

    def _leg(self, question: Question, leg: Leg, started: int) -> str:
        call, account = question.call, question.company.document.account
        variables = {
            "origination_uuid": leg_uuid(call.id, question.step, started, leg.id),
            "leg_timeout": str(leg.seconds),
            "relais_call": call.id,
            "relais_company": call.company,
            "relais_step": str(question.step),
            "relais_leg": leg.id,
            "relais_owner": leg.owner,
            "relais_device": leg.device,
            "relais_rule": leg.rule,
            "presence_id": f"{leg.owner}@{account.domain}",
            "force_transfer_context": "relais-transfer",
        }
        if leg.number:
            outward = {**variables, **self._outward(question, leg)}
            return leg_variables(outward) + outside(account.gateway, leg.number)
        return leg_variables(variables) + device_contact(leg.device, account.domain)

    def _outward(self, question: Question, leg: Leg) -> dict[str, str]:
        found = {"origination_caller_id_number": leg.caller_id}
        if leg.confirm is not None:
            file = self.prompts.file(self.confirm_prompt, question.company.document)
            confirmed = {"group_confirm_key": "1", "group_confirm_file": file}
            found |= {**confirmed, "group_confirm_timeout": str(leg.confirm.seconds)} if file else {}
        return found

    def _voicemail(self, question: Question, step: Voicemail) -> list[str]:
        document = question.company.document
        file = self.prompts.file(step.greeting, document) if step.greeting else ""
        heard = [action("playback", self.prompts.stream((step.greeting,), document))] if step.greeting else []
        skipped = [action("set", "skip_greeting=true")] if step.skip_greeting or file or heard else []
        data = f"relais {document.account.domain} {step.box}"
        language = action("set", f"default_language={document.account.languages[0]}")
        return [action("answer"), language, *heard, *skipped, action("voicemail", data)]

    def _next(self, question: Question) -> str:
        return action("transfer", f"next-{question.step} {self.failsafe} relais")


def _ring_settings(step: Ring) -> dict[str, str]:
    confirm = max((leg.confirm.seconds for leg in step.legs if leg.confirm), default=0)
    longest = max(leg.seconds for leg in step.legs) + confirm + 2
    cleared = _CLEARED_AT_BRIDGE if step.key_0 else {}
    return {**_RINGING, **cleared, "call_timeout": str(longest)}


def _hang_up(question: Question, step: Hangup) -> list[str]:
    cause = action("hangup", _CAUSES[step.why])
    if step.why == "busy" and question.call.answered:
        return [action("playback", "tone_stream://%(500,500,480,620);loops=5"), cause]
    return [cause]


def _event(phase: str) -> str:
    return action("event", f"Event-Name=CUSTOM,Event-Subclass=relais::step,relais_phase={phase}")


def _variables(question: Question, decision: Decision, *, mover: str, started_ms: int) -> Mapping[str, str]:
    call, step = question.call, decision.step
    legs = ".".join(f"{leg.id}:{leg.owner}" for leg in step.legs) if isinstance(step, Ring) else ""
    return {
        "relais_call": call.id,
        "relais_company": call.company,
        "relais_revision": str(question.company.revision),
        "relais_entry": f"{call.entry_kind}.{_NOT_TOKEN.sub('', call.entry)}",
        "relais_segment": str(call.segment),
        "relais_hops": str(call.hops + decision.hops),
        "relais_step": str(question.step),
        "relais_place": place_text(decision.place),
        "relais_route": encode_route(question.history) or "-",
        "relais_started": str(started_ms),
        "relais_mover": mover,
        "relais_legs": legs or "-",
        "relais_rule": decision.rule or question.rule,
        "relais_owner": call.owner,
    }


def place_text(place: Place) -> str:
    """The text of `relais_place`."""
    return ".".join((place.kind, place.id, place.branch, place.stage))
