"""Voicemail boxes: whose, with which greeting, and the fixed 0/1 menu before the recording (Z34 to Z43)."""

from __future__ import annotations

from routing import actions, operators
from routing.company import Voicemail
from routing.decision import Decision
from routing.spots import Spot
from routing.steps import Ask, CheckVoicemail, PromptRef
from routing.steps import Voicemail as VoicemailStep
from routing.turn import Turn, builtin


def record(turn: Turn, spot: Spot, action: Voicemail) -> Decision:
    """The menu when there is one, else the recording at once."""
    box = action.box or spot.id
    if not action.operator and not action.check_voicemail:
        greeting = _box_greeting(turn, spot, action, box)
        return turn.decide(spot.place(), VoicemailStep(box=box, greeting=greeting))
    greeting = _box_greeting(turn, spot, action, box)
    heard = (greeting,) if greeting else builtin(turn, "unavailable")
    menu = (
        (PromptRef(action.menu_prompt, company=True),)
        if action.menu_prompt
        else builtin(turn, "operator_menu")
    )
    keys = ("01" if action.operator else "1") + ("*" if action.check_voicemail else "")
    return turn.decide(spot.place("m"), Ask(prompts=(*heard, *menu), keys=keys, plays=1, wait_seconds=4))


def _box_greeting(turn: Turn, spot: Spot, action: Voicemail, box: str) -> PromptRef | None:
    settings = turn.document.boxes.get(box)
    closed = settings.closed_greeting if settings and spot.branch == "c" else ""
    name = action.greeting or closed or (settings.greeting if settings else "")
    return PromptRef(name, company=True) if name else None


def after_menu(turn: Turn, spot: Spot, action: Voicemail) -> Decision:
    """The fixed menu (Z35, Z39, Z41): 0 operator, 1 or nothing record, * listen."""
    keys = turn.history[-1].outcome.keys
    if keys == "0" and action.operator:
        turn.note("pressed_0")
        if action.operator_target is not None:
            return actions.perform(turn, spot.inside("P"), action.operator_target)
        return operators.to_operator(turn, spot)
    box = action.box or spot.id
    turn.note("menu_over", keys=keys, box=box)
    if keys == "*" and action.check_voicemail:
        return turn.decide(spot.place("v"), CheckVoicemail(box=box))
    return turn.decide(spot.place("v"), VoicemailStep(box=box, skip_greeting=True))
