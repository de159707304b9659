"""What is kept of a call that is over: one for each call, its whole path included (catalogue 6.3)."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.record import CallRecord
from routing.steps import Voicemail

ClosedBy = Literal["switch", "sweep"]


class EndedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A phone or outside number that rang for the call. Instants in Unix seconds, 0 for never; `cause` is the switch's."""

    leg: str
    owner: str = ""
    step: int = 0
    rule: str = ""
    began: float = 0.0
    answered: float = 0.0
    ended: float = 0.0
    cause: str = ""


class EndedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call from its beginning to its end, in Unix seconds. `path`: `place@rule` of each step as the switch told it.
    `closed_by`: `sweep` when nobody saw the end, and `ended` is when that was noticed."""

    call: str
    company: str
    began: float
    ended: float
    disposition: str
    node: str = ""
    entry: str = ""
    caller: str = ""
    answered_by: str = ""
    answered_at: float = 0.0
    rule: str = ""
    placed: str = ""
    """Who placed it for its caller, in one word (`routing.placing`)."""
    recordings: tuple[str, ...] = ()
    """Files of its conversation (`routing.recording`), in their order."""
    cause: str = ""
    closed_by: ClosedBy = "switch"
    path: tuple[str, ...] = ()
    legs: tuple[EndedLeg, ...] = ()


class WholeCall(EndedCall, frozen=True, kw_only=True):
    """As it is kept: `segments` is what each step saw, decided and came to, each a record that `relais replay` takes."""

    segments: tuple[CallRecord, ...] = ()


def whole(call: EndedCall, segments: tuple[CallRecord, ...]) -> WholeCall:
    """With what was decided; of a call that nobody answered and whose last step was a mailbox that is what became of it. A caller
    from outside is named as the decisions knew him: in E.164 (R12), where the trunk's own form could be understood."""
    last = segments[-1].steps[-1].step if segments and segments[-1].steps else None
    found = WholeCall(
        **{**msgspec.structs.asdict(call), "caller": _caller(call, segments)}, segments=segments
    )
    left = isinstance(last, Voicemail) and call.disposition in ("completed", "abandoned")
    return msgspec.structs.replace(found, disposition="voicemail") if left else found


def _caller(call: EndedCall, segments: tuple[CallRecord, ...]) -> str:
    first = segments[0].call if segments else None
    outside = first is not None and first.segment == 1 and not first.owner
    return (first.number if first is not None and outside else "") or call.caller


def joined(known: WholeCall, told: WholeCall) -> WholeCall:
    """One record of what was told of the same call twice: by two controllers, or of a call that went on with another leg
    when its first one had left. What was seen counts before what was only noticed."""
    if told.closed_by == "sweep" and known.closed_by == "switch":
        known, told = told, known
    newest = told if told.closed_by != known.closed_by or told.ended >= known.ended else known
    answered = known if known.answered_at else told
    return msgspec.structs.replace(
        newest, began=min(known.began, told.began), entry=known.entry or told.entry, caller=known.caller or told.caller,
        answered_by=answered.answered_by, answered_at=answered.answered_at,
        disposition="answered" if answered.answered_at else newest.disposition,
        path=_path(known.path, told.path), legs=_legs(known.legs, told.legs),
        segments=_segments(known.segments, told.segments),
    )  # fmt: skip


def _path(known: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """The same steps told twice are there once."""
    if known[: len(told)] == told:
        return known
    return told if told[: len(known)] == known else (*known, *told)


def _legs(known: tuple[EndedLeg, ...], told: tuple[EndedLeg, ...]) -> tuple[EndedLeg, ...]:
    return tuple({(each.step, each.leg): each for each in (*known, *told)}.values())


def _segments(known: tuple[CallRecord, ...], told: tuple[CallRecord, ...]) -> tuple[CallRecord, ...]:
    """Of each segment the one that has more of it."""
    best: dict[int, CallRecord] = {}
    for each in (*known, *told):
        number = each.call.segment
        if number not in best or len(best[number].steps) <= len(each.steps):
            best[number] = each
    return tuple(best[number] for number in sorted(best))
