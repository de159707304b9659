"""Calls that somebody takes who was not rung: one that rings for a colleague, one that was parked (star codes). And parking."""

from __future__ import annotations

from collections.abc import Iterator

from routing import arriving
from routing.company import CompanyDocument
from routing.decision import Decision
from routing.route import Place
from routing.snapshot import LiveCall
from routing.spots import Next
from routing.star_codes import StarCall
from routing.steps import Hangup, PickUp, Wait
from routing.turn import Turn

KIND = "k"
"""Of the places of star codes: `k.<code>.<extension>.<stage>`."""
PARK_SECONDS = 60
"""After which a parked call rings whoever parked it."""
_PARKED = "68"


def pick_up(turn: Turn, dialled: StarCall) -> Decision:
    """The call that rings a colleague's phones, or any colleague's; of several the one that is oldest."""
    owner, colleagues = turn.call.owner, colleagues_of(turn.document, turn.call.owner)
    if dialled.argument and dialled.argument not in colleagues:
        turn.note("pick_up_not_allowed", user=owner, extension=dialled.argument)
        return _refuse(turn, "97")
    wanted = {dialled.argument} if dialled.argument else colleagues
    ringing = [call for call in turn.snapshot.calls or () if wanted & set(_rung(turn, call))]
    return _take(turn, ringing, "97")


def take_back(turn: Turn, dialled: StarCall) -> Decision:
    """A call parked at an extension, one's own without one; of several the one that is oldest."""
    where = dialled.argument or turn.call.owner
    parked = f"{KIND}.{_PARKED}.{where}."
    return _take(turn, [call for call in turn.snapshot.calls or () if call.place.startswith(parked)], "88")


def park(turn: Turn, dialled: StarCall) -> Decision:
    """Whom somebody sent there waits with music for anybody to take him; several may wait at one extension."""
    where = dialled.argument or turn.call.owner
    if turn.call.entry_kind != "transfer" or where not in turn.company.extensions:
        turn.note("park_refused", extension=where)
        return _refuse(turn, _PARKED)
    turn.note("parked", extension=where, seconds=str(PARK_SECONDS))
    music = turn.document.users[turn.call.owner].hold_music if turn.call.owner in turn.document.users else ""
    return turn.decide(
        Place(KIND, _PARKED, where, "s0w0"), Wait(seconds=PARK_SECONDS, music=music, dispatched=True)
    )


def after(turn: Turn) -> Next:
    """Nobody took him: back to whoever parked him. Whoever took nobody has been told so."""
    if turn.history[-1].place.id == _PARKED:
        turn.note("park_over", user=turn.call.owner)
        return arriving.enter_extension(turn, turn.call.owner)
    turn.note("nothing_to_take")
    return turn.decide(turn.history[-1].place, Hangup(why="unavailable"))


def colleagues_of(document: CompanyDocument, extension: str) -> set[str]:
    """Everybody who shares a team, a queue or a shared line with him, and whom he supervises."""
    found: set[str] = set()
    for members in _groups(document, extension):
        found |= members
    return found - {extension}


def _groups(document: CompanyDocument, extension: str) -> Iterator[set[str]]:
    for team in document.teams.values():
        if extension in team.members or extension in team.supervisors:
            yield set(team.members)
    lines = [(line.members, ()) for line in document.shared_lines.values()]
    for own, teams in [*((queue.members, queue.teams) for queue in document.queues.values()), *lines]:
        members = {*own, *(each for key in teams for each in document.teams[key].members)}
        if extension in members:
            yield members


def _rung(turn: Turn, call: LiveCall) -> Iterator[str]:
    """The users whose phones ring for a call; outside numbers are nobody's to take."""
    owners = turn.company.device_owners
    return (owners[device] for device in call.ringing if device in owners)


def _take(turn: Turn, calls: list[LiveCall], code: str) -> Decision:
    if not calls:
        turn.note("nothing_to_take")
        return _refuse(turn, code)
    oldest = min(calls, key=lambda call: call.since)
    turn.note("taken", caller=oldest.caller)
    return turn.decide(Place(KIND, code, "o", "s0t0"), PickUp(channel=oldest.channel))


def _refuse(turn: Turn, code: str) -> Decision:
    return turn.decide(Place(KIND, code, "none", "z0"), Hangup(why="unavailable"))
