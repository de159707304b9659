"""Calls as Redis has them against the switch's live channels: those that go on are followed again, those that ended unseen
get their record."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from controller.calls import LiveCalls
from controller.following import Following, Step
from controller.repairs import Repairs
from presence.agents import AgentStore
from presence.clock import Clock

_decode = msgspec.json.Decoder(Following).decode


class CallSweep:
    """Of one switch."""

    def __init__(
        self, node: str, clock: Clock, stores: Callable[[str], AgentStore], calls: LiveCalls, repairs: Repairs
    ) -> None:
        self._node, self._clock, self._stores = node, clock, stores
        self._calls, self._repairs = calls, repairs

    def sweep(self, company: str, live: set[str], grace: float) -> bool:
        """One company's calls; True when one is too young to tell, no older than `grace` seconds. Blocks on
        Redis."""
        store, now = self._stores(company), self._clock.unix(company)
        shown, followed = store.calls(), store.followed()
        young = False
        for known in self._ours(company, shown, followed):
            if live.intersection(known.channels):
                self._calls.adopt(known)
            elif now - known.began <= grace:
                young = True
            elif self._calls.close(known):
                wrong = "it was in progress, and its channel is no more"
                self._repairs.tell(company, "call_closed", known.step.call, wrong)
        self._calls.show_again(company, shown)
        stale = [call for call in followed if call not in shown and self._calls.is_over(call)]
        if stale:
            store.forget_followed(*stale)
        return young

    def _ours(
        self, company: str, shown: Mapping[str, Mapping[str, object]], followed: Mapping[str, str]
    ) -> list[Following]:
        found = [
            read(followed.get(ident, "")) or of_facts(company, ident, facts) for ident, facts in shown.items()
        ]
        return [known for known in found if known is not None and known.step.node == self._node]


def read(text: str) -> Following | None:
    """What a controller wrote; None for what another version did, or nobody."""
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


def of_facts(company: str, ident: str, facts: Mapping[str, object]) -> Following | None:
    """A call of which no more is known than what the board shows; None when that cannot be read."""
    try:
        shown = msgspec.convert(facts, _Shown, strict=False)
    except msgspec.ValidationError:
        return None
    step = Step(
        uuid=shown.uuid, call=ident, company=company, number=0, place=shown.place, mover="switch", started_ms=0,
        legs=(), entry=shown.entry, caller=shown.caller, rule=shown.rule, node=shown.node,
    )  # fmt: skip
    answered_at = shown.since if shown.answered_by else 0.0
    return Following(step=step, began=shown.since, answered_by=shown.answered_by, answered_at=answered_at)


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    uuid: str
    since: float
    node: str
    place: str = ""
    entry: str = ""
    rule: str = ""
    caller: str = msgspec.field(name="from", default="")
    answered_by: str = msgspec.field(name="with", default="")
