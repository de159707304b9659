"""The live calls of one switch: each event changes one call's state machine (controller.following), and what comes
of it is done here: a move, what the board shows, the record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

import msgspec

from controller import following, reading
from controller.esl import Event
from controller.following import Following, LegPast, Step
from controller.moving import Mover
from controller.presence_writer import PresenceWriter
from presence.agents import AgentStore
from presence.clock import Clock
from routing.ended_call import ClosedBy
from routing.recording import State as RecordingState

_ENDED_KEPT = 10_000


class LiveCalls:
    """By the uuid of the caller's leg. `switch_time`: Unix seconds as the switch counts them."""

    def __init__(
        self, *, node: str, clock: Clock, stores: Callable[[str], AgentStore], writer: PresenceWriter,
        mover: Mover, switch_time: Callable[[], float],
    ) -> None:  # fmt: skip
        self._node, self._clock, self._stores = node, clock, stores
        self._writer, self._mover, self._switch_time = writer, mover, switch_time
        self._known: dict[str, Following] = {}
        self._uuids: dict[str, str] = {}
        self._changed: set[str] = set()
        self.on_stranger: Callable[[str], None] = lambda _: None
        """Told of a caller who talks to a leg of which nothing was heard."""
        self._ended: dict[str, None] = {}
        self._to_show: dict[tuple[str, str], dict[str, object]] = {}
        """What the board is to be told of a call, by company and call, until it is written: the newest."""

    def __len__(self) -> int:
        return len(self._known)

    def get(self, uuid: str) -> Following | None:
        """What is known of a call."""
        return self._known.get(uuid)

    def of_call(self, call: str) -> Following | None:
        """What is known of a call by its id."""
        return self._known.get(self._uuids.get(call, ""))

    def recorded_of(self, company: str, owner: str) -> Following | None:
        """The newest call whose conversation is recorded and that this user has made."""
        found = [
            known
            for known in self._known.values()
            if known.recording and known.step.company == company
            and any(past.answered and not past.ended and past.owner == owner for past in known.legs.values())
        ]  # fmt: skip
        return max(found, key=lambda known: known.began, default=None)

    def on_record(self, event: Event) -> None:
        """The switch begins to record a conversation."""
        name = reading.recording_of(event)
        if name:
            self.recorded(event.unique_id, "on", name)

    def recorded(self, uuid: str, state: RecordingState, name: str) -> None:
        """The recording of a call was paused, or goes on."""
        known = self._known.get(uuid)
        if known is not None:
            self._keep(following.recorded(known, state, name))
            self._show(self._known[uuid], "bridged")

    def keep(self, live: Collection[str]) -> None:
        """After a reconnection: whatever is not live has ended unseen."""
        for known in [known for known in self._known.values() if not set(live).intersection(known.channels)]:
            self.close(known)

    def knows_little_of(self, uuid: str, *, after_gap: bool) -> bool:
        """A caller's channel of which no call is followed; after a gap also one of which none is answered."""
        known = self._known.get(uuid)
        return uuid not in self._ended and (known is None or (after_gap and not known.answered_by))

    def on_data(self, caller: Event, other: Event | None) -> None:
        """What the switch has of a caller's channel, and of the one that he talks to: whatever was missed is made up for."""
        step = reading.step_of(caller, self._node)
        if step is None or step.uuid in self._ended:
            return
        known, now = self._led_by(step), self._clock.unix(step.company)
        if known is None or known.step.number < step.number:
            began = now - max(0.0, self._switch_time() - reading.began_at(caller))
            known = following.begin_step(known, step, began)
        past = reading.leg_of(other, now) if other is not None else None
        if other is not None and past is not None:
            known = following.leg_began(known, other.unique_id, past)
            known = following.leg_answered(known, other.unique_id, now)
            known = following.bridged(known, other.unique_id, now)
        self._keep(known)
        self._show(known, "bridged" if known.answered_by else "in progress")

    def close(self, known: Following) -> bool:
        """A call whose end nobody saw; False when it is over already. What is known here counts more than what was told."""
        if known.step.uuid in self._ended:
            return False
        self._finish(self._forget(known.step.uuid) or known, "", "sweep")
        return True

    def is_over(self, call: str) -> bool:
        """True when no such call is followed here."""
        return call not in self._uuids

    def adopt(self, known: Following) -> None:
        """A call that another controller followed, or nobody, goes on here."""
        if known.step.uuid not in self._known and known.step.uuid not in self._ended:
            self._keep(known)

    def show_again(self, company: str, shown: Collection[str]) -> None:
        """Calls of a company of which Redis lost what it was told, or was away to be told: `shown` are those it has."""
        for known in [each for each in self._known.values() if each.step.company == company]:
            call = known.step.call
            if call not in shown or (company, call) in self._to_show:
                self._changed.add(known.step.uuid)
                self._show(known, "bridged" if known.talks else "in progress")

    def tell(self) -> None:
        """Write down what is known of the calls that changed since the last time, for whoever follows them after us."""
        told: dict[str, dict[str, str]] = {}
        for uuid in self._changed & self._known.keys():
            known = self._known[uuid]
            text = msgspec.json.encode(known).decode()
            told.setdefault(known.step.company, {})[known.step.call] = text
        self._changed.clear()
        for company, calls in told.items():
            self._writer.put(partial(self._stores(company).follow, calls))

    def on_step(self, event: Event) -> None:
        """A step begins or ends."""
        step = reading.step_of(event, self._node)
        if step is None:
            return
        known, now = self._led_by(step), self._clock.unix(step.company)
        begins = event.get("relais_phase") == "begin"
        if begins or known is None or known.step.number != step.number:
            known = following.begin_step(known, step, now)
            self._keep(known)
            self._show(known, "in progress")
        if not begins and not reading.is_given_away(event):
            self._end_step(known, event)

    def _led_by(self, step: Step) -> Following | None:
        """The call, which somebody else may have led before: whom its caller sent on."""
        led = self._known.get(step.uuid)
        if led is not None:
            return led
        return self._forget(self._uuids.get(step.call, ""))

    def _end_step(self, known: Following, event: Event) -> None:
        age = max(0.0, self._switch_time() - event.fired_at) if event.fired_at else 0.0
        known, move = following.end_step(known, known.step.number, reading.causes_of(event), age)
        self._keep(known)
        self._release(known, known.step.number)
        if move is not None:
            self._mover.begin(move, age)

    def on_create(self, event: Event) -> None:
        """One of our legs begins to ring."""
        past = reading.leg_of(event, self._clock.unix(event.variable("relais_company")))
        if past is not None:
            self._change(event, lambda known, _: following.leg_began(known, event.unique_id, past))

    def on_answer(self, event: Event) -> None:
        """One of them is answered; nobody may have followed when it began."""
        past = reading.leg_of(event, self._clock.unix(event.variable("relais_company")))
        if past is not None:
            self._change(event, lambda known, _: following.leg_began(known, event.unique_id, past))
        # Who answered is joined in a moment: that is shown then.
        self._change(
            event, lambda known, now: following.leg_answered(known, event.unique_id, now), shown=False
        )

    def on_bridge(self, event: Event) -> None:
        """The caller talks to one of them, or to somebody of another call."""
        one, other = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        known = self._of_channel(one)
        if known is None:
            return
        taken = self._known.get(other)
        takes = taken is not None and taken.step.uuid != known.step.uuid and known.step.uuid == one
        self._connect(taken if taken is not None and takes else known)
        if taken is not None and takes:
            known = self._taken(taken, known, event)
        elif other in known.legs:
            known = following.bridged(known, other, self._clock.unix(known.step.company))
        else:
            known = self._join(known, one, other)
        self._keep(known)
        self._tell_sides(event, known)
        self._serve(known, other)
        self._release(known)
        self._show(known, "bridged")

    def _join(self, known: Following, one: str, other: str) -> Following:
        """Two calls have become one, that of the first channel: a transfer after a question."""
        second = self._of_channel(other)
        past = second.legs.get(other) if second is not None else None
        if second is None:
            self.on_stranger(one)
        if second is None or past is None or second.step.call == known.step.call:
            return known
        without = following.lost(second, other)
        self._keep(without)
        if without.left and not without.talking:
            self._finish(self._forget(without.step.uuid) or without, without.left)
        return following.took(known, other, past, self._clock.unix(known.step.company))

    def _taken(self, taken: Following, by: Following, event: Event) -> Following:
        """Somebody called to take this call (routing.taking): he is one of those it reached, and has its rights to send it on."""
        now, owner = self._clock.unix(taken.step.company), reading.phones_user(event)
        past = LegPast(
            leg=event.variable("relais_device"),
            owner=owner,
            step=taken.step.number,
            rule=by.step.rule,
            began=by.began,
        )
        self._mover.tell(taken.step.uuid, {"relais_owner": owner})
        # What the other one's phone sends on has nobody's rights: whose call this was is not his to say.
        self._mover.tell(by.step.uuid, {"relais_owner": ""})
        return following.took(taken, by.step.uuid, past, now)

    def _of_channel(self, uuid: str) -> Following | None:
        """The call that this channel leads, or talks in."""
        led = self._known.get(uuid)
        if led is not None:
            return led
        return next((known for known in self._known.values() if uuid in known.talking), None)

    def _tell_sides(self, event: Event, known: Following) -> None:
        """Each side carries who is at its other end: whose rights a transfer by him has (design 2.9), whichever way they came
        together; and the call that it is in now."""
        one, other = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        mine, past = known.legs.get(one), known.legs.get(other)
        if past is None:
            return
        peer = mine.owner if mine is not None else reading.phones_user(event)
        if known.step.uuid == one and event.variable("relais_owner") != past.owner:
            self._mover.tell(one, {"relais_owner": past.owner})
        if mine is not None and event.variable("relais_peer") != past.owner:
            self._mover.tell(one, {"relais_peer": past.owner})
        if past.leg not in {leg.id for leg in known.step.legs} or mine is not None:
            self._mover.tell(other, {"relais_call": known.step.call, "relais_peer": peer})

    def _release(self, known: Following, step: int = 0) -> None:
        """The offer of a group is over, up to this step: whoever it kept and never rang is free."""
        if following.rotation_of(known):
            company, call, now = known.step.company, known.step.call, self._clock.unix(known.step.company)
            self._writer.put(
                lambda: self._stores(company).reservations.release_call(call, self._node, now, step)
            )

    def _connect(self, known: Following) -> None:
        """How long a queue's caller waited, for those who come after him (routing.predicted_wait)."""
        company = known.step.company
        found = following.connect_of(known, self._clock.unix(company))
        if found is not None:
            self._writer.put(partial(self._stores(company).connected, *found))

    def _serve(self, known: Following, other: str) -> None:
        """Whoever answered for a group: the next call in rotation begins after him."""
        if known.step.place.startswith("q."):
            self._writer.put(lambda: self._stores(known.step.company).waits_no_more(known.step.call))
        past, rotation = known.legs.get(other), following.rotation_of(known)
        if past is not None and rotation:
            self._writer.put(lambda: self._stores(known.step.company).served(rotation, past.owner))

    def on_hangup(self, event: Event) -> None:
        """A leg is over, or the caller's, and with it the call."""
        uuid, cause = event.unique_id, reading.ended_by(event)
        self._change(event, lambda known, now: following.leg_ended(known, uuid, cause, now))
        self._end_where_taken(uuid, cause)
        known = self._known.get(uuid)
        if known is None:
            self._last_leg(event)
            return
        going_on = following.lead_left(known, cause)
        if going_on is not None:
            self._keep(going_on)
        else:
            self._finish(self._forget(uuid) or known, cause)

    def _end_where_taken(self, uuid: str, cause: str) -> None:
        """Who had taken another call than the one he made has left that one too."""
        for known in [
            each for each in self._known.values() if uuid in each.talking and each.step.uuid != uuid
        ]:
            ended = following.leg_ended(known, uuid, cause, self._clock.unix(known.step.company))
            self._keep(ended)
            if ended.left and not ended.talking:
                self._finish(self._forget(ended.step.uuid) or ended, ended.left)

    def _last_leg(self, event: Event) -> None:
        """Not the leg that leads a call: of one that had left, the last that talked; or of a call nobody knows."""
        known = self._known.get(self._uuids.get(event.variable("relais_call"), "")) or self._unknown(event)
        if known is not None and (known.step.uuid == event.unique_id or (known.left and not known.talking)):
            self._finish(self._forget(known.step.uuid) or known, known.left or event.hangup_cause)

    def _unknown(self, event: Event) -> Following | None:
        """The end of a call of which nothing else was heard tells enough for its record."""
        step = reading.step_of(event, self._node)
        if step is None or event.variable("relais_leg") or step.uuid in self._ended:
            return None
        began = self._clock.unix(step.company) - max(0.0, self._switch_time() - reading.began_at(event))
        return following.begin_step(None, step, began)

    def _change(
        self, event: Event, change: Callable[[Following, float], Following], *, shown: bool = True
    ) -> None:
        """The call a leg belongs to is the one whose id it carries."""
        known = self._known.get(self._uuids.get(event.variable("relais_call"), ""))
        if known is not None:
            changed = change(known, self._clock.unix(known.step.company))
            self._keep(changed)
            if shown and changed.ringing != known.ringing:
                self._show(changed, "in progress")

    def _keep(self, known: Following) -> None:
        self._known[known.step.uuid] = known
        self._changed.add(known.step.uuid)
        self._uuids[known.step.call] = known.step.uuid

    def _forget(self, uuid: str) -> Following | None:
        known = self._known.pop(uuid, None)
        if known is not None and self._uuids.get(known.step.call) == uuid:
            del self._uuids[known.step.call]
        return known

    def _finish(self, known: Following, cause: str, closed_by: ClosedBy = "switch") -> None:
        company, call = known.step.company, known.step.call
        self._ended[known.step.uuid] = None
        if len(self._ended) > _ENDED_KEPT:
            del self._ended[next(iter(self._ended))]
        self._to_show.pop((company, call), None)
        self._release(known)
        record = following.record(known, cause, self._clock.unix(company), closed_by)
        self._writer.must(lambda: self._stores(company).call_over(call, record))

    def _show(self, known: Following, state: str) -> None:
        step = known.step
        facts = {
            "uuid": step.uuid, "state": state, "entry": step.entry, "from": step.caller, "place": step.place,
            "rule": step.rule, "since": known.began, "with": known.answered_by, "node": self._node,
            "recording": known.recording,
            "ringing": known.ringing if state != "bridged" else (),
        }  # fmt: skip
        self._to_show[step.company, step.call] = facts
        self._writer.put(partial(self._write_shown, step.company, step.call))

    def _write_shown(self, company: str, call: str) -> None:
        """The newest that is known of it; nothing when that is written."""
        facts = self._to_show.get((company, call))
        if facts is None:
            return
        self._stores(company).call(call, facts)
        if self._to_show.get((company, call)) is facts:
            del self._to_show[company, call]
