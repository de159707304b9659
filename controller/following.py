"""What the controller knows of a call, and what it does when something happens to it. Pure.

    StepBegun -> following the step -> (legs ring, answer, end) -> StepEnded -> Move
    any state -> CallerGone -> the record

Each function takes what is known and an event and returns what is known now, with commands as values.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from routing.carried import decode_place
from routing.ended_call import ClosedBy, EndedCall, EndedLeg
from routing.legs import RungLeg, leg_uuid
from routing.members import rotation_key
from routing.outcomes import encode_outcome, leg_outcome, ring_outcome
from routing.recording import State as RecordingState
from routing.route import LegOutcome, Outcome, Place
from routing.snapshot import Connect
from routing.spots import spot_of
from routing.stages import parse_stage
from routing.waiting_line import is_line

LATEST_MOVE_SECONDS = 0.7
_IN_LINE = ("h", "w", "a")
"""Parts of a queue's step in which nobody's phone rings (`routing.groups`)."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The step a call is in, as its own variables tell."""

    uuid: str
    call: str
    company: str
    number: int
    place: str
    mover: str
    started_ms: int
    legs: tuple[RungLeg, ...]
    entry: str = ""
    caller: str = ""
    rule: str = ""
    node: str = ""
    placed: str = ""
    """Who placed it for its caller, in one word (`routing.placing`); empty when he called himself."""


class LegPast(msgspec.Struct, frozen=True, kw_only=True):
    """One leg of the call's record."""

    leg: str
    owner: str
    step: int
    rule: str
    began: float
    answered: float = 0.0
    ended: float = 0.0
    cause: str = ""


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """A live call."""

    step: Step
    began: float
    path: tuple[str, ...] = ()
    legs: Mapping[str, LegPast] = {}
    moved: int = 0
    """The last step this controller moved the call out of: each is left once."""
    answered_by: str = ""
    answered_at: float = 0.0
    recordings: tuple[str, ...] = ()
    """Files of its conversation, in their order."""
    recording: RecordingState = ""
    talks: bool = False
    """Its caller has been joined with somebody since the step began."""
    left: str = ""
    """With which cause the leg that led it left, while somebody it rang talks on; empty as long as it leads."""

    @property
    def talking(self) -> tuple[str, ...]:
        """The channels that were rung, answered, and are not over."""
        return tuple(uuid for uuid, past in self.legs.items() if past.answered and not past.ended)

    @property
    def ringing(self) -> tuple[str, ...]:
        """The phones that ring for it: those of its step, or the ones that a controller rings beside it (a queue's)."""
        if self.talks:
            return ()
        beside = (past.leg for past in self.legs.values() if not past.answered and not past.ended)
        return tuple(leg.id for leg in self.step.legs) or tuple(beside)

    @property
    def channels(self) -> tuple[str, ...]:
        """With any of which it goes on."""
        return self.talking if self.left else (self.step.uuid, *self.talking)


class Move(msgspec.Struct, frozen=True):
    """Set the outcome on the caller's leg and send it to the next step."""

    uuid: str
    step: int
    outcome: str


def begin_step(known: Following | None, step: Step, now: float) -> Following:
    """A step began; the first one makes the call known."""
    path = (f"{step.place}@{step.rule}",)
    if known is None:
        return Following(step=step, began=now, path=path)
    return msgspec.structs.replace(known, step=step, path=(*known.path, *path), left="", talks=False)


def leg_began(known: Following, uuid: str, past: LegPast) -> Following:
    """A phone begins to ring; a second report of the same leg changes nothing."""
    if uuid in known.legs:
        return known
    return msgspec.structs.replace(known, legs={**known.legs, uuid: past})


def leg_answered(known: Following, uuid: str, now: float) -> Following:
    """A phone was answered (a confirmation may still be missing)."""
    past = known.legs.get(uuid)
    if past is None or past.answered or past.ended:
        return known
    return msgspec.structs.replace(
        known, legs={**known.legs, uuid: msgspec.structs.replace(past, answered=now)}
    )


def leg_ended(known: Following, uuid: str, cause: str, now: float) -> Following:
    """A phone stopped, for whatever cause."""
    past = known.legs.get(uuid)
    if past is None or past.ended:
        return known
    ended = msgspec.structs.replace(past, ended=now, cause=cause)
    return msgspec.structs.replace(known, legs={**known.legs, uuid: ended})


def bridged(known: Following, uuid: str, now: float) -> Following:
    """The caller talks to the leg `uuid`."""
    past = known.legs.get(uuid)
    if past is None:
        return known
    first = {} if known.answered_by else {"answered_by": past.leg, "answered_at": now}
    return msgspec.structs.replace(known, talks=True, **first)


def connect_of(known: Following, now: float) -> tuple[str, Connect] | None:
    """The queue in whose line this call waited until somebody answered, and how long; None in any other step."""
    place = decode_place(known.step.place)
    if place is None or not is_line(spot_of(place)) or known.answered_by:
        return None
    return place.id, Connect(now, max(0.0, now - parse_stage(place.stage).until))


def recorded(known: Following, state: RecordingState, name: str) -> Following:
    """Its conversation is recorded from now on, or somebody paused that, or goes on with it, into another file after a stop."""
    more = () if name in known.recordings else (name,)
    return msgspec.structs.replace(known, recording=state, recordings=(*known.recordings, *more))


def lead_left(known: Following, cause: str) -> Following | None:
    """Whoever led the call is gone; None: and with him the call. Else those he called talk on, with somebody else."""
    return msgspec.structs.replace(known, left=cause) if known.talking else None


def took(known: Following, uuid: str, past: LegPast, now: float) -> Following:
    """Somebody whom another call had rung, or who had called himself, talks with this call's from now on."""
    taken = msgspec.structs.replace(past, step=known.step.number, answered=past.answered or now)
    joined = msgspec.structs.replace(known, legs={**known.legs, uuid: taken})
    return msgspec.structs.replace(
        bridged(joined, uuid, now), path=(*joined.path, f"t.{past.leg}.joined.z0@{known.step.rule}")
    )


def lost(known: Following, uuid: str) -> Following:
    """One of its phones talks with another call's."""
    return msgspec.structs.replace(
        known, legs={each: past for each, past in known.legs.items() if each != uuid}
    )


def rotation_of(known: Following) -> str:
    """The group whose members ring (`routing.groups.rotation_key`), empty in any other step."""
    words = known.step.place.split(".")
    if len(words) != 4 or parse_stage(words[3]).part != "r":
        return ""
    return rotation_key(Place(*words))


def end_step(
    known: Following, number: int, causes: Mapping[str, str], age: float
) -> tuple[Following, Move | None]:
    """A ring step ended without an answer. `causes` by leg uuid, as the switch counted them; `age`: seconds
    since the switch said so. Too late, or already moved, or not ours to move: the XML does it."""
    step = known.step
    ours = step.mover == "controller" and step.number == number and known.moved < number
    if not ours or not step.legs or age > LATEST_MOVE_SECONDS:
        return known, None
    move = Move(step.uuid, number, encode_outcome(outcome_of(known, causes)))
    return msgspec.structs.replace(known, moved=number), move


def outcome_of(known: Following, causes: Mapping[str, str]) -> Outcome:
    """How each leg ended: its own hangup where we saw it, else what the caller's leg counted."""
    step = known.step
    ended: dict[str, LegOutcome] = {}
    for leg in step.legs:
        uuid = leg_uuid(step.call, step.number, step.started_ms, leg.id)
        past = known.legs.get(uuid)
        cause = (past.cause if past is not None else "") or causes.get(uuid, "")
        if cause:
            ended[leg.id] = leg_outcome(cause, leg.id)
    return ring_outcome(step.legs, ended)


def record(known: Following, cause: str, now: float, closed_by: ClosedBy = "switch") -> EndedCall:
    """The call's record: the whole path, every leg with its rule and times, what became of it."""
    step = known.step
    became = disposition(known, cause)
    unseen = closed_by == "sweep" and became not in ("answered", "voicemail")
    return EndedCall(
        call=step.call, company=step.company, node=step.node, entry=step.entry, caller=step.caller,
        began=known.began, ended=now, answered_by=known.answered_by, answered_at=known.answered_at,
        path=known.path, rule=step.rule, placed=step.placed, cause=cause, closed_by=closed_by,
        recordings=known.recordings,
        disposition="lost" if unseen else became,
        legs=tuple(EndedLeg(**msgspec.structs.asdict(past)) for past in known.legs.values()),
    )  # fmt: skip


def disposition(known: Following, cause: str) -> str:
    """What became of the call, in one word."""
    stage = known.step.place.rpartition(".")[2]
    if known.answered_by:
        return "answered"
    if known.step.place.startswith("b.") or (stage.startswith(("n0v", "n0")) and not known.step.legs):
        return "voicemail"
    offered = known.step.legs or (known.step.place.startswith("q.") and parse_stage(stage).part in _IN_LINE)
    if cause in ("ORIGINATOR_CANCEL", "NORMAL_CLEARING") and offered:
        return "abandoned"
    return {"USER_BUSY": "busy", "NO_ANSWER": "no_answer", "CALL_REJECTED": "declined"}.get(
        cause, "completed"
    )
