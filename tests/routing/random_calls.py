"""Calls, moments, agents and histories for random companies, and what must be true of every decision about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import get_args

import msgspec

from routing import waiting_line
from routing.agents import IntentKind
from routing.call import Call
from routing.company import User
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import needs, next_step
from routing.explain import explain
from routing.outside_calls import Hold, HoldWhy, OutsideCalls
from routing.reason_sentences import WORDS
from routing.reasons import FACTS
from routing.route import (
    Attempt,
    History,
    LegOutcome,
    Outcome,
    OutcomeKind,
    Place,
    RouteRefused,
    decode_route,
    encode_route,
)
from routing.snapshot import Agent, AgentState, Connect, LiveCall, Snapshot, Waiting
from routing.spots import Spot, answering_of
from routing.steps import Announce, Ask, CheckVoicemail, CollectMore, Hangup, Ring, Voicemail
from tests.routing.random_company import CALLERS

EDGES = [
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),  # clocks forward in Montréal, back in November; Paris in between
    datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 12, 25, 5, 0, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
]
STAGES = ["", "zz", *(
    f"{letter}{n}{within}{part}{m if part else ''}"
    for letter in "snbozrqew"
    for n in (0, 1, 7)
    for within in ("", "T", "P", "Z", "O", "TO", "OPT")
    for part in ("", *"gcimvrwqxehz")
    for m in (0, 3)
)]  # fmt: skip
LAST = (Voicemail, CheckVoicemail, Announce, Hangup)
LEG_ENDS = [
    LegOutcome.NO_ANSWER, LegOutcome.BUSY, LegOutcome.DECLINED, LegOutcome.UNREACHABLE, LegOutcome.FAILED,
]  # fmt: skip


def random_call(company: Company, chance: Random) -> Call:
    """From anybody to anything, things that do not exist included."""
    kind = chance.choice(["number", "number", "extension", "transfer"])
    known = [*company.document.numbers] if kind == "number" else [*company.extensions]
    codes = ["*68", "*78", "*86", "*88", "*97"]
    entry = chance.choice([*known, *(["N-99"] if kind == "number" else ["4999", *codes])])
    owner = "" if kind == "number" else chance.choice([*company.document.users])
    return Call(
        id="c", company=company.id, entry_kind=kind, entry=entry, caller_number=chance.choice(CALLERS),
        received_at=random_moment(chance), owner=owner, hops=chance.choice([0, 0, 0, 1, 5]),
    )  # fmt: skip


def random_moment(chance: Random) -> datetime:
    """Any second of a year, those beside a change of clocks or of days more often."""
    if chance.randrange(3) == 0:
        return chance.choice(EDGES) + timedelta(seconds=chance.randint(-4000, 4000))
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(400 * 86_400))


def random_snapshot(company: Company, now: datetime, chance: Random) -> Snapshot:
    """Everybody in any state, or presence unknown; lines of the trunk counted or not; whoever answered last."""
    agents: dict[str, Agent] | None = None
    if chance.randrange(8):
        idle = chance.randrange(2) == 0
        agents = {ext: _agent(devices, idle, chance) for ext, devices in _devices(company).items()}
    served = {
        f"{kind}.{key}": chance.choice([*company.document.users])
        for kind, key in (("q", "Q-0"), ("l", "L-0"))
    }
    return Snapshot(
        now=now, agents=agents, draw=chance.randrange(2**31), last_served=served,
        lines_in_use=chance.choice([None, 0, 3, 10]), waiting=_waiting(company, now, chance),
        connects={"Q-0": (Connect(now.timestamp() - chance.randrange(700), float(chance.randrange(90))),)},
        outside_calls=_outside_calls(company, now, chance), calls=_live_calls(company, now, chance),
        gateways_down=frozenset(chance.sample(["G-0", "G-1"], chance.randrange(3))) if chance.randrange(3) == 0 else frozenset(),
    )  # fmt: skip


def _outside_calls(company: Company, now: datetime, chance: Random) -> dict[str, OutsideCalls] | None:
    """Counted or not, few or far too many, held by the guard or not."""
    if chance.randrange(3) == 0:
        return None
    second = int(now.timestamp())
    held = Hold(chance.choice([*get_args(HoldWhy)]), float(second - 60), 9)
    return {
        whose: OutsideCalls(
            minute=second // 60, in_minute=chance.choice([0, 1, 500]), hour=second // 3600, in_hour=chance.choice([0, 900]),
            held=chance.choice([None, None, None, held]),
        )
        for whose in ("", *company.document.users)
    }  # fmt: skip


def _live_calls(company: Company, now: datetime, chance: Random) -> tuple[LiveCall, ...] | None:
    """Calls that ring somebody, or are parked, for who dials a pick-up code."""
    users = [*company.document.users]
    some = tuple(
        LiveCall(
            channel=f"00000000-0000-0000-0000-{n:012}", since=now.timestamp() - chance.randrange(90), caller=chance.choice(CALLERS),
            place=chance.choice(["u.1001.o.r0", "q.Q-0.o.s0r0", "k.1001.park.z0"]), ringing=(f"{chance.choice(users)}a",),
        )
        for n in range(chance.randrange(3))
    )  # fmt: skip
    return chance.choice([None, some])


def _waiting(company: Company, now: datetime, chance: Random) -> tuple[Waiting, ...] | None:
    """Callers of queues there are and are no more, this one among them or not, some of whom hung up unseen."""
    users, second = [*company.document.users], now.timestamp()
    some = tuple(
        Waiting(
            call=chance.choice(["c", f"other-{n}"]), queue=chance.choice(["Q-0", "Q-1", "gone"]),
            since=second - chance.randrange(300), until=second + chance.randint(-10, 30), priority=chance.choice([0, 0, 5]),
            offered=tuple(chance.sample(users, chance.randrange(2))), declined=tuple(chance.sample(users, chance.randrange(2))),
        )
        for n in range(chance.randrange(6))
    )  # fmt: skip
    return chance.choice([None, (), some, some])


def _devices(company: Company) -> dict[str, list[str]]:
    return {extension: [*user.devices] for extension, user in company.document.users.items()}


def _agent(devices: list[str], idle: bool, chance: Random) -> Agent:
    state = AgentState.AVAILABLE if idle else chance.choice([*AgentState])
    registered = devices if idle else [device for device in devices if chance.randrange(4)]
    legs = chance.randint(1, 2) if state is AgentState.ON_CALL else 0
    return Agent(
        state=state, registered=frozenset(registered), legs=legs, ringing=int(state is AgentState.RINGING),
        intent="auto" if idle else chance.choice([*get_args(IntentKind)]),
        blocked=not idle and chance.randrange(6) == 0, idle_since=float(chance.randrange(1000)),
    )  # fmt: skip


def random_outcome(decision: Decision, chance: Random) -> Outcome:
    """A way in which the step can end without ending the call."""
    step = decision.step
    if chance.randrange(20) == 0:
        return Outcome(chance.choice([OutcomeKind.CONTENDED, OutcomeKind.FAILED]))
    match step:
        case Ask() | CollectMore():
            keys = chance.choice("0123456789*#") if isinstance(step, Ask) else str(chance.randrange(1000))
            return (
                Outcome(OutcomeKind.KEYED, keys=keys)
                if chance.randrange(3)
                else Outcome(OutcomeKind.NO_INPUT)
            )
        case Ring():
            if step.key_0 and chance.randrange(3) == 0:
                return Outcome(OutcomeKind.KEYED, keys="0")
            how = chance.choice(LEG_ENDS)
            owners = dict.fromkeys(leg.owner for leg in step.legs)
            telling = how is not LegOutcome.UNREACHABLE and how is not LegOutcome.FAILED
            return Outcome(
                OutcomeKind(how.value), members=tuple((owner, how) for owner in owners) if telling else ()
            )
        case _:
            return Outcome(OutcomeKind.DONE)


def random_history(company: Company, chance: Random) -> History:
    """A route that this revision never made: objects that are gone, places that are none."""

    def place() -> Place:
        ids = ["N-0", "N-9", "1000", "1099", "Q-0", "L-0", "8000", "random", "0"]
        branches = [
            "o",
            "c",
            "f",
            "d",
            "x-X-0",
            "x-X-9",
            "r-R-0",
            "r-R-9",
            "m1000-o",
            "m1099-x-X-0",
            "loop",
            "off",
            "",
        ]
        return Place(
            chance.choice("nuqlbpsae"),
            chance.choice(ids),
            chance.choice(branches),
            chance.choice(STAGES) + chance.choice(["", "", "-6ae8f2c0", "-1"]),
        )

    def outcome() -> Outcome:
        kind = chance.choice([*OutcomeKind])
        keys = chance.choice(["", "0", "1", "*", "1004", "99"]) if kind is OutcomeKind.KEYED else ""
        members = (
            ()
            if keys or chance.randrange(2)
            else ((chance.choice(["1000", "1099"]), chance.choice([*LegOutcome])),)
        )
        return Outcome(kind, keys=keys, members=members)

    return tuple(Attempt(place(), outcome()) for _ in range(chance.randint(1, 4)))


def follow(company: Company, chance: Random) -> int:
    """A whole call, every decision judged. The number of decisions; fails when it does not end in time."""
    call, history, decided = random_call(company, chance), (), 0
    now = call.received_at
    most = _budget(company)
    while True:
        snapshot = random_snapshot(company, now, chance)
        decision = judged(company, call, snapshot, history)
        _carried_as_text(company, call, snapshot, history, decision)
        decided += 1
        assert decided <= most, f"more than {most} steps, the last ones {history[-4:]}"
        if isinstance(decision.step, LAST) or _waits_for_ever(company, decision, history):
            return decided
        call = msgspec.structs.replace(call, hops=call.hops + decision.hops)
        history = (*history, Attempt(decision.place, random_outcome(decision, chance)))
        now += timedelta(seconds=chance.randrange(60))


def _carried_as_text(
    company: Company, call: Call, snapshot: Snapshot, history: History, decision: Decision
) -> None:
    """The route that a channel variable carries, without what nobody looks at any more, leads to the same step; a queue's
    reason for going on may be another, when its earlier offers are no longer there."""
    try:
        carried = decode_route(encode_route(history))
    except RouteRefused:
        return
    again = next_step(company, call, snapshot, carried)
    same = (again.step, again.place, again.rule, again.hops) == (
        decision.step,
        decision.place,
        decision.rule,
        decision.hops,
    )
    assert same, f"as text it is {encode_route(history)}"


def _waits_for_ever(company: Company, decision: Decision, history: History) -> bool:
    """In a queue without a longest wait only the caller ends it (D52); this one hangs up at the fortieth offer or round."""
    place = decision.place
    queue = company.document.queues.get(place.id) if place.kind == "q" and place.branch == "o" else None
    endless = queue is not None and not waiting_line.longest_wait(queue)
    return endless and [attempt.place.id for attempt in history[-40:]] == [place.id] * 40


def _budget(company: Company) -> int:
    """Moves the guard allows, times the steps that one object can come to: each of its lists with every member rung
    one by one, and greetings with each of their plays said to be invalid."""
    account = company.document.account
    return (account.hop_limit + 2) * 4 * (2 * len(company.document.users) + 3 * 10)


def judged(company: Company, call: Call, snapshot: Snapshot, history: History) -> Decision:
    """A decision about which everything is true that must be."""
    decision = next_step(company, call, snapshot, history)
    assert next_step(company, call, snapshot, history) == decision, "the same question, another answer"
    assert decision.reasons, "no reason"
    for reason in decision.reasons:
        assert set(reason.facts) == set(FACTS[reason.code]), reason
        for name, group in (
            ("because", "rule" if "rule" in reason.facts else "member"),
            ("outcome", "outcome"),
        ):
            assert name not in reason.facts or reason.facts[name] in WORDS[group], reason
    if isinstance(decision.step, Ring):
        assert decision.step.legs, "a ring step of nobody"
        assert len({leg.id for leg in decision.step.legs}) == len(decision.step.legs), "two legs of one id"
        given = {reason.facts.get("device") or reason.facts.get("outside") for reason in decision.reasons}
        assert {leg.device or leg.number for leg in decision.step.legs} <= given, "a leg without a reason"
    assert (
        decode_route(encode_route((Attempt(decision.place, Outcome(OutcomeKind.DONE)),)))[0].place
        == decision.place
    )
    assert all(explain(company, decision, "fr") + explain(company, decision, "en"))
    _every_phone_has_its_reason(company, decision)
    _sees_no_more_than_it_needs(company, call, snapshot, history, decision)
    return decision


def _every_phone_has_its_reason(company: Company, decision: Decision) -> None:
    """Of everybody who rings as a member, and of a user's own phones where all ring at once, each rings or has a reason
    why not."""
    if not isinstance(decision.step, Ring):
        return
    users, place = company.document.users, decision.place
    told = {reason.facts["device"] for reason in decision.reasons if "device" in reason.facts}
    told |= {reason.facts["outside"] for reason in decision.reasons if "outside" in reason.facts}
    if place.kind in "nql":
        for owner in {leg.owner for leg in decision.step.legs if leg.device} & users.keys():
            assert users[owner].devices.keys() <= told, f"devices of {owner}"
    elif place.kind == "u" and place.stage == "r0" and not _in_sequence(users[place.id], place):
        outside = {number.number for number in users[place.id].external_numbers.values()}
        asked = any(reason.code in _OF_ALL for reason in decision.reasons)
        assert users[place.id].devices.keys() <= told, f"devices of {place.id}"
        assert asked or outside <= told, f"numbers of {place.id}"


_OF_ALL = (
    "caller_agreed", "caller_did_not_agree", "outbound_held", "company_held",
    "calls_per_minute", "calls_per_day", "company_calls_per_minute", "company_calls_per_day",
)  # fmt: skip
"""One reason for all of his numbers."""


def _in_sequence(user: User, place: Place) -> bool:
    plan = answering_of(user, Spot(place.kind, place.id, place.branch, "r", 0).context).ring
    return plan is not None and plan.mode == "sequential"


def _sees_no_more_than_it_needs(
    company: Company, call: Call, snapshot: Snapshot, history: History, decision: Decision
) -> None:
    """`needs` names everybody whose state the decision looks at, and whatever it looks at beside."""
    asked = needs(company, call, history)
    known = snapshot.agents and {
        each: agent for each, agent in snapshot.agents.items() if each in asked.agents
    }
    fewer = msgspec.structs.replace(
        snapshot, agents=known, waiting=snapshot.waiting if asked.queues else None,
        connects=snapshot.connects if asked.queues else {},
        outside_calls=snapshot.outside_calls if asked.outside else None, calls=snapshot.calls if asked.calls else None,
    )  # fmt: skip
    assert next_step(company, call, fewer, history) == decision, f"needs {asked}"
