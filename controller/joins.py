"""Whom somebody's phone may bring together: legs to the outside that a profile keeps apart are begun with `deny_refer_requests`, which
holds without a controller too. What `routing.transfers` allows besides is told to the leg as soon as it becomes true."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec

from controller import reading
from controller.calls import LiveCalls
from controller.esl import Event
from controller.following import LegPast
from controller.moving import Mover
from controller.published import Published
from controller.unlisted import Unlisted
from routing.transfers import Conversation, is_apart, keeps_apart, kept_apart

_User = tuple[str, str]


class _Talk(msgspec.Struct, frozen=True):
    own: str
    conversation: Conversation


class Joins:
    """Of one switch: what each user talks in, by company and extension."""

    def __init__(self, published: Published, calls: LiveCalls, mover: Mover) -> None:
        self._published, self._calls, self._mover = published, calls, mover
        self._talks: dict[_User, list[_Talk]] = {}
        self._told: dict[str, bool] = {}
        self._unlisted = Unlisted()

    @property
    def concerned(self) -> Mapping[str, Callable[[Event], None]]:
        """The events that it needs (`NodeWatch.also`), after the calls have seen them."""
        return {"CHANNEL_BRIDGE": self.on_bridge, "CHANNEL_HANGUP_COMPLETE": self.on_hangup}

    def on_bridge(self, event: Event) -> None:
        """Two talk: the caller, and whom his call has rung."""
        one, other = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        known = self._calls.get(one)
        if known is not None and not self._keeps_apart(known.step.company):
            return
        past = known.legs.get(other) if known is not None else None
        if known is None or past is None:
            return
        company, caller = known.step.company, reading.phones_user(event)
        outside = past.leg.startswith("x")
        if caller:
            apart = outside and self._is_apart(company, past)
            called = Conversation(leg=other, outside=outside, placed=True, apart=apart)
            self._begins((company, caller), _Talk(one, called))
        if not outside:
            calling = Conversation(leg=one, outside=not caller, placed=False, apart=False)
            self._begins((company, past.owner), _Talk(other, calling))

    def on_hangup(self, event: Event) -> None:
        """One of them has left."""
        self._left(event.unique_id)

    def listed(self, live: Collection[str]) -> None:
        """Those whose end was missed have left too."""
        talks = (talk for each in self._talks.values() for talk in each)
        known = {leg for talk in talks for leg in (talk.own, talk.conversation.leg)}
        for gone in self._unlisted.gone({*known, *self._told}, live):
            self._left(gone)

    def _left(self, gone: str) -> None:
        self._told.pop(gone, None)
        for user, talks in list(self._talks.items()):
            left = [talk for talk in talks if gone not in (talk.own, talk.conversation.leg)]
            if len(left) != len(talks):
                self._now(user, left)

    def _keeps_apart(self, company: str) -> bool:
        found = self._published.companies.get(company)
        return found is not None and keeps_apart(found)

    def _is_apart(self, company: str, past: LegPast) -> bool:
        found = self._published.companies.get(company)
        return found is not None and is_apart(found, past.rule)

    def _begins(self, user: _User, talk: _Talk) -> None:
        known = self._talks.get(user, [])
        if talk not in known:
            self._now(user, [*known, talk])

    def _now(self, user: _User, talks: list[_Talk]) -> None:
        self._talks[user] = talks
        if not talks:
            del self._talks[user]
        for leg, apart in kept_apart([talk.conversation for talk in talks]).items():
            if self._told.get(leg, True) != apart:
                self._told[leg] = apart
                self._mover.tell(leg, {"deny_refer_requests": "true" if apart else "false"})
