"""Everything that a play's calls share: the company's revisions, people's states, phones and their scripts.

Calls are taken in the order of their next decisions, and what a decision sets off is known to its end (who answers
when is scripted). So the state at an instant is what began before it, and is not over.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import msgspec

from routing.agent_changes import PENALTY_SECONDS
from routing.agent_terms import People
from routing.agents import Activity, Intent, IntentKind, available_since, derive_state, intent_at
from routing.call_backs import CallBackRequest
from routing.capacity import Units, capacity_of, is_blocked, units_of
from routing.company import User
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.device_kinds import is_talked_on
from routing.fraud_guard import all_counted, charges_of
from routing.outside_calls import OutsideCalls
from routing.phone_changes import PhoneChange, changed
from routing.snapshot import Agent, Connect, LiveCall, Snapshot, Waiting
from routing.what_if_plan import Connected, Declared, Lifted, Offer, Opted, Person, Saved, Scene, Supervised


class Spell(msgspec.Struct, frozen=True):
    """A leg of somebody's phone, in seconds of the play: it rings from `began`, is answered at `answered` (never:
    infinite), and is over at `ended`. `profile`: the capacity profile of which its call takes a unit; `wrap_up`: seconds
    of work after its conversation. `line`: it takes a line to or from outside (P21), maybe of a trunk."""

    owner: str
    began: float
    answered: float
    ended: float
    profile: str = ""
    wrap_up: int = 0
    offered: bool = False
    """A team, a queue or a shared line offered him the call."""
    declined: bool = False
    line: bool = False
    trunk: str = ""

    def same_as(self, other: Spell) -> bool:
        """The same leg, whatever is known of its end by now."""
        return (self.owner, self.began, self.answered) == (other.owner, other.began, other.answered)


class World:
    """The play at any instant of it, in seconds since it began."""

    def __init__(self, scene: Scene) -> None:
        self._first, self._began, self._people = scene.company, scene.began, scene.people
        self._offers = {name: list(offers) for name, offers in scene.phones.items()}
        self._trunks = {name: list(offers) for name, offers in scene.trunks.items()}
        self.happenings = sorted(scene.happenings, key=lambda each: each.at)
        self._spells: list[Spell] = []
        self.calls_at: Callable[[float], list[LiveCall]] = lambda _: []
        """Calls that somebody could take at an instant."""
        self.taken: Callable[[str, str, float], object] = lambda *_: None
        """One call takes another, both by their ids."""
        self._waiting: dict[str, Waiting] = {}
        self._connects: dict[str, list[Connect]] = {}
        self._served: list[tuple[float, str, str]] = []
        self._requests: dict[str, CallBackRequest] = {}
        self._outside_calls: dict[str, OutsideCalls] = {}

    def company(self, at: float) -> Company:
        """The revision in force."""
        saved = [each.company for each in self.happenings if isinstance(each, Saved) and each.at <= at]
        return saved[-1] if saved else self._first

    def declares(self, extension: str, kind: IntentKind, at: float) -> None:
        """Somebody says what he is, with his phone."""
        intent = Intent(kind=kind, source="agent", since=self._began.timestamp() + at)
        self.happenings.append(Declared(at, extension, intent))

    def saves(self, wanted: PhoneChange, at: float) -> None:
        """What somebody's phone asks for holds from now on: a new revision."""
        company = self.company(at)
        document = changed(company.document, wanted)
        self.happenings.append(Saved(at, compile_company(document, company.revision + 1, obeyed=document)))

    def supervised(self, call: str) -> list[Supervised]:
        """What supervisors do in a call, by time; an event that names no call is of the only one."""
        return [each for each in self.happenings if isinstance(each, Supervised) and each.call in ("", call)]

    def is_down(self, trunk: str) -> bool:
        """Nothing can be called through it."""
        return self._trunks.get(trunk) == []

    def offer(self, phone: str, trunk: str = "") -> Offer:
        """What a phone does with the call that it is offered now, or the trunk instead; one without a script only rings."""
        script = self._trunks.get(trunk) or self._offers.get(phone) or [Offer()]
        return script.pop(0) if len(script) > 1 else script[0]

    def busy(self, spell: Spell) -> None:
        """A leg begins, and how it will go."""
        self._spells.append(spell)

    def changed(self, spell: Spell, **what: float | str) -> Spell:
        """A leg of which something was not known when it began: its end, what it works at."""
        new = msgspec.structs.replace(spell, **what)
        self._spells[self._spells.index(spell)] = new
        return new

    def ends(self, spell: Spell, at: float) -> Spell:
        """A leg ends at another second than was thought; found by what it is, for it may have been changed meanwhile."""
        known = next(each for each in self._spells if each.same_as(spell))
        return self.changed(known, ended=at)

    def never_answered(self, spell: Spell, at: float) -> Spell:
        """A leg is over before it was answered, though it would have been."""
        return self.changed(self.ends(spell, at), answered=math.inf)

    def owner_of(self, device: str, otherwise: str) -> str:
        """Whose a device is."""
        return self._first.device_owners.get(device, otherwise)

    def waits(self, call: str, place: Waiting | None) -> None:
        """A call's place in a queue's line from now on; None: it has none."""
        self._waiting.pop(call, None)
        if place is not None:
            self._waiting[call] = place

    def leaves(self, call: str, at: float) -> None:
        """A call leaves the line at an instant that is known already."""
        place = self._waiting.get(call)
        if place is not None:
            until = min(place.until, self._began.timestamp() + at)
            self._waiting[call] = msgspec.structs.replace(place, until=until)

    def is_answered(self, call: str, at: float) -> None:
        """Whoever waited in a line talks, since an instant that is known already."""
        place = self._waiting.get(call)
        if place is not None:
            now = self._began.timestamp() + at
            self._connects.setdefault(place.queue, []).append(Connect(now, now - place.since))

    def serves(self, rotation: str, owner: str, at: float) -> None:
        """A member answers for a group: from then on one that rotates begins after him (Z50)."""
        self._served.append((at, rotation, owner))

    def asks(self, request: CallBackRequest) -> None:
        """A caller is promised to be called back."""
        self._requests[request.call] = request

    def asked_by(self, call: str) -> tuple[CallBackRequest, ...]:
        """His request, as long as nobody has called him back."""
        found = self._requests.get(call)
        return (found,) if found is not None else ()

    def called_back(self, request: CallBackRequest) -> None:
        """A member took it."""
        del self._requests[request.call]

    def counts(self, company: Company, decision: Decision, at: float) -> None:
        """The calls that a decision lets leave are counted (routing.fraud_guard)."""
        charges = charges_of(company, decision)
        now = self._began + timedelta(seconds=at)
        self._outside_calls |= all_counted(company, self._outside_calls, charges, now)

    def _counted(self, at: float) -> dict[str, OutsideCalls]:
        """But for those of whom a hold was lifted since."""
        lifted = [each for each in self.happenings if isinstance(each, Lifted) and each.at <= at]
        for each in lifted:
            self._outside_calls.pop(each.extension, None)
            self.happenings.remove(each)
        return dict(self._outside_calls)

    @property
    def attended(self) -> bool:
        """A controller lives: presence is known."""
        return self._people is not None

    def next_change(self, at: float) -> float:
        """When, after an instant, something changes that is known already: somebody's call or work after it is over, what
        somebody does; infinite for never."""
        ends = (each.ended + extra for each in self._spells for extra in {0, each.wrap_up})
        return min(
            (when for when in (*ends, *(each.at for each in self.happenings)) if when > at), default=math.inf
        )

    def snapshot(self, at: float) -> Snapshot:
        """What a decision may look at."""
        now, waiting = self._began + timedelta(seconds=at), tuple(self._waiting.values())
        counted, connects = self._counted(at), {key: tuple(each) for key, each in self._connects.items()}
        if self._people is None:
            return Snapshot(now=now, agents=None, waiting=waiting, connects=connects, outside_calls=counted)
        users = self.company(at).document.users
        agents = {ext: self._agent(ext, user, at) for ext, user in users.items()}
        lines = Counter(
            spell.trunk for spell in self._spells if spell.line and spell.began <= at < spell.ended
        )
        return Snapshot(
            now=now, agents=agents, lines_in_use=lines.total(), trunk_lines=lines, waiting=waiting,
            connects=connects, outside_calls=counted, calls=tuple(self.calls_at(at)),
            last_served={group: owner for when, group, owner in sorted(self._served) if when <= at},
        )  # fmt: skip

    def _agent(self, extension: str, user: User, at: float) -> Agent:
        known = (self._people or {}).get(extension, Person())
        talked_on = {key for key, device in user.devices.items() if is_talked_on(device)}
        registered = self._registered(extension, known, at) & talked_on
        mine = [spell for spell in self._spells if spell.owner == extension and spell.began <= at]
        answered = sum(spell.answered <= at < spell.ended for spell in mine) + known.on_call
        ringing = sum(at < min(spell.answered, spell.ended) for spell in mine)
        wrap_up = max(
            (_talks_until(s, mine) + s.wrap_up for s in mine if s.answered < s.ended <= at and s.wrap_up),
            default=0.0,
        )
        activity = Activity(
            answered=answered, ringing=ringing, wrap_up_until=self._began.timestamp() + wrap_up if wrap_up else 0.0
        )  # fmt: skip
        intent = self._intent(extension, known, at)
        now, ended = self._began.timestamp() + at, self._call_ended(known, mine, at)
        state, _ = derive_state(
            reachable=bool(registered) or bool(user.own_numbers),
            intent=intent,
            activity=activity,
            now=now,
            call_ended=ended,
        )
        units = self._units(extension, user, mine, at)
        return Agent(
            state=state, registered=registered, legs=answered, ringing=ringing, units=units,
            blocked=is_blocked(capacity_of(self.company(at).document, user), units),
            intent=intent_at(intent, now, ended), opted_out=self._opted_out(extension, at),
            **self._clocks(known, mine, at, activity, intent), penalty_until=self._penalty_until(mine, at),
        )  # fmt: skip

    def _units(self, extension: str, user: User, mine: Sequence[Spell], at: float) -> Mapping[str, Units]:
        """Of each of his capacity profiles: work under way, and finished work of the same day where that counts (D21)."""
        capacity = capacity_of(self.company(at).document, user)
        worked = [spell for spell in mine if spell.profile in capacity]
        if not worked:
            return units_of(capacity, {})
        people, began = People(self.company(at)), self._began.timestamp()
        today = people.at(extension, began + at).day
        used = Counter(
            spell.profile
            for spell in worked
            if at < spell.ended
            or (capacity[spell.profile].end_of_day and people.at(extension, began + spell.ended).day == today)
        )
        return units_of(capacity, used)

    def _registered(self, extension: str, known: Person, at: float) -> frozenset[str]:
        found = set(known.registered)
        for each in self.happenings:
            if isinstance(each, Connected) and each.owner == extension and each.at <= at:
                (found.add if each.registered else found.discard)(each.device)
        return frozenset(found)

    def _intent(self, extension: str, known: Person, at: float) -> Intent:
        said = [e for e in self.happenings if isinstance(e, Declared) and e.extension == extension]
        return next((each.intent for each in reversed(said) if each.at <= at), known.intent)

    def _opted_out(self, extension: str, at: float) -> frozenset[str]:
        """The queues whose calls he does not take."""
        said = [
            e for e in self.happenings if isinstance(e, Opted) and e.extension == extension and e.at <= at
        ]
        newest = {each.queue: each.into for each in said}
        return frozenset(queue for queue, into in newest.items() if not into)

    def _penalty_until(self, mine: Sequence[Spell], at: float) -> float:
        """He refused an offer a moment ago (C16)."""
        ends = [spell.ended for spell in mine if spell.offered and spell.declined and spell.ended <= at]
        return self._began.timestamp() + max(ends) + PENALTY_SECONDS if ends else 0.0

    def _clocks(
        self, known: Person, mine: Sequence[Spell], at: float, activity: Activity, intent: Intent
    ) -> dict[str, float]:
        """Since when he has been idle, by each clock (C17)."""
        released = max(self._call_ended(known, mine, at), activity.wrap_up_until)
        offered = self._call_ended(known, [spell for spell in mine if spell.offered], at)
        available = available_since(intent)
        return {
            "idle_since": max(released, available),
            "queue_idle_since": max(offered, activity.wrap_up_until, available),
            "released_at": released,
        }

    def _call_ended(self, known: Person, mine: Sequence[Spell], at: float) -> float:
        """The end of his last conversation, in Unix seconds."""
        ends = [spell.ended for spell in mine if spell.answered < spell.ended <= at]
        return self._began.timestamp() + max(ends) if ends else known.idle_since


def _talks_until(spell: Spell, mine: Sequence[Spell]) -> float:
    """When he talks no more who talked in a leg: in that one, or in others meanwhile."""
    until = spell.ended
    for other in sorted(mine, key=lambda each: each.answered):
        if other.answered < until < other.ended:
            until = other.ended
    return until
