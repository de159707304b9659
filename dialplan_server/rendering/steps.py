"""A decision as the actions of one step: docs/contract.md, 3."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from dialplan_server import variables
from dialplan_server.deciding import Settled
from dialplan_server.lookup import Question
from dialplan_server.rendering import encoders, recording
from dialplan_server.rendering.encoders import action, arguments
from dialplan_server.rendering.ringing import KEYS_CLEARED, Ringing
from routing import carried
from routing.boxes import language_of
from routing.company import CompanyDocument
from routing.legs import encode_legs
from routing.steps import (
    Announce,
    AnyStep,
    Ask,
    CheckVoicemail,
    CollectMore,
    Hangup,
    PickUp,
    Play,
    Ring,
    Voicemail,
    Wait,
)
from routing.transfers import sends_to
from store.prompt_files import PromptFiles

_PLAIN_NUMBER = re.compile(r"\+?[0-9]{2,20}")
Mover = Literal["controller", "switch"]
# Hand-overs are transfers, and each costs one of max_session_transfers; without it the INVITE's Max-Forwards, at most 70,
# would end the call (measured). media_timeout is milliseconds. Keys do not stop what we play: `*` would.
_ALWAYS = encoders.settings(
    {
        "max_session_transfers": "1000",
        "media_timeout": "300000",
        "media_hold_timeout": "1800000",
        "playback_terminators": "none",
        "force_transfer_context": "relais-transfer",
    }
)
# The switch's word for no name: phones show the number.
_NAME_HIDDEN = encoders.settings({"effective_caller_id_name": "_undef_"})
# Of a round of music in a queue before: it would cut what is played after it.
_NO_LIMIT = encoders.settings({"playback_timeout_sec": ""})
_SHORTEST_LIMIT = 2
"""`playback_timeout_sec=1` is no limit (switch_ivr_play_say.c)."""
# Joined by `uuid_bridge`, a caller goes on with his dialplan when the other side has hung up (measured).
_TAKEN = encoders.settings({"hangup_after_bridge": "true", "intercept_unbridged_only": "true"})
_JOINED = encoders.settings({"hangup_after_bridge": "true"})
_CAUSES = {
    "normal": "NORMAL_CLEARING",
    "busy": "USER_BUSY",
    "unavailable": "NO_ANSWER",
    "unallocated": "UNALLOCATED_NUMBER",
    "rejected": "CALL_REJECTED",
    "loop": "EXCHANGE_ROUTING_ERROR",
    "invalid": "INVALID_NUMBER_FORMAT",
    "congestion": "NORMAL_CIRCUIT_CONGESTION",
}
_SILENCE = "silence_stream://10"
_OWN_STATUS = action("set", "sip_ignore_remote_cause=true")
"""Else a caller who was not answered gets the last bridge's SIP status (sofia_on_hangup in mod_sofia.c): a 302 would send his
phone away."""
_BUSY_TONE = "tone_stream://%(500,500,480,620);loops=5"
_STEP = "Event-Name=CUSTOM,Event-Subclass=relais::step,relais_phase="
_BEGIN, _END = action("event", f"{_STEP}begin"), action("event", f"{_STEP}end")
_CLEAR_KEYS = action("clear_digit_action", "all")
_ANSWER = action("answer")
_PAUSE = action("sleep", "1000")
_FIRST_SYLLABLE = action("sleep", "500")
_HASH_SKIPS = action("set", "playback_terminators=#")


class Renderer(msgspec.Struct, frozen=True, kw_only=True):
    """What rendering needs beside the decision: the prompts, the list of dialplans that ends in the fail-safe, and the folder
    of recorded calls."""

    prompts: PromptFiles
    dialplans: str
    recordings: Path

    def lines(self, question: Question, settled: Settled, mover: Mover) -> list[str]:
        """Every line of the answer's condition."""
        step = settled.decision.step
        settings = self._settings(question, step, mover)
        said = _said(question, settled, mover)
        hidden = _NAME_HIDDEN if question.name_hidden else ""
        limit = _NO_LIMIT if question.step > 1 else ""
        shown = encoders.settings(_shown(question.shows)) if question.shows else ""
        says = encoders.settings(question.says) if question.says else ""
        recorded = recording.pairs(question, settled, self.recordings)
        more = filter(None, (limit, settings, hidden, shown, says, recorded, self._for_others(question)))
        pairs = "|".join([encoders.variables(said), _ALWAYS, *more])
        head = [action("multiset", f"^^|{pairs}")]
        if question.step > 1:
            head.append(_CLEAR_KEYS)
        return [*head, _BEGIN, *self._work(question, settled, step, mover)]

    def _for_others(self, question: Question) -> str:
        """Whom a phone's user joins with what he has called while he talks to nobody there (a queue, a mailbox) dials the same
        (decision 0020); the switch would have him dial the name of the last step (sofia.c, `inline_destination`)."""
        to = sends_to(question.company, question.call.entry_kind, question.call.entry)
        if question.step == 1 or not question.leader or not _PLAIN_NUMBER.fullmatch(to):
            return ""
        return encoders.settings(
            {"inline_destination": f"m:!:transfer:{to} {self.dialplans} relais-transfer"}
        )

    def _settings(self, question: Question, step: AnyStep, mover: Mover) -> str:
        match step:
            case Ring():
                ringing = Ringing(self.prompts, self.dialplans)
                controlled = mover == "controller"
                document, leader = question.company.document, question.leader
                return ringing.settings(step, document, leader, moved_by_controller=controlled)
            case Wait(dispatched=True, key_0=True):
                return f"{_JOINED}|{KEYS_CLEARED}"
            case Wait(dispatched=True):
                return _JOINED
            case Wait(key_0=True):
                return KEYS_CLEARED
            case PickUp():
                return _TAKEN
            case Voicemail() | CheckVoicemail():
                return encoders.settings(self._voicemail_settings(question.company.document, step))
            case _:
                return ""

    def _work(self, question: Question, settled: Settled, step: AnyStep, mover: Mover) -> list[str]:
        document = question.company.document
        match step:
            case Ring():
                return self._ring(question, settled, step, mover)
            case Ask():
                return [_ANSWER, self._ask(step, document), self._next(question)]
            case CollectMore():
                return [_collect(step), self._next(question)]
            case Voicemail():
                return self._voicemail(step, document)
            case CheckVoicemail():
                data = f"check {encoders.mailbox(document.account.domain, step.box)}"
                return [_ANSWER, action("voicemail", data)]
            case Announce():
                stream = self.prompts.stream(step.prompts, document)
                return [
                    _ANSWER,
                    _FIRST_SYLLABLE,
                    action("playback", stream),
                    action("hangup", "NORMAL_CLEARING"),
                ]
            case Play():
                return [
                    _ANSWER,
                    *self._key_0(question, step),
                    action("playback", self.prompts.stream(step.prompts, document)),
                    self._next(question),
                ]
            case Wait():
                return self._wait(question, step, document)
            case PickUp():
                return [
                    action("intercept", arguments(step.channel)),
                    action("hangup", _CAUSES["unavailable"]),
                ]
            case Hangup():
                return self._hang_up(question, step, document)

    # --- keys -----------------------------------------------------------------------------------------

    def _ask(self, step: Ask, document: CompanyDocument) -> str:
        """Any key is an outcome, at any time of the prompt or of the silence after it: each of the twelve is read and
        none ends the reading."""
        stream = self.prompts.stream(step.prompts, document)
        plays, wait = str(max(1, step.plays)), str(max(1, step.wait_seconds) * 1000)
        words = ("1", "1", plays, wait, "none", stream, _SILENCE, "relais_digits", "[0-9*#]")
        return action("play_and_get_digits", arguments(*words))

    def _hang_up(self, question: Question, step: Hangup, document: CompanyDocument) -> list[str]:
        """What is played to a caller who was not answered is early media (`playback` pre-answers, switch_ivr_play_say.c)."""
        before = [_OWN_STATUS] if question.moved else []
        cause = action("hangup", _CAUSES[step.why])
        if step.prompts:
            return [*before, action("playback", self.prompts.stream(step.prompts, document)), cause]
        if step.why == "busy" and question.call.answered:
            return [*before, action("playback", _BUSY_TONE), cause]
        return [*before, cause]

    def _next(self, question: Question) -> str:
        return _next(question.step, self.dialplans)

    def _key_0(self, question: Question, step: Ring | Play | Wait) -> list[str]:
        return Ringing(self.prompts, self.dialplans).key_0(question) if step.key_0 else []

    # --- ringing --------------------------------------------------------------------------------------

    def _ring(self, question: Question, settled: Settled, step: Ring, mover: Mover) -> list[str]:
        ringing = Ringing(self.prompts, self.dialplans)
        before = [_ANSWER] if step.key_0 or step.music is not None else []
        before += self._key_0(question, step)
        pause = [_PAUSE] if mover == "controller" else []
        bridge = action("bridge", ringing.dial_string(question, step, settled.started_ms))
        return [*before, bridge, _END, *pause, self._next(question)]

    # --- boxes ----------------------------------------------------------------------------------------

    def _voicemail_settings(
        self, document: CompanyDocument, step: Voicemail | CheckVoicemail
    ) -> dict[str, str]:
        language: dict[str, str] = {"default_language": language_of(document, step.box)}
        if isinstance(step, CheckVoicemail):
            return language
        skipped = {"skip_greeting": "true"} if step.skip_greeting or step.greeting else {}
        return {**language, **skipped}

    def _voicemail(self, step: Voicemail, document: CompanyDocument) -> list[str]:
        """A greeting of the company is played before: in the application any key starts it again
        (mod_voicemail.c, `goto greet`), and no key but `#`, which skips it, means anything here (Z39)."""
        box = action("voicemail", encoders.mailbox(document.account.domain, step.box))
        if step.greeting is None:
            return [_ANSWER, box]
        greeting = action("playback", self.prompts.stream((step.greeting,), document))
        return [_ANSWER, _HASH_SKIPS, greeting, box]

    # --- waiting ----------------------------------------------------------------------------------------

    def _wait(self, question: Question, step: Wait, document: CompanyDocument) -> list[str]:
        """A caller whom a key may take away has no transfer scheduled: it would find him wherever he is by then."""
        said = self._key_0(question, step)
        said += [action("playback", self.prompts.stream(step.prompts, document))] if step.prompts else []
        if step.dispatched or step.key_0:
            return [_ANSWER, *said, *self._round(question, step, document)]
        next_step = arguments(f"+{step.seconds}", f"next-{question.step}", self.dialplans, "relais")
        music = self.prompts.music(step.music, document)
        return [_ANSWER, *said, action("sched_transfer", next_step), action("endless_playback", music)]

    def _round(self, question: Question, step: Wait, document: CompanyDocument) -> list[str]:
        """Music that ends by itself: a scheduled transfer would also take the caller out of the conversation that the
        controller joins him into."""
        limit = action("set", f"playback_timeout_sec={max(_SHORTEST_LIMIT, step.seconds)}")
        return [
            limit,
            action("playback", self.prompts.long_music(step.music, document)),
            self._next(question),
        ]


def _shown(number: str) -> dict[str, str]:
    """What phones show of somebody whom we rang: his leg has the name of who called him."""
    return {"effective_caller_id_number": number, "effective_caller_id_name": number}


@lru_cache(maxsize=256)
def _next(step: int, dialplans: str) -> str:
    return action("transfer", arguments(f"next-{step}", dialplans, "relais"))


def _collect(step: CollectMore) -> str:
    """The rest of a number; `#` ends it early."""
    wait = str(max(1, step.seconds) * 1000)
    words = (
        "0",
        str(max(1, step.max_more)),
        "1",
        wait,
        "#",
        _SILENCE,
        _SILENCE,
        "relais_digits",
        "[0-9]+",
        wait,
    )
    return action("play_and_get_digits", arguments(*words))


def _said(question: Question, settled: Settled, mover: Mover) -> dict[str, str]:
    """The variables of docs/contract.md, 2. What the last step left behind is unset with them."""
    decision, step = settled.decision, settled.decision.step
    own = {"relais_capacity": step.uses if isinstance(step, Ring) else ""} if question.call.owner else {}
    # From here on it is the caller's leg, no longer one that rings.
    own |= {"relais_leg": ""} if question.rung else {}
    known = variables.of_step(
        question.call, decision, revision=question.company.revision, step=question.step,
        started_ms=settled.started_ms,
    )  # fmt: skip
    return {
        **known,
        "relais_route": settled.route or carried.NONE,
        "relais_mover": mover,
        "relais_legs": encode_legs(step.legs) if isinstance(step, Ring) else carried.NONE,
        "relais_rule": decision.rule or question.rule,
        "relais_digits": "",
        "relais_outcome": "",
        **own,
    }
