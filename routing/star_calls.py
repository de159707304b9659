"""What each star code does to the call of the phone that dialled it (`routing.star_codes`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from routing import star_forward, star_night, star_recording, taking
from routing.agents import IntentKind
from routing.call import Call
from routing.decision import Decision
from routing.lamps import RINGS_NOBODY
from routing.route import Place
from routing.spots import Next
from routing.star_codes import Meaning, StarCall, read
from routing.star_words import said
from routing.steps import Announce, CheckVoicemail, Hangup, PromptRef
from routing.turn import Turn


def star_call_of(call: Call) -> StarCall | None:
    """The star code that a call of ours dialled; None for a call to somebody. Nobody outside may use them."""
    return read(call.entry) if call.owner and call.entry_kind != "number" else None


def enter(turn: Turn, dialled: StarCall) -> Decision:
    """The code is obeyed, or refused with a reason."""
    turn.note("star_code", dialled=turn.call.entry)
    turn.rule = dialled.meaning
    return DEEDS[dialled.meaning](turn, dialled)


def after(turn: Turn) -> Next:
    """The code goes on: a number was asked for, somebody waited, somebody was taken."""
    asked = turn.history[-1].place.id in star_forward.CODES.values()
    return star_forward.after(turn) if asked else taking.after(turn)


def _own_box(turn: Turn, dialled: StarCall) -> Decision:
    """Whoever calls listens to his box, with its PIN."""
    owner = turn.call.owner
    user = turn.document.users.get(owner)
    if owner in turn.document.boxes or (user is not None and user.voicemail):
        return turn.decide(Place(taking.KIND, "86", "o", "z0"), CheckVoicemail(box=owner))
    turn.note("no_box", box=owner)
    return turn.decide(Place(taking.KIND, "86", "none", "z0"), Hangup(why="unallocated"))


def _dnd_on(turn: Turn, dialled: StarCall) -> Decision:
    """With one's own extension, as a key with a lamp dials it: on where that is dark or blinks, off where it is lit (`routing.lamps`)."""
    owner = turn.call.owner
    if dialled.argument and dialled.argument != owner:
        turn.note("dnd_not_yours", user=owner, extension=dialled.argument)
        step = Announce(prompts=said(turn, "refused_locked"))
        return turn.decide(Place(taking.KIND, "78", "none", "z0"), step)
    if dialled.argument and turn.intent(owner) in RINGS_NOBODY:
        return _dnd_off(turn, dialled)
    return _declares(turn, "78", "dnd", "dnd_on")


def _dnd_off(turn: Turn, _: StarCall) -> Decision:
    return _declares(turn, "79", "auto", "dnd_off")


def _declares(turn: Turn, code: str, kind: IntentKind, prompt: str) -> Decision:
    """Whoever calls says what he is from now on, and hears that it is so; where nobody knows of agents he hears that it is not."""
    if turn.snapshot.agents is None:
        turn.note("not_declared", dialled=turn.call.entry)
        return turn.decide(
            Place(taking.KIND, code, "none", "z0"), Announce(prompts=(PromptRef("something_wrong"),))
        )
    decided = turn.decide(Place(taking.KIND, code, "o", "z0"), Announce(prompts=(PromptRef(prompt),)))
    return msgspec.structs.replace(decided, declares=kind)


DEEDS: Mapping[Meaning, Callable[[Turn, StarCall], Decision]] = {
    "own_box": _own_box,
    "dnd_on": _dnd_on,
    "dnd_off": _dnd_off,
    "forward": star_forward.begin,
    "forward_off": star_forward.lift,
    "forward_busy": star_forward.begin,
    "forward_busy_off": star_forward.lift,
    "forward_unanswered": star_forward.begin,
    "forward_unanswered_off": star_forward.lift,
    "night_switch": star_night.toggle,
    "park": taking.park,
    "take_back": taking.take_back,
    "pick_up": taking.pick_up,
    "pause_recording": star_recording.pause,
    "resume_recording": star_recording.resume,
}
