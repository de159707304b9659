"""What callers hear while they wait in a queue: its welcome, then, when it is due, its message, their position, and how long
they will probably wait (R54, D50)."""

from __future__ import annotations

from routing import predicted_wait, waiting_line
from routing.members import Step
from routing.route import Attempt
from routing.stages import parse_stage
from routing.steps import PromptRef
from routing.turn import Turn, builtin, company_prompt

_DAY = 24 * 3600


def welcome(turn: Turn, step: Step) -> tuple[PromptRef, ...]:
    """Heard once, by everybody, before anything else."""
    queue = turn.document.queues[step.spot.id]
    return company_prompt(queue.welcome) if queue.welcome else ()


def announcement(turn: Turn, step: Step) -> tuple[int, tuple[PromptRef, ...]]:
    """The number of the announcement that is due, and what is said; nothing when none is. When the wait begins the position
    and the expected wait are told, then with each periodic message."""
    queue = turn.document.queues[step.spot.id]
    told = [parse_stage(each.place.stage).number for each in _here(turn, step) if _part(each) == "a"]
    waited = round(turn.snapshot.now.timestamp()) - step.since
    due = waited // queue.periodic_seconds if queue.periodic_seconds else 0
    if due <= (told[-1] if told else -1 if queue.announce_position or queue.announce_wait else 0):
        return 0, ()
    message = company_prompt(queue.periodic_prompt) if due and queue.periodic_prompt else ()
    position = _position(turn, step.spot.id) if queue.announce_position else ()
    return due, (*message, *position, *(_expected_wait(turn, step, waited) if queue.announce_wait else ()))


def until_announcement(turn: Turn, step: Step) -> int:
    """Seconds until the next periodic message is due; a day in a queue that has none."""
    every = turn.document.queues[step.spot.id].periodic_seconds
    waited = round(turn.snapshot.now.timestamp()) - step.since
    return every - waited % every if every else _DAY


def _position(turn: Turn, key: str) -> tuple[PromptRef, ...]:
    place = waiting_line.position(turn, key)
    if place <= 1:
        return builtin(turn, "position_next") if place else ()
    return _counted(turn, "position", place)


def _expected_wait(turn: Turn, step: Step, waited: int) -> tuple[PromptRef, ...]:
    minutes = predicted_wait.minutes_told(turn, step.spot.id, waited)
    if not minutes:
        return ()
    turn.note("queue_tells_wait", queue=step.spot.id, minutes=str(minutes))
    return _counted(turn, "wait", minutes)


def _counted(turn: Turn, name: str, number: int) -> tuple[PromptRef, ...]:
    """A number between two recordings, in each language."""
    return tuple(
        each
        for language in dict.fromkeys(prompt.language for prompt in builtin(turn, f"{name}_before"))
        for each in (
            PromptRef(f"{name}_before", language=language, number=number),
            PromptRef(f"{name}_after", language=language),
        )
    )


def _here(turn: Turn, step: Step) -> list[Attempt]:
    """What is past of this visit to the line: its places tell since when he waits."""
    spot, since = step.spot, step.since
    return [
        each for each in turn.history
        if (each.place.kind, each.place.id, each.place.branch) == (spot.kind, spot.id, spot.branch)
        and parse_stage(each.place.stage).until == since
    ]  # fmt: skip


def _part(attempt: Attempt) -> str:
    return parse_stage(attempt.place.stage).part
