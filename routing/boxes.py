"""Voicemail boxes: whose, with which greeting, and the fixed 0/1 menu before the recording (Z34 to Z43)."""

from __future__ import annotations

from routing.company import CompanyDocument, Language, Voicemail
from routing.decision import Decision
from routing.spots import Next, Spot
from routing.steps import Ask, CheckVoicemail, PromptRef
from routing.steps import Voicemail as VoicemailStep
from routing.turn import Turn, builtin, say_and_hang_up

_MENU_SECONDS = 4


def language_of(document: CompanyDocument, box: str) -> Language:
    """What a box says: its user's own language, else the company's first (Z34)."""
    owner = document.users.get(box)
    return (owner.language if owner is not None else None) or document.account.languages[0]


def record(turn: Turn, spot: Spot, action: Voicemail) -> Decision:
    """The menu when there is one, else the recording at once."""
    box = box_of(turn, spot, action)
    if not _exists(turn, box):
        turn.note("no_box", box=box)
        return say_and_hang_up(turn, spot.place(), "unavailable")
    greeting = None if action.no_greeting else _greeting(turn, spot, action, box)
    if not action.operator and not action.check_voicemail:
        step = VoicemailStep(box=box, greeting=greeting, skip_greeting=action.no_greeting)
        return turn.decide(spot.place(), step)
    heard = _heard(turn, action, greeting)
    menu = (
        (PromptRef(action.menu_prompt, company=True),)
        if action.menu_prompt
        else builtin(turn, "operator_menu")
    )
    keys = ("01" if action.operator else "1") + ("*" if action.check_voicemail else "")
    ask = Ask(prompts=(*heard, *menu), keys=keys, plays=1, wait_seconds=_MENU_SECONDS)
    return turn.decide(spot.place("m"), ask)


def _heard(turn: Turn, action: Voicemail, greeting: PromptRef | None) -> tuple[PromptRef, ...]:
    """Before the menu; nothing where no greeting is wanted (Z43)."""
    if greeting is not None:
        return (greeting,)
    return () if action.no_greeting else builtin(turn, "unavailable")


def box_of(turn: Turn, spot: Spot, action: Voicemail) -> str:
    """The box that is named, else that of the user who was called first and kept his (Z49), else the user's own."""
    if spot.mailbox and action.box in ("", spot.id):
        turn.note("mailbox_kept", user=spot.mailbox)
        return spot.mailbox
    return action.box or spot.id


def _exists(turn: Turn, box: str) -> bool:
    """A user without voicemail has no box, unless one of his extension is set (C22)."""
    user = turn.document.users.get(box)
    return box in turn.document.boxes or (user is not None and user.voicemail)


def _greeting(turn: Turn, spot: Spot, action: Voicemail, box: str) -> PromptRef | None:
    settings = turn.document.boxes.get(box)
    closed = settings.closed_greeting if settings and spot.context == "c" else ""
    chosen = "" if box == spot.mailbox else action.greeting or closed
    name = chosen or (settings.greeting if settings else "")
    return PromptRef(name, company=True) if name else None


def after_menu(turn: Turn, spot: Spot, action: Voicemail) -> Next:
    """The fixed menu (Z35, Z39, Z41): 0 operator, 1 or nothing record, * listen."""
    keys = turn.history[-1].outcome.keys
    if keys == "0" and action.operator and action.operator_target is not None:
        turn.note("pressed_0")
        return spot.inside("P")
    box = box_of(turn, spot, action)
    if keys:
        turn.note("menu_over", keys=keys, box=box)
    else:
        turn.note("menu_silent", box=box)
    if keys == "*" and action.check_voicemail:
        return turn.decide(spot.place("v"), CheckVoicemail(box=box))
    return after_operator(turn, spot, action)


def after_operator(turn: Turn, spot: Spot, action: Voicemail) -> Decision:
    """The recording, without a greeting: it was heard before the menu. So too when the operator did not answer."""
    return turn.decide(spot.place("v"), VoicemailStep(box=box_of(turn, spot, action), skip_greeting=True))
