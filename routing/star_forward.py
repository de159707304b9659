"""The star codes for one's own forward: to the number dialled after the code, else to one that is asked for (P84)."""

from __future__ import annotations

import msgspec

from routing import forwarding
from routing.decision import Decision
from routing.own_forward import OwnForward
from routing.reasons import Reason
from routing.route import OutcomeKind, Place
from routing.spots import Next
from routing.stages import parse_stage
from routing.star_codes import StarCall
from routing.star_words import said
from routing.steps import Announce, Ask, CollectMore
from routing.turn import Turn

CODE = "72"
_KIND = "k"
_MOST_DIGITS = 20
_BETWEEN_SECONDS = 4


def begin(turn: Turn, dialled: StarCall) -> Decision:
    """To what he dialled; when that is nothing he is asked."""
    if dialled.argument:
        return _to(turn, dialled.argument)
    step = Ask(prompts=said(turn, "forward_to"), keys="0123456789", plays=2, wait_seconds=5)
    return turn.decide(Place(_KIND, CODE, "o", "s0g0"), step)


def after(turn: Turn) -> Next:
    """He keyed the number in, its first digit and then the rest; or nothing."""
    last = turn.history[-1]
    keyed = last.outcome.keys if last.outcome.kind is OutcomeKind.KEYED else ""
    if parse_stage(last.place.stage).part == "g" and keyed.isdigit():
        step = CollectMore(first=keyed, max_more=_MOST_DIGITS - 1, seconds=_BETWEEN_SECONDS)
        return turn.decide(Place(_KIND, CODE, "o", "s0c0"), step)
    first = turn.history[-2].outcome.keys if len(turn.history) > 1 else ""
    return _to(turn, first + keyed)


def lift(turn: Turn, _: StarCall) -> Decision:
    """His calls ring him again."""
    return _save(
        turn, OwnForward(turn.call.owner), Reason(code="forward_lifted", facts={"user": turn.call.owner})
    )


def _to(turn: Turn, dialled: str) -> Decision:
    owner = turn.call.owner
    to = forwarding.target(turn.company, owner, dialled)
    if isinstance(to, Reason):
        return _refuse(turn, to)
    return _save(
        turn, OwnForward(owner, to), Reason(code="forward_set", facts={"user": owner, "dialled": dialled})
    )


def _save(turn: Turn, wanted: OwnForward, done: Reason) -> Decision:
    """Saved with the decision, and said; where he may not, or nobody could save it, that is said."""
    if wanted.user not in turn.document.users:
        return _refuse(
            turn, Reason(code="forward_refused", facts={"user": wanted.user, "refused": "not_permitted"})
        )
    refused = forwarding.refusal(turn.company, wanted)
    if refused is None and turn.snapshot.unsaved:
        refused = Reason(
            code="forward_not_saved", facts={"user": wanted.user, "unsaved": turn.snapshot.unsaved}
        )
    if refused is not None:
        return _refuse(turn, refused)
    turn.reasons.append(done)
    prompt = "forward_off" if wanted.to is None else "forward_on"
    decided = turn.decide(Place(_KIND, CODE, "o", "z0"), Announce(prompts=said(turn, prompt)))
    return msgspec.structs.replace(decided, saves=wanted)


def _refuse(turn: Turn, refused: Reason) -> Decision:
    turn.reasons.append(refused)
    step = Announce(prompts=said(turn, forwarding.prompt_of(refused)))
    return turn.decide(Place(_KIND, CODE, "none", "z0"), step)
