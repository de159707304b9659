"""The faults: what is done at once, and what eight seconds later."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from console.faults.frozen_link import FrozenLink
from console.scenarios.stack import Stack

FROZEN_SECONDS = 8.0
"""Longer than every deadline of ours, shorter than what makes the supervisor replace a Redis that stands still."""


@dataclass(frozen=True)
class Scene:
    """What a fault can be done to."""

    stack: Stack
    link: FrozenLink

    def signal(self, name: str, number: int) -> None:
        """To one process of the installation; it may have ended."""
        try:
            os.kill(self.stack.children()[name], number)
        except ProcessLookupError:
            pass


@dataclass(frozen=True)
class Fault:
    """`begin` does it, `end` takes it back where that is part of it. `about`: for the table."""

    name: str
    about: str
    begin: Callable[[Scene], None]
    end: Callable[[Scene], None] = lambda _: None
    kills_switch: bool = False


def _kill(name: str) -> Callable[[Scene], None]:
    return lambda scene: scene.signal(name, signal.SIGKILL)


FAULTS = (
    Fault("controller", "The controller is killed", _kill("controller")),
    Fault("worker", "A dialplan worker is killed", _kill("dialplan-0")),
    Fault("redis", "Redis is killed", _kill("redis")),
    Fault("switch", "The switch is killed", _kill("switch"), kills_switch=True),
    Fault(
        "redis_frozen", f"Redis stands still for {FROZEN_SECONDS:.0f} s",
        lambda scene: scene.signal("redis", signal.SIGSTOP), lambda scene: scene.signal("redis", signal.SIGCONT),
    ),
    Fault(
        "link_frozen", f"The event socket stands still for {FROZEN_SECONDS:.0f} s",
        lambda scene: scene.link.freeze(), lambda scene: scene.link.thaw(),
    ),
)  # fmt: skip
