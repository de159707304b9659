"""The star code of the night switch: closes a number by hand, or lifts that (`routing.night_switch`)."""

from __future__ import annotations

import msgspec

from routing import phone_changes
from routing.decision import Decision
from routing.night_switch import NightSwitch, is_closed, number_of
from routing.reasons import Reason
from routing.route import Place
from routing.star_codes import StarCall
from routing.star_words import said
from routing.steps import Announce
from routing.turn import Turn

_KIND, _CODE = "k", "28"


def toggle(turn: Turn, dialled: StarCall) -> Decision:
    """Saved with the decision, and said; where he may not, or nobody could save it, that is said."""
    owner, number = turn.call.owner, number_of(turn.document, dialled.argument)
    if not number:
        return _refuse(
            turn, Reason(code="night_unknown", facts={"dialled": turn.call.entry}), "refused_number"
        )
    if owner not in turn.document.users:
        return _refuse(turn, _not_his(owner, number), "refused_locked")
    wanted = NightSwitch(owner, number, closed=not is_closed(turn.document, number))
    refused = phone_changes.refusal(turn.company, wanted)
    if refused is not None:
        return _refuse(turn, refused, "refused_locked")
    if turn.snapshot.unsaved:
        facts = {"user": owner, "number": number, "unsaved": turn.snapshot.unsaved}
        return _refuse(turn, Reason(code="night_not_saved", facts=facts), "something_wrong")
    turn.note("night_closed" if wanted.closed else "night_lifted", user=owner, number=number)
    step = Announce(prompts=said(turn, "night_on" if wanted.closed else "night_off"))
    return msgspec.structs.replace(turn.decide(Place(_KIND, _CODE, "o", "z0"), step), saves=wanted)


def _not_his(owner: str, number: str) -> Reason:
    return Reason(code="night_refused", facts={"user": owner, "number": number, "refused": "not_permitted"})


def _refuse(turn: Turn, refused: Reason, prompt: str) -> Decision:
    turn.reasons.append(refused)
    return turn.decide(Place(_KIND, _CODE, "none", "z0"), Announce(prompts=said(turn, prompt)))
