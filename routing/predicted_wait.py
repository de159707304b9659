"""How long a caller who comes into a queue now will probably wait, in seconds, or nothing where nobody can say (D50, AC14).

What is said is what was: the mean time in line of those who were answered in the last ten minutes, the newest counting most,
and never less than somebody waits already. Whoever is first in line while a member is free does not wait.
"""

from __future__ import annotations

from routing import waiting_line
from routing.members import may_ring, members_of, step_of_queue
from routing.turn import Turn

WINDOW_SECONDS = 600


def predicted(turn: Turn, key: str) -> int | None:
    """Seconds; None when nobody was answered lately and nobody waits."""
    in_line = [
        each for each in waiting_line.everybody(turn) if each.queue == key and each.call != turn.call.id
    ]
    if not in_line and _is_somebody_free(turn, key):
        return 0
    now = turn.snapshot.now.timestamp()
    ages = [(now - each.at, each.waited) for each in turn.snapshot.connects.get(key, ())]
    weighed = [(1 - age / WINDOW_SECONDS, waited) for age, waited in ages if 0 <= age < WINDOW_SECONDS]
    total = sum(weight for weight, _ in weighed)
    known = [sum(weight * waited for weight, waited in weighed) / total] if total else []
    known += [now - each.since for each in in_line]
    return round(max(known)) if known else None


def _is_somebody_free(turn: Turn, key: str) -> bool:
    if turn.snapshot.agents is None:
        return False
    step = step_of_queue(turn, key)
    return any(may_ring(turn, step, member) for member in members_of(turn, step.ring))


def is_too_long(turn: Turn, key: str) -> bool:
    """A caller would wait longer than the queue lets him; the queue that another one overflows into takes him all the
    same (D50)."""
    limits = [each.over for each in turn.document.queues[key].overflow if each.reason == "predicted_wait"]
    seconds = predicted(turn, key) if limits and not turn.comes_from("q", key) else None
    if seconds is None or seconds <= min(limits):
        return False
    turn.note("queue_too_slow", queue=key, seconds=str(seconds), most=str(min(limits)))
    return True


def minutes_told(turn: Turn, key: str, waited: float) -> int:
    """Less than so many minutes are left for a caller who has waited `waited` seconds; 0: nothing is said. At least two, and never
    one that ends in 1: a recorded "1" has a gender in French that minutes do not."""
    seconds = predicted(turn, key)
    if seconds is None or seconds <= waited:
        return 0
    minutes = max(2, int((seconds - waited) // 60) + 1)
    return minutes + (minutes % 10 == 1)
