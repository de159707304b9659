"""Who may step into whose conversations, and how (catalogue 5, T107, T108): the one answer for every door. Pure.

A group is a team: its supervisors step into the conversations of its members, each of the four rights given apart
(`Team.supervisors_may`). One active monitor a call, never one's own call, and no way back from taking over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from routing.agents import LegActivity
from routing.company import CompanyDocument, SupervisorRight
from routing.rights import Person

Mode = Literal["listen", "whisper", "barge", "take_over", "end"]
Code = Literal[
    "no_conversation",
    "own_call",
    "no_way_back",
    "not_in_group",
    "right_missing",
    "no_own_phone",
    "already_monitored",
    "not_monitoring",
]
RIGHT_OF: Mapping[Mode, SupervisorRight] = {
    "listen": "monitor", "whisper": "monitor", "barge": "monitor", "take_over": "take_over", "end": "end",
}  # fmt: skip


class Monitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who is in somebody else's call: `supervisor` (his extension), how, beside which `agent`, whose leg is `leg`; `own` is
    the supervisor's own leg, empty while his phones ring, whose legs are `rings`; `since` in Unix seconds; `node` whose legs
    these are, empty when it is not known."""

    supervisor: str
    mode: Mode
    agent: str
    leg: str
    own: str = ""
    rings: tuple[str, ...] = ()
    since: float = 0.0
    node: str = ""


class Stepping(msgspec.Struct, frozen=True):
    """It may be done: beside this agent, whose leg this is."""

    agent: str
    leg: str


class Refused(msgspec.Struct, frozen=True):
    """Why not; `who` is the agent or the supervisor that the sentence is about (`routing.supervision_sentences`)."""

    code: Code
    who: str = ""


def judge(
    document: CompanyDocument, person: Person, mode: Mode, legs: Mapping[str, LegActivity],
    monitor: Monitor | None, agent: str = "",
) -> Stepping | Refused:  # fmt: skip
    """Whether a person may step into a call now. `legs`: those of phones of the company in that call, by uuid; `monitor`: who is
    in it already; `agent`: beside whom, when the call has several agents."""
    me = person.extension
    if monitor is not None and me and monitor.supervisor == me and monitor.mode == "take_over":
        return Refused("no_way_back", me)
    talking = {uuid: leg for uuid, leg in legs.items() if leg.state == "answered"}
    if me and any(leg.owner == me for leg in talking.values()):
        return Refused("own_call", me)
    beside = [(leg.owner, uuid) for uuid, leg in talking.items() if agent in ("", leg.owner)]
    if not beside:
        return Refused("no_conversation", agent)
    allowed = [each for each in beside if rights_over(document, person, each[0])]
    if not allowed:
        return Refused("not_in_group", beside[0][0])
    chosen = next((each for each in allowed if monitor and each[1] == monitor.leg), allowed[0])
    if RIGHT_OF[mode] not in rights_over(document, person, chosen[0]):
        return Refused("right_missing", chosen[0])
    if mode != "end" and not me:
        return Refused("no_own_phone")
    if mode != "end" and monitor is not None and monitor.supervisor != me:
        return Refused("already_monitored", monitor.supervisor)
    return Stepping(*chosen)


def judge_leaving(person: Person, monitor: Monitor | None) -> Refused | None:
    """Whether a person may take himself out of a call that he is in as a supervisor."""
    if monitor is None or (person.role != "owner" and monitor.supervisor != person.extension):
        return Refused("not_monitoring")
    return Refused("no_way_back", monitor.supervisor) if monitor.mode == "take_over" else None


def rights_over(document: CompanyDocument, person: Person, extension: str) -> frozenset[SupervisorRight]:
    """What a person may do in the conversations of a user, and with his state. Whoever runs the installation, and a supervisor
    who has no phone of the company, have every group's rights."""
    everywhere = person.role == "owner" or (person.role == "supervisor" and not person.extension)
    teams = [
        team
        for team in document.teams.values()
        if extension in team.members and (everywhere or person.extension in team.supervisors)
    ]
    return frozenset(right for team in teams for right in team.supervisors_may)
