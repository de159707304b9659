"""The star codes for one's own forwards: to the number dialled after the code, else to one that is asked for (P84)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from routing import forwarding
from routing.decision import Decision
from routing.own_forward import OwnForward, When
from routing.reasons import Reason, ReasonCode
from routing.route import OutcomeKind, Place
from routing.spots import Next
from routing.stages import parse_stage
from routing.star_codes import Meaning, StarCall
from routing.star_words import said
from routing.steps import Announce, Ask, CollectMore
from routing.turn import Turn

CODES: Mapping[When, str] = {"always": "72", "busy": "90", "unanswered": "92"}
_WHEN: Mapping[Meaning, When] = {
    "forward": "always", "forward_off": "always", "forward_busy": "busy", "forward_busy_off": "busy",
    "forward_unanswered": "unanswered", "forward_unanswered_off": "unanswered",
}  # fmt: skip
_DONE: Mapping[When, tuple[ReasonCode, ReasonCode, str, str]] = {
    "always": ("forward_set", "forward_lifted", "forward_on", "forward_off"),
    "busy": ("busy_forward_set", "busy_forward_lifted", "busy_forward_on", "busy_forward_off"),
    "unanswered": (
        "unanswered_forward_set", "unanswered_forward_lifted", "unanswered_forward_on", "unanswered_forward_off",
    ),
}  # fmt: skip
"""What is noted, and what is said, when one is set and when it is lifted."""
_KIND = "k"
_MOST_DIGITS = 20
_BETWEEN_SECONDS = 4


def begin(turn: Turn, dialled: StarCall) -> Decision:
    """To what he dialled; when that is nothing he is asked."""
    when = _WHEN[dialled.meaning]
    if dialled.argument:
        return _to(turn, dialled.argument, when)
    step = Ask(prompts=said(turn, "forward_to"), keys="0123456789", plays=2, wait_seconds=5)
    return turn.decide(Place(_KIND, CODES[when], "o", "s0g0"), step)


def after(turn: Turn) -> Next:
    """He keyed the number in, its first digit and then the rest; or nothing."""
    last = turn.history[-1]
    when = next(each for each, code in CODES.items() if code == last.place.id)
    keyed = last.outcome.keys if last.outcome.kind is OutcomeKind.KEYED else ""
    if parse_stage(last.place.stage).part == "g" and keyed.isdigit():
        step = CollectMore(first=keyed, max_more=_MOST_DIGITS - 1, seconds=_BETWEEN_SECONDS)
        return turn.decide(Place(_KIND, last.place.id, "o", "s0c0"), step)
    first = turn.history[-2].outcome.keys if len(turn.history) > 1 else ""
    return _to(turn, first + keyed, when)


def lift(turn: Turn, dialled: StarCall) -> Decision:
    """His calls ring him again."""
    owner, when = turn.call.owner, _WHEN[dialled.meaning]
    return _save(turn, OwnForward(owner, when=when), Reason(code=_DONE[when][1], facts={"user": owner}))


def _to(turn: Turn, dialled: str, when: When) -> Decision:
    owner = turn.call.owner
    to = forwarding.target(turn.company, owner, dialled)
    if isinstance(to, Reason):
        return _refuse(turn, to)
    done = Reason(code=_DONE[when][0], facts={"user": owner, "dialled": dialled})
    return _save(turn, OwnForward(owner, to, when), done)


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
    prompt = _DONE[wanted.when][3 if wanted.to is None else 2]
    place = Place(_KIND, CODES[wanted.when], "o", "z0")
    decided = turn.decide(place, Announce(prompts=said(turn, prompt)))
    return msgspec.structs.replace(decided, saves=wanted)


def _refuse(turn: Turn, refused: Reason) -> Decision:
    turn.reasons.append(refused)
    step = Announce(prompts=said(turn, forwarding.prompt_of(refused)))
    return turn.decide(Place(_KIND, CODES["always"], "none", "z0"), step)
