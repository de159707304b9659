"""The switch as its parts see it: channels, events, doors. Put together in `assembly`, no behaviour here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import gevent

from demo_switch.channel import Channel, Task
from demo_switch.events import EventBus
from demo_switch.known_variables import KNOWN, wrong
from demo_switch.refusals import Refusals, Refused
from demo_switch.timeline import Timeline
from presence.clock import Clock

if TYPE_CHECKING:
    from demo_switch.directory import Directory
    from demo_switch.media import Durations
    from demo_switch.phones import Phones
    from demo_switch.registrations import Registrations
    from demo_switch.voicemail import Mailboxes


@dataclass(frozen=True)
class Application:
    """One dialplan application. `media`: an unanswered caller is pre-answered before it runs."""

    run: Callable[[Switch, Channel, str], None]
    media: bool = False


@dataclass
class Switch:
    """Everything the applications and commands reach."""

    clock: Clock
    events: EventBus
    refusals: Refusals
    timeline: Timeline
    directory: Directory
    registrations: Registrations
    phones: Phones
    durations: Durations
    mailboxes: Mailboxes
    find_actions: Callable[[Channel], Sequence[Task] | None]
    applications: Mapping[str, Application]
    join: Callable[[Channel, Channel], None]
    expansion_api: Callable[[str, str], str]
    gateways: frozenset[str]
    channels: dict[str, Channel] = field(default_factory=dict)
    globals: dict[str, str] = field(default_factory=dict)
    sessions: int = 0
    peak: int = 0
    limits: dict[str, int] = field(default_factory=dict)
    known_variables: frozenset[str] = KNOWN
    started: float = 0.0
    greenlets: set[gevent.Greenlet] = field(default_factory=set)

    def spawn(self, function: Callable[..., object], *arguments: object) -> gevent.Greenlet:
        """Run something beside; it dies with the switch."""
        greenlet = gevent.spawn(function, *arguments)
        self.greenlets.add(greenlet)
        greenlet.rawlink(self.greenlets.discard)
        return greenlet

    def at(self, when: float, channel: Channel, act: Callable[[], None]) -> None:
        """Do something at a system time (Unix seconds), unless the channel has hung up by then."""
        self.spawn(self._later, when, channel, act)

    def _later(self, when: float, channel: Channel, act: Callable[[], None]) -> None:
        while channel.up and self.clock.unix() < when:
            gevent.sleep(min(self.clock.real_seconds(when - self.clock.unix()), 1.0))
        if channel.up:
            act()

    def pause(self, seconds: float) -> None:
        """Wait in the present greenlet for seconds of the system."""
        until = self.clock.unix() + seconds
        while (remaining := until - self.clock.unix()) > 0:
            gevent.sleep(min(self.clock.real_seconds(remaining), 1.0))

    def next_session(self) -> str:
        """The number of a new session."""
        self.sessions += 1
        self.peak = max(self.peak, len(self.channels) + 1)
        return str(self.sessions)

    def check_variable(self, name: str, value: str) -> None:
        """Refused when it is one that nobody knows, or one of ours with what the contract does not allow."""
        problem = wrong(name, value, self.known_variables)
        if problem:
            raise Refused("bad_variable", problem)
