"""What is planned to happen in a play: calls, what phones do with them, what people do meanwhile; and the rows
and steps in which what happened is told. Times are seconds, of the play or of the call, as each says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from routing.agents import Intent, IntentKind
from routing.call import Call
from routing.compiled import Company
from routing.decision import Decision
from routing.route import History, Outcome
from routing.snapshot import Agent, AgentState, Snapshot
from routing.steps import PromptRef

Supervision = Literal["listen", "whisper", "barge", "take_over", "end", "leave"]
What = Literal[
    "listens", "whispers", "barges", "leaves", "refuses", "rings", "stops", "talks", "hears", "records", "checks", "lights",
    "clears",
]  # fmt: skip


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a phone does with one call, in seconds: it answers `answer_after` the offer (None: it only rings)
    or refuses with a SIP status (302: says to call `redirect` instead); `press` and `hang_up_after` count from its answer."""

    answer_after: float | None = None
    refuse: int = 0
    refuse_after: float = 0.0
    redirect: str = ""
    press: tuple[tuple[float, str], ...] = ()
    hang_up_after: float | None = None


class Caller(msgspec.Struct, frozen=True):
    """What the caller does, in seconds after he called. `device`: the phone of the company he calls from."""

    press: tuple[tuple[float, str], ...] = ()
    hang_up_at: float = math.inf
    device: str = ""


class PlannedCall(msgspec.Struct, frozen=True):
    """A call that begins `at` seconds into the play; `call.received_at` is that instant, but for a call that is
    under way already: `history` is its route so far. `placed_to`: what a program asks
    for; his own phones ring first, or the call is refused (a row `clears` with the code). Empty: he dials himself."""

    at: float
    call: Call
    caller: Caller
    history: History = ()
    placed_to: str = ""
    call_back: str = ""
    """The call whose caller is called back by this one (routing.call_backs): it begins when his turn comes."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A user when the play begins. `on_call`: in a conversation that outlasts it."""

    intent: Intent = Intent()
    registered: frozenset[str] = frozenset()
    on_call: bool = False
    idle_since: float = 0.0


def person_of(agent: Agent) -> Person:
    """Somebody as a snapshot saw him. What passes by itself (ringing, wrap-up) is taken for over."""
    kind = _INTENTS.get(agent.state, "available")
    return Person(
        intent=Intent(kind=kind),
        registered=agent.registered,
        on_call=agent.legs > 0,
        idle_since=agent.idle_since,
    )


_INTENTS: Mapping[AgentState, IntentKind] = {
    AgentState.DND: "dnd",
    AgentState.DND_QUEUES: "dnd_queues",
    AgentState.BREAK: "break",
    AgentState.AWAY: "away",
    AgentState.BUSY: "busy",
}


class Declared(msgspec.Struct, frozen=True):
    """An agent, or somebody for him, says what he is from now on."""

    at: float
    extension: str
    intent: Intent


class Connected(msgspec.Struct, frozen=True):
    """A device registers, or is gone."""

    at: float
    owner: str
    device: str
    registered: bool


class Opted(msgspec.Struct, frozen=True):
    """A member says himself whether he is offered a queue's calls from now on (R57)."""

    at: float
    extension: str
    queue: str
    into: bool


class Saved(msgspec.Struct, frozen=True):
    """A new revision of the company is published."""

    at: float
    company: Company


class Lifted(msgspec.Struct, frozen=True):
    """An administrator lifts the hold of somebody's outside calls (routing.fraud_guard); of the company when nobody is named."""

    at: float
    extension: str


class Held(msgspec.Struct, frozen=True):
    """A device holds its newest conversation, or takes it back."""

    at: float
    device: str
    on: bool


class Sent(msgspec.Struct, frozen=True):
    """A device sends the partner of its newest conversation to what it dials, and leaves."""

    at: float
    device: str
    to: str


class Joined(msgspec.Struct, frozen=True):
    """A device brings the partners of its two newest conversations together, and leaves both."""

    at: float
    device: str


class Supervised(msgspec.Struct, frozen=True):
    """A supervisor steps into a call, or out of it (routing.supervision); `call`: its name, empty for the only one."""

    at: float
    supervisor: str
    does: Supervision
    call: str = ""


HandAct = Held | Sent | Joined
Happening = Declared | Connected | Opted | Saved | Lifted | HandAct | Supervised


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What there is beside the calls. `began` is in UTC, for seconds are added to it. `people` is None when presence
    is unknown. `phones`, by device or outside number: what each does with its calls, one each, the last one stays;
    one that is not named only rings."""

    company: Company
    began: datetime
    people: Mapping[str, Person] | None
    phones: Mapping[str, Sequence[Offer]] = {}
    trunks: Mapping[str, Sequence[Offer]] = {}
    """What a trunk does with its calls instead of whoever is called; none at all: it is down."""
    happenings: Sequence[Happening] = ()


class Row(msgspec.Struct, frozen=True):
    """Something that a person would notice, `at` seconds after its call began. `who`: a device, an outside
    number, prompts joined by `+`, a box, or how the call was cleared. `call`: the call's id. Of an outside number that
    rings: the number that it `shows`, the trunk that it came `through`, and the number `dialled` there."""

    at: float
    what: What
    who: str
    call: str = ""
    shows: str = ""
    through: str = ""
    dialled: str = ""


Seconds = Callable[[PromptRef], float]
"""How long a prompt is."""


class Taken(msgspec.Struct, frozen=True):
    """A step of a call: when it began, in seconds since the call did, what was known, what was decided, and how the step
    ended; None when the call ended in it."""

    at: float
    snapshot: Snapshot
    decision: Decision
    outcome: Outcome | None


class Played(msgspec.Struct, frozen=True):
    """What happened in one call, and why."""

    rows: tuple[Row, ...]
    taken: tuple[Taken, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Of each step."""
        return tuple(each.decision for each in self.taken)
