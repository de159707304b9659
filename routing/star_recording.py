"""The star codes with which an agent pauses the recording of the call that he has made, and goes on with it (D31). Whether he may,
and whether he has one, the controller says: it alone knows which call is recorded now."""

from __future__ import annotations

import msgspec

from routing.decision import Decision
from routing.recording import Deed
from routing.route import Place
from routing.star_codes import StarCall
from routing.star_words import said
from routing.steps import Announce
from routing.turn import Turn

_KIND = "k"


def pause(turn: Turn, _: StarCall) -> Decision:
    """Silence is kept in place of what is said."""
    return _asks(turn, "mask", "recording_paused")


def resume(turn: Turn, _: StarCall) -> Decision:
    """Sound is kept again."""
    return _asks(turn, "unmask", "recording_resumed")


def _asks(turn: Turn, deed: Deed, prompt: str) -> Decision:
    """He hears that it is so, or that nothing was changed: nobody is to believe that a card number was not kept."""
    owner, place = turn.call.owner, Place(_KIND, "94" if deed == "mask" else "95", "o", "z0")
    if turn.snapshot.unsaved:
        turn.note("recording_not_changed", user=owner, unpaused=turn.snapshot.unsaved)
        return turn.decide(
            msgspec.structs.replace(place, branch="none"),
            Announce(prompts=said(turn, "recording_as_it_was")),
        )
    turn.note("recording_paused" if deed == "mask" else "recording_resumed", user=owner)
    decided = turn.decide(place, Announce(prompts=said(turn, prompt)))
    return msgspec.structs.replace(decided, records=deed)
