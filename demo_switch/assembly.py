"""Puts a switch together from plain values; `running` adds its doors. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import gevent

from demo_switch import bridging, call_flow
from demo_switch.api import run_api, run_in_expansion
from demo_switch.applications import APPLICATIONS
from demo_switch.channel import Channel, Task
from demo_switch.dialplan import Dialplans
from demo_switch.directory import Directory
from demo_switch.event_socket import EventSocket
from demo_switch.events import EventBus
from demo_switch.http_lookup import Binding, XmlCurl
from demo_switch.listing import heartbeat
from demo_switch.lookups import Lookups
from demo_switch.media import Durations
from demo_switch.phones import Phones
from demo_switch.refusals import Refusals
from demo_switch.registrations import Registrations
from demo_switch.switch import Switch
from demo_switch.timeline import Timeline
from demo_switch.voicemail import Mailboxes
from presence.clock import Clock

HEARTBEAT_SECONDS = 20.0


@dataclass(frozen=True)
class Plan:
    """What a switch is made of. `dialplan` is the list calls arrive with, e.g. `XML,XML:<fail-safe file>`."""

    switchname: str = "node-1"
    bindings: Mapping[str, Sequence[Binding]] = field(default_factory=dict)
    mirror: str = ""
    dialplan: str = "XML"
    sounds: str = ""
    durations: Mapping[str, float] = field(default_factory=dict)
    gateways: frozenset[str] = frozenset({"trunk"})
    variables: Mapping[str, str] = field(default_factory=dict)


def build(plan: Plan, clock: Clock, phones: Phones) -> Switch:
    """A switch without doors."""
    refusals, events = Refusals(), EventBus(clock, plan.switchname)
    known = {"hostname": plan.switchname, "switchname": plan.switchname, "core_uuid": events.core_uuid}
    known |= plan.variables
    curl = XmlCurl(clock, refusals, plan.switchname)
    lookups = Lookups(events, refusals, curl, plan.bindings, known)

    def api(name: str, arguments: str) -> str:
        return run_in_expansion(switch, name, arguments)

    def look_up(channel: Channel, name: str) -> str | None:
        return call_flow.variable(switch, channel, name)

    def find_actions(channel: Channel) -> Sequence[Task] | None:
        return dialplans.actions(channel)

    dialplans = Dialplans(refusals, lookups.dialplan, look_up, api)
    switch = Switch(
        clock=clock, events=events, refusals=refusals, timeline=Timeline(clock),
        directory=Directory(lookups, refusals, plan.mirror), registrations=Registrations(clock, events),
        phones=phones, durations=Durations(refusals, dict(plan.durations), plan.sounds),
        mailboxes=Mailboxes(), find_actions=find_actions, applications=APPLICATIONS,
        join=lambda a, b: bridging.join(switch, a, b), expansion_api=api, gateways=plan.gateways,
        globals=known, started=clock.unix(),
    )  # fmt: skip
    return switch


class Running:
    """A switch with its event socket, its heartbeat and the expiry of registrations."""

    def __init__(self, switch: Switch, listen: tuple[str, int], password: str) -> None:
        self.switch = switch
        self.socket = EventSocket(switch, listen, password, lambda n, a: run_api(switch, n, a))

    def start(self) -> tuple[str, int]:
        """The address of the event socket."""
        address = self.socket.start()
        self.switch.spawn(self._beat)
        self.switch.spawn(self.switch.registrations.expire_for_ever)
        return address

    def stop(self) -> None:
        """End every call and close the door, at once."""
        self.socket.stop()
        gevent.killall(list(self.switch.greenlets), block=True, timeout=1.0)
        self.switch.channels.clear()

    def _beat(self) -> None:
        while True:
            self.switch.pause(HEARTBEAT_SECONDS)
            self.switch.events.plain("HEARTBEAT", heartbeat(self.switch))


def gateways_of(folder: Path) -> frozenset[str]:
    """Names of the gateways in the administrator's files, and always `trunk`."""
    found = {"trunk"}
    for path in sorted(folder.glob("*.xml")):
        for part in path.read_text(errors="replace").split('<gateway name="')[1:]:
            found.add(part.partition('"')[0])
    return frozenset(found)
