"""A direct call to a user: the order of catalogue 3.3, 1 to 10."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from routing import arriving, hours, operators
from routing.company import CallWaiting, RingPlan, User
from routing.confirming import confirm
from routing.decision import Decision
from routing.device_kinds import answers_by_itself, is_talked_on
from routing.outside import own_leg, way_beside
from routing.route import Outcome, OutcomeKind, Place
from routing.snapshot import Agent, AgentState
from routing.spots import Next, Spot, answering_of
from routing.stages import parse_stage
from routing.steps import Ask, Hangup, Leg, Ring
from routing.teams_phones import legs_of_devices
from routing.trunks import failures
from routing.turn import Turn, builtin, clock_fact


def enter_user(turn: Turn, extension: str, mailbox: str = "") -> Next:
    """A call that reached a user; his context is fixed here. `mailbox`: who forwarded it and keeps his mailbox."""
    over = turn.arrive("u", extension)
    if over is not None:
        return over
    user = turn.document.users[extension]
    if not arriving.answers(turn, extension):
        turn.note("user_unlicensed", user=extension)
        return turn.decide(Place("u", extension, "off", "z0"), Hangup(why="unallocated"))
    context = user_branch(turn, extension, user)
    turn.rule = turn.rule or context
    kept = mailbox if mailbox != extension else ""
    branch = f"m{kept}-{context}" if kept else context
    spot = Spot("u", extension, branch, "s", 0, visit=turn.visit("u", extension))
    if context in ("o", "c"):
        return _answer(turn, spot, user)
    return spot


def user_branch(turn: Turn, extension: str, user: User) -> str:
    """Rules that hold even in an exception (C9), exception, rule, forward or context: 1 to 6."""
    local = turn.local(turn.company.user_zone(user))
    opened = hours.is_open(user.schedule, local)
    where = arriving.Where(f"u.{extension}", turn.number, local)
    lifted = [rule for rule in user.rules if rule.even_in_exception]
    others = [rule for rule in user.rules if not rule.even_in_exception]
    return (
        arriving.take_rule(turn, lifted, where, opened=opened)
        or arriving.take_period(turn, user.exceptions, where.target, local, others)
        or arriving.take_rule(turn, others, where, opened=opened)
        or _context(turn, extension, user, local, opened=opened)
    )


def _context(turn: Turn, extension: str, user: User, local: datetime, *, opened: bool) -> str:
    """Forward, schedule, do not disturb: 3 to 6."""
    scheduled = user.schedule is not None and user.schedule.enabled
    forward = user.forward is not None and user.forward.enabled
    if forward and user.forward_vs_schedule == "forward_first":
        return _forwarded(turn, extension)
    if scheduled and not opened:
        turn.note("user_closed", user=extension, time=clock_fact(local))
        return "c"
    if forward and (not scheduled or user.forward_in_open_hours == "apply"):
        return _forwarded(turn, extension)
    if forward:
        turn.note("forward_suspended", user=extension)
    if turn.intent(extension) == "dnd":
        turn.note("do_not_disturb", user=extension)
        return "d"
    turn.note("user_open", user=extension, time=clock_fact(local))
    return "o"


def _forwarded(turn: Turn, extension: str) -> str:
    turn.note("forwarded", user=extension)
    return "f"


def _answer(turn: Turn, spot: Spot, user: User) -> Next:
    """7 to 9: his phones ring, or his state says what happens instead."""
    answering = answering_of(user, spot.context)
    if answering.ring is None:
        turn.note("nothing_rings", user=spot.id)
        return spot.at("n", 0)
    agent = turn.agent(spot.id)
    if agent is None:
        return ring_from(turn, spot, user, 0)
    if agent.intent == "offline" or (agent.state is AgentState.OFFLINE and not user.own_numbers):
        turn.note("user_signed_off" if agent.intent == "offline" else "user_offline", user=spot.id)
        return spot.at("n", 0)
    if turn.intent(spot.id) == "dnd":  # closed hours that ring; open ones have a branch of their own
        turn.note("do_not_disturb", user=spot.id)
        return spot.at("n", 0)
    if agent.blocked:
        turn.note("capacity_blocks", user=spot.id)
        waits = isinstance(answering.busy, CallWaiting)
        return spot.at("n" if waits else "b", 0)
    if _occupied(agent, user) and not isinstance(answering.busy, CallWaiting):
        turn.note("user_busy", user=spot.id)
        return spot.at("b", 0)
    if turn.intent(spot.id) == "break" and not user.ring_on_break and not agent.legs:
        turn.note("user_on_break", user=spot.id)
        return spot.at("n", 0)
    return ring_from(turn, spot, user, 0)


def _occupied(agent: Agent, user: User) -> bool:
    """On a call, rung for one, or in the work after one where he takes that for busy (4.2, ranks 1 to 3)."""
    return bool(agent.legs or agent.ringing) or (user.busy_in_wrap_up and agent.state is AgentState.ACW)


def ring_from(turn: Turn, spot: Spot, user: User, group: int) -> Next:
    """Ring the first group, from `group` on, in which anything can ring; else unanswered."""
    plan = answering_of(user, spot.context).ring or RingPlan()
    groups = ring_groups(user, plan)
    reachable = set(turn.reachable_devices(spot.id, user))
    if group == 0:
        _note_left_out(turn, spot.id, user, plan)
    for number in range(group, len(groups)):
        legs = _legs(
            turn, spot.at("r", number), user, [k for k in groups[number] if _rings(user, k, reachable)]
        )
        if any(map(_asks_caller, legs)):
            agreed = _agreed(turn, spot)
            if agreed is None:
                return _ask_caller(turn, spot, number, legs)
            turn.note("caller_agreed" if agreed else "caller_did_not_agree", user=spot.id)
            legs = _consented(legs, agreed=agreed)
        if legs:
            key_0 = operators.zero_dialing(turn) is not None
            step = Ring(legs=legs, seconds=plan.seconds, key_0=key_0, hold_music=user.hold_music)
            return turn.decide(spot.at("r", number).place(), step)
    turn.note("no_device", user=spot.id)
    return spot.at("n", 0)


def ring_groups(user: User, plan: RingPlan) -> tuple[tuple[str, ...], ...]:
    """Simultaneous: one group; sequential: a group each (C7). Devices of a class that is off are left out,
    outside numbers never are (Z13)."""
    order = _order(user, plan)
    kept = tuple(key for key in order if not _class_off(user, plan, key))
    if plan.mode == "sequential":
        return tuple((key,) for key in kept)
    return (kept,) if kept else ()


def _order(user: User, plan: RingPlan) -> tuple[str, ...]:
    return plan.order or (*user.devices, *user.external_numbers)


def _note_left_out(turn: Turn, extension: str, user: User, plan: RingPlan) -> None:
    """A reason for each phone that his settings keep silent."""
    order = _order(user, plan)
    for key in (key for key in user.devices if key not in order):
        turn.note("device_not_in_plan", user=extension, device=key)
    for key in (key for key in user.external_numbers if key not in order):
        turn.note("outside_not_in_plan", user=extension, outside=user.external_numbers[key].number)
    for key in order:
        device, outside = user.devices.get(key), user.external_numbers.get(key)
        if outside is not None and not outside.enabled:
            turn.note("outside_disabled", user=extension, outside=outside.number)
        elif device is not None and not is_talked_on(device):
            turn.note("device_never_rung", user=extension, device=key)
        elif device is not None and device.ring_class in plan.classes_off:
            turn.note("class_off", user=extension, device=key, ring_class=device.ring_class)


def _class_off(user: User, plan: RingPlan, key: str) -> bool:
    device = user.devices.get(key)
    return device is not None and (device.ring_class in plan.classes_off or not is_talked_on(device))


def _rings(user: User, key: str, reachable: set[str]) -> bool:
    outside = user.external_numbers.get(key)
    return outside.enabled if outside is not None else key in reachable


def _legs(turn: Turn, spot: Spot, user: User, keys: Sequence[str]) -> tuple[Leg, ...]:
    """A leg for each phone; outside numbers as far as there are lines and the user may call there. After trunks that failed,
    when nothing else of the group was there: the outside numbers by the next."""
    legs: list[Leg] = []
    seconds = (answering_of(user, spot.context).ring or RingPlan()).seconds
    failed = failures((each for each in turn.history if each.place == spot.place()), spot.id)
    for key in keys:
        outside = user.external_numbers.get(key)
        if outside is None and failed:
            continue
        if outside is None:
            legs += legs_of_devices(turn, spot.id, (key,), seconds, legs)
            continue
        beside = [leg.trunk for leg in legs if leg.number]
        trunk = way_beside(turn, spot.id, outside.number, outside.country, beside=beside, failed=failed)
        if trunk is not None:
            leg = own_leg(turn, outside.number, spot.id, seconds, trunk)
            asked = confirm(turn, spot, spot.id, outside.confirm_by, outside.confirm_seconds)
            legs.append(msgspec.structs.replace(leg, confirm=asked) if outside.press_1 else leg)
    return tuple(legs)


# --- press 1, asked of the caller (C6, Z17, T30) --------------------------------------------------------

_QUESTION = "q"


def _asks_caller(leg: Leg) -> bool:
    return leg.confirm is not None and leg.confirm.by == "caller"


def _agreed(turn: Turn, spot: Spot) -> bool | None:
    """What the caller said when he was asked at this user; None before he was."""
    said = [a.outcome.keys for a in turn.history if _is_question(a.place, spot)]
    return said[-1] == "1" if said else None


def _is_question(place: Place, spot: Spot) -> bool:
    here = (place.kind, place.id, place.branch) == ("u", spot.id, spot.branch)
    return here and parse_stage(place.stage).part == _QUESTION


def _ask_caller(turn: Turn, spot: Spot, number: int, legs: tuple[Leg, ...]) -> Decision:
    """He is asked once a route, before anything of the group rings."""
    seconds = max(leg.confirm.seconds for leg in legs if leg.confirm is not None)
    turn.note("caller_asked", user=spot.id)
    ask = Ask(prompts=builtin(turn, "confirm_call"), keys="1", plays=1, wait_seconds=seconds)
    return turn.decide(spot.at("r", number).place(_QUESTION), ask)


def _consented(legs: tuple[Leg, ...], *, agreed: bool) -> tuple[Leg, ...]:
    """Without the phones he did not consent to; those he did are not confirmed a second time."""
    kept = [leg for leg in legs if agreed or not _asks_caller(leg)]
    return tuple(msgspec.structs.replace(leg, confirm=None) if _asks_caller(leg) else leg for leg in kept)


def after_ring(turn: Turn, spot: Spot, outcome: Outcome, part: str) -> Next:
    """What follows a group of a user's phones."""
    user = turn.document.users[spot.id]
    if part == _QUESTION:
        return ring_from(turn, spot, user, spot.index)
    answering = answering_of(user, spot.context)
    if outcome.kind is OutcomeKind.KEYED:
        return operators.zero_dialed(turn, spot.at("n", 0))
    if outcome.kind is OutcomeKind.DECLINED:
        turn.note("declined", user=spot.id)
        return spot.at("n", 0)
    if outcome.kind is OutcomeKind.BUSY and not isinstance(answering.busy, CallWaiting):
        turn.note("phone_busy", user=spot.id)
        return spot.at("b", 0)
    turn.note("group_over", user=spot.id, outcome=outcome.kind.name.lower())
    if outcome.kind is OutcomeKind.TRUNK_FAILED:
        return ring_from(turn, spot, user, spot.index)
    return ring_from(turn, spot, user, spot.index + 1)


def ring_site_device(turn: Turn, extension: str) -> Decision:
    """A device that is nobody's rings alone; a horn answers by itself."""
    over = turn.arrive("s", extension)
    if over is not None:
        return over
    device = turn.document.site_devices[extension].device
    if not device.enabled:
        turn.note("device_disabled", user=extension, device=extension)
        return turn.decide(Place("s", extension, "off", "z0"), Hangup(why="unavailable"))
    pages = answers_by_itself(device)
    leg = Leg(id=extension, owner=extension, seconds=30, device=extension, pages=pages)
    return turn.decide(Place("s", extension, "o", "r0"), Ring(legs=(leg,), seconds=30))
