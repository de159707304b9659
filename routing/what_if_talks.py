"""Conversations of a play, and what people do in them with the keys of their phones: hold, transfer, join.

Acts come in the order of their times, when every decision before them was made. A conversation is known to its end when it
begins; an act makes that end untrue, and takes back what was said of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from routing.company import CompanyDocument
from routing.outbound_dialing import entry_of
from routing.transfers import Conversation, kept_apart, sends_to
from routing.what_if_plan import HandAct, Held, Joined, Sent
from routing.what_if_world import Spell

if TYPE_CHECKING:
    from routing.what_if_call import Playing


class Side(msgspec.Struct, frozen=True):
    """Who talks: a device of ours with its owner, or neither; `name` in a row; his leg, and when he hangs up by himself, in
    seconds of the play."""

    name: str = ""
    device: str = ""
    owner: str = ""
    music: str = ""
    spell: Spell | None = None
    leaves: float = math.inf
    apart: bool = False
    """An outbound profile keeps him apart (`routing.transfers`)."""


class Talk(msgspec.Struct):
    """Two people, in seconds of the play. `lead` is whom the call `run` would go on with, `rung` whom it rang."""

    run: Playing
    lead: Side
    rung: Side
    answered: float
    over: float
    held: bool = False
    by: Playing | None = None
    """The call that was made to take this one."""

    def side(self, device: str) -> Side | None:
        """The one of this phone."""
        return next((side for side in (self.lead, self.rung) if side.device == device), None)

    def other(self, device: str) -> Side:
        """The one at the other end of this phone."""
        return self.rung if self.lead.device == device else self.lead


class Talks:
    """Every conversation that has begun."""

    def __init__(self, asking: Callable[[str, float], Playing | None] = lambda *_: None) -> None:
        self._all: list[Talk] = []
        self._asking = asking
        """The call of a phone's own in which others ring, at a second of the play."""

    def add(self, talk: Talk) -> None:
        """It begins, and how it will end."""
        self._all.append(talk)

    def perform(self, act: HandAct) -> None:
        """Whatever a phone without a conversation is told to do, it cannot."""
        mine = self._of(act.device, act.at)
        match act:
            case Held():
                self._hold([talk for talk in mine if talk.held is not act.on], act)
            case Sent() if mine:
                _send(mine[-1], act)
            case Joined() if _is_denied(mine, act):
                pass
            case Joined() if mine and (question := self._asking(act.device, act.at)) is not None:
                if not question.rings_apart:
                    self._send_early(mine[-1], question, act)
            case Joined() if len(mine) > 1:
                self.add(_join(mine[-2], mine[-1], act))
            case _:
                pass

    def _send_early(self, talk: Talk, question: Playing, act: Joined) -> None:
        """Whoever was asked still rings: no longer for the question, but for the partner, who dials the same."""
        _take_back(question, act.at)
        self._all = [each for each in self._all if each.run is not question or each.answered <= act.at]
        question.is_over(act.at)
        to = sends_to(question.company, question.call.entry_kind, question.call.entry)
        _send(talk, Sent(act.at, act.device, to))

    def _of(self, device: str, at: float) -> list[Talk]:
        found = [t for t in self._all if t.answered <= at < t.over and t.side(device) is not None]
        return sorted(found, key=lambda talk: talk.answered)

    @staticmethod
    def _hold(mine: list[Talk], act: Held) -> None:
        if not mine:
            return
        talk = mine[-1]
        talk.held = act.on
        if act.on and talk.rung.device == act.device:
            talk.run.say("hears", talk.rung.music, act.at - talk.run.began)


def _is_denied(mine: Sequence[Talk], act: Joined) -> bool:
    """The switch refuses it, and everybody stays where he is."""
    talks = [
        Conversation(
            leg=str(place), outside=not talk.other(act.device).device, placed=talk.lead.device == act.device,
            apart=talk.other(act.device).apart,
        )
        for place, talk in enumerate(mine)
    ]  # fmt: skip
    return len(mine) > 1 and any(kept_apart(talks).get(str(place)) for place in range(len(mine))[-2:])


def take(by: Playing, taken: Playing, at: float) -> Talk:
    """Somebody has called to take another call (routing.taking): whoever it rang stops, whatever was said of its future is
    taken back."""
    _take_back(taken, at)
    one, other = by.lead, taken.lead
    over = min(one.leaves, other.leaves)
    by.say("talks", other.name, at - by.began)
    for run, leaves in ((by, one.leaves), (taken, other.leaves)):
        if over < leaves:
            run.say("clears", "normal", over - run.began)
    for run in (by, taken):
        _leave(run, run.lead, over)
    by.is_over(over)
    taken.is_over(over)
    return Talk(taken, other, one, at, over, by=by)


def _take_back(run: Playing, at: float) -> None:
    """Its step ends now."""
    until, rung = at - run.began, run.rung_now
    run.rows = [row for row in run.rows if row.at < until]
    for name, spell in rung:
        if spell.ended >= at:
            run.say("stops", name, until)
            run.world.never_answered(spell, at)


def music_of(document: CompanyDocument, owner: str, otherwise: str = "") -> str:
    """What is heard while somebody holds: his own music, that of the call, the switch's own by the company's name for it."""
    user = document.users.get(owner)
    system = next((key for key, music in document.music.items() if music.kind == "system"), "default")
    return (user.hold_music if user is not None else "") or otherwise or system


def _cut(talk: Talk, at: float) -> None:
    """It ends now; what was said of its end is taken back."""
    run, talk.over = talk.run, at
    for each in (run, *((talk.by,) if talk.by is not None else ())):
        each.rows = [
            row for row in each.rows if row.at < at - each.began or row.at < talk.answered - each.began
        ]
    for side in (talk.lead, talk.rung):
        _leave(run, side, math.inf)


def _leave(run: Playing, side: Side, at: float) -> None:
    if side.spell is not None:
        run.leg_ends(side.spell, at)


def _send(talk: Talk, act: Sent) -> None:
    """The partner's call goes on as a new segment with the rights of whoever sent it."""
    run, sender, partner = talk.run, talk.side(act.device), talk.other(act.device)
    assert sender is not None
    _cut(talk, act.at)
    _leave(run, sender, act.at)
    company = run.world.company(act.at)
    kind, entry = entry_of(company, sender.owner, act.to)
    call = msgspec.structs.replace(
        run.call, entry_kind="transfer" if kind == "extension" else kind, entry=entry, owner=sender.owner,
        segment=run.call.segment + 1, answered=True,
    )  # fmt: skip
    if partner is talk.rung:
        call = msgspec.structs.replace(call, caller_number=partner.owner if partner.device else partner.name)
        run.lead_changes(partner)
    run.goes_on(call, act.at)


def _join(first: Talk, second: Talk, act: Joined) -> Talk:
    """The partners talk; the first one's call has them both from now on."""
    run, one, other = first.run, first.other(act.device), second.other(act.device)
    for talk in (first, second):
        sender = talk.side(act.device)
        assert sender is not None
        _cut(talk, act.at)
        _leave(talk.run, sender, act.at)
        talk.run.is_over(act.at)
    ends: Mapping[str, float] = {"one": one.leaves, "other": other.leaves}
    over = min(ends.values())
    run.say("talks", other.name, act.at - run.began)
    if one is first.lead and other.leaves < one.leaves and not run.led_by_another:
        run.say("clears", "normal", over - run.began)
    _leave(run, one, over)
    _leave(second.run, other, over)
    return Talk(run, one, other, act.at, over)
