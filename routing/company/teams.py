"""Those who answer together: teams, queues, shared lines."""

from __future__ import annotations

from typing import Literal

from routing.company.actions import AnyAction, Hangup, ZeroDialing
from routing.company.rules import ExceptionalPeriod
from routing.company.schedules import Schedule
from routing.company.shape import Shape
from routing.company.words import Extension, Id, IdleClock, Seconds, Strategy, SupervisorRight


class Team(Shape, frozen=True):
    """People who may be offered the same calls (A06)."""

    name: str = ""
    spoken_name: Id = ""
    members: tuple[Extension, ...] = ()
    supervisors: tuple[Extension, ...] = ()
    numbers: tuple[Id, ...] = ()
    """Numbers that the members may call with, as with access to their data (A03)."""
    supervisors_may: tuple[SupervisorRight, ...] = ("monitor", "take_over", "end", "assign")
    """What they may do with the members' conversations and states, each right apart (catalogue 5, Scope)."""


class Overflow(Shape, frozen=True):
    """Where a queue sends a caller, by reason (D50, D51, R53)."""

    reason: Literal["out_of_hours", "full", "wait", "nobody", "predicted_wait"]
    to: AnyAction
    over: int = 0


class Queue(Shape, frozen=True):
    """A waiting line (Z50, R53 to R57)."""

    name: str = ""
    spoken_name: Id = ""
    extension: Extension = ""
    site: Id = ""
    group: Id = ""
    time_zone: str = ""
    channel: Literal["voice", "other"] = "voice"
    teams: tuple[Id, ...] = ()
    members: tuple[Extension, ...] = ()
    strategy: Strategy = "longest_idle"
    clock: IdleClock = "all_calls"
    member_seconds: Seconds = 15
    max_wait: Seconds = 0
    max_waiting: int = 0
    wrap_up: Seconds = 0
    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    members_own_hours: bool = False
    members_may_change: bool = True
    capacity: Id = ""
    overflow: tuple[Overflow, ...] = ()
    allowed_presences: tuple[Literal["available", "busy", "away"], ...] = ("available",)
    wait_if_busy: bool = True
    respect_queue_time: bool = True
    welcome: Id = ""
    music: Id = ""
    periodic_prompt: Id = ""
    periodic_seconds: Seconds = 0
    announce_position: bool = False
    announce_wait: bool = False
    flush_at_close: bool = False
    priority: int = 0
    zero_dialing: ZeroDialing = ZeroDialing(to="nothing")
    """What 0 does while a caller waits: his number's does not apply here (R50, C25)."""
    wrap_up_capacity: Literal["block", "block_for", "dont_block"] = "block"
    """Whether the work after a call takes a unit of `capacity`: all of it, for `wrap_up_capacity_seconds`, or not (D49)."""
    wrap_up_capacity_seconds: Seconds = 0

    @property
    def wrap_up_blocks(self) -> int:
        """Seconds of the work after a call in which its unit is not free."""
        found = {"block": self.wrap_up, "block_for": min(self.wrap_up, self.wrap_up_capacity_seconds)}
        return found.get(self.wrap_up_capacity, 0)


class SharedLine(Shape, frozen=True):
    """A line shown on several phones (R39)."""

    name: str = ""
    spoken_name: Id = ""
    extension: Extension = ""
    members: tuple[Extension, ...] = ()
    strategy: Strategy = "simultaneous"
    clock: IdleClock = "all_calls"
    seconds: Seconds = 30
    unanswered: AnyAction = Hangup()
