"""What happens when a call reaches something: a number, an extension, and the choice of its branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from routing import hours, outbound, predicted_wait, star_calls, users, waiting_line
from routing.company import ExceptionalPeriod, Handling, Number, Queue, Rule
from routing.decision import Decision
from routing.number_patterns import matches
from routing.outbound_dialing import is_emergency, leaves
from routing.reasons import RuleBecause
from routing.route import Place
from routing.spots import Next, Spot
from routing.steps import Announce, Hangup, Voicemail
from routing.turn import Turn, clock_fact, company_prompt, say_and_hang_up


def enter(turn: Turn) -> Next:
    """The beginning of a segment."""
    call = turn.call
    goes_out = leaves(turn.company, call)
    if goes_out and is_emergency(turn.company, call.entry):
        return outbound.enter(turn)
    if any(matches(pattern, call.caller_number) for pattern in turn.document.account.blocked_callers):
        turn.note("caller_blocked", caller=call.caller_number)
        return turn.decide(Place("a", turn.company.id, "blocked", "z0"), Hangup(why="rejected"))
    if call.entry_kind == "number":
        return enter_number(turn, call.entry)
    starred = star_calls.star_call_of(call)
    if starred is not None:
        return star_calls.enter(turn, starred)
    if call.entry_kind == "transfer" and not goes_out and call.entry not in turn.company.extensions:
        return returned(turn, _unknown(turn, call.entry))
    return returned(turn, outbound.enter(turn)) if goes_out else enter_extension(turn, call.entry)


def returned(turn: Turn, decision: Decision) -> Next:
    """Whom somebody sent where nobody takes him is not dropped without a word: he comes back to whoever sent him. Where a
    word is said he is told, and the call is over."""
    owner, step = turn.call.owner, decision.step
    dropped = isinstance(step, Hangup) and not step.prompts
    if turn.call.entry_kind != "transfer" or not dropped or not answers(turn, owner):
        return decision
    turn.note("transfer_returns", user=owner)
    return enter_extension(turn, owner)


def enter_number(turn: Turn, ident: str) -> Next:
    """The flow of a number (INBOUND, 0 to 6)."""
    number = turn.document.numbers.get(ident)
    if number is None or not number.enabled or not number.receive_calls:
        turn.note("number_not_in_service", number=ident)
        return turn.decide(Place("n", ident, "off", "z0"), Hangup(why="unallocated"))
    if number.extension:
        return enter_extension(turn, number.extension)
    over = turn.arrive("n", ident)
    if over is not None:
        return over
    handling = turn.document.handlings.get(number.handling)
    if handling is None:
        turn.note("number_without_handling", number=ident)
        return say_and_hang_up(turn, Place("n", ident, "none", "z0"), "not_in_service")
    branch = number_branch(turn, number, ident, handling)
    return Spot("n", ident, branch, "s", 0, visit=turn.visit("n", ident))


def number_branch(turn: Turn, number: Number, ident: str, handling: Handling) -> str:
    """Which branch of its handling: the order of 3.3, 1 to 5."""
    local = turn.local(turn.company.number_zone(number))
    if handling.forced == "closed":
        return _open_or_closed(turn, handling, ident, local, opened=False)
    opened = handling.forced == "open" or hours.is_open(handling.schedule, local)
    where = Where(f"n.{ident}", ident, local)
    lifted = [rule for rule in handling.rules if rule.even_in_exception]
    others = [rule for rule in handling.rules if not rule.even_in_exception]
    return (
        take_rule(turn, lifted, where, opened=opened)
        or take_period(turn, handling.exceptions, where.target, local, others)
        or take_rule(turn, others, where, opened=opened)
        or _open_or_closed(turn, handling, ident, local, opened=opened)
    )


def _open_or_closed(turn: Turn, handling: Handling, ident: str, local: datetime, *, opened: bool) -> str:
    turn.rule = "open" if opened else "closed"
    if handling.forced:
        turn.note("number_forced_open" if opened else "number_forced_closed", number=ident)
    else:
        turn.note("number_open" if opened else "number_closed", number=ident, time=clock_fact(local))
    return "o" if opened else "c"


def take_period(
    turn: Turn,
    periods: Mapping[str, ExceptionalPeriod],
    target: str,
    local: datetime,
    rules: Sequence[Rule] = (),
) -> str | None:
    """The branch of the period that wins now; those in force that it outranks leave a reason, and the rules that it
    precedes."""
    winner = hours.winning_period(periods, local)
    if winner is None:
        return None
    for key, period in periods.items():
        if key != winner and hours.covers(period, local):
            turn.note("exception_outranked", target=target, period=key, by=winner)
    turn.rule = winner
    turn.note("exception_in_force", target=target, period=winner, time=clock_fact(local))
    for rule in rules:
        turn.note("rule_passed_over", target=target, rule=rule.id, because="exception")
    return f"x-{winner}"


class Where(msgspec.Struct, frozen=True):
    """Where rules are looked at: the object, the number that was called, the time there."""

    target: str
    number: str
    local: datetime


def take_rule(turn: Turn, rules: Sequence[Rule], where: Where, *, opened: bool) -> str | None:
    """The branch of the first rule that matches; each passed over leaves a reason."""
    for rule in rules:
        because = _mismatch(turn, rule, where, opened=opened)
        if not because:
            turn.rule = rule.id
            turn.note("rule_matched", target=where.target, rule=rule.id)
            return f"r-{rule.id}"
        turn.note("rule_passed_over", target=where.target, rule=rule.id, because=because)
    return None


def _mismatch(turn: Turn, rule: Rule, where: Where, *, opened: bool) -> RuleBecause | Literal[""]:
    """The first condition of a rule that does not hold, empty when all that are set do (R09 to R12)."""
    if not rule.enabled:
        return "disabled"
    if rule.state and (rule.state == "open") != opened:
        return "state"
    if rule.called and where.number not in rule.called:
        return "called"
    return "caller" if not _caller_matches(turn, rule) else _mistimed(rule, where.local)


def _caller_matches(turn: Turn, rule: Rule) -> bool:
    if not rule.callers and not rule.contacts:
        return True
    known = [turn.document.contacts[key].number for key in rule.contacts if key in turn.document.contacts]
    return any(matches(pattern, turn.call.caller_number) for pattern in (*rule.callers, *known))


def _mistimed(rule: Rule, local: datetime) -> Literal["", "hours", "dates"]:
    if rule.weekly and not any(hours.in_opening(opening, local) for opening in rule.weekly):
        return "hours"
    if rule.dates and not any(hours.in_range(span, local.date()) for span in rule.dates):
        return "dates"
    return ""


def enter_extension(turn: Turn, extension: str, mailbox: str = "") -> Next:
    """Whatever answers to an extension; its own rules alone apply from here (C25). `mailbox`: who forwarded it and
    keeps his mailbox."""
    target = turn.company.extensions.get(extension)
    if target is None:
        return _unknown(turn, extension)
    if target.kind in ("box", "announcement", "site_device"):
        turn.note("extension_reached", extension=extension)
    match target.kind:
        case "user":
            return users.enter_user(turn, extension, mailbox)
        case "box":
            return turn.decide(Place("b", extension, "o", "z0"), Voicemail(box=extension))
        case "announcement":
            prompt = turn.document.announcements[extension].prompt
            return turn.decide(Place("p", extension, "o", "z0"), Announce(prompts=company_prompt(prompt)))
        case "queue":
            return enter_group(turn, "q", target.id)
        case "shared_line":
            return enter_group(turn, "l", target.id)
        case "site_device":
            return users.ring_site_device(turn, extension)


def answers(turn: Turn, extension: str) -> bool:
    """Something answers to it: an extension nobody has, and a user who may not have calls handled (T113), do not."""
    user = turn.document.users.get(extension)
    if user is not None:
        return user.licensed and turn.document.account.call_handling_plan
    return extension in turn.company.extensions


def enter_group(turn: Turn, kind: str, ident: str) -> Next:
    """A queue or a shared line: hours first, then its members by its own strategy."""
    over = turn.arrive(kind, ident)
    if over is not None:
        return over
    queue = turn.document.queues.get(ident) if kind == "q" else None
    turn.rule = turn.rule or ident
    spot = Spot(kind, ident, "o", "s", 0, visit=turn.visit(kind, ident))
    if queue is None:
        turn.note("line_reached", line=ident)
        return spot
    local = turn.local(turn.company.queue_zone(queue))
    period = take_period(turn, queue.exceptions, f"q.{ident}", local)
    if period is not None:
        return msgspec.structs.replace(spot, branch=period)
    if queue.members_own_hours or hours.is_open(queue.schedule, local):
        turn.note("queue_open", queue=ident, time=clock_fact(local))
        return _before_queueing(turn, spot, queue)
    turn.note("queue_out_of_hours", queue=ident, time=clock_fact(local))
    return msgspec.structs.replace(spot, branch="c")


def _before_queueing(turn: Turn, spot: Spot, queue: Queue) -> Spot:
    """A full queue, or one where he would wait too long, sends him elsewhere before he waits; the first of the list that
    holds (D50)."""
    found = {"full": "f", "predicted_wait": "p"}
    for reason in dict.fromkeys([*(each.reason for each in queue.overflow if each.reason in found), "full"]):
        holds = waiting_line.is_full if reason == "full" else predicted_wait.is_too_long
        if holds(turn, spot.id):
            return spot.at(found[reason], 0)
    return spot


def _unknown(turn: Turn, extension: str) -> Decision:
    turn.note("extension_unknown", dialled=extension)
    return turn.decide(Place("e", "unknown", "o", "z0"), Hangup(why="unallocated"))
