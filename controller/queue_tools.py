"""What the queues' part of a controller works with, wired by hand in `controller.__main__`."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from controller.phones import Phones
from controller.presence_writer import PresenceWriter
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from presence.roster import Roster
from routing.compiled import Company
from routing.steps import Leg

PhoneText = Callable[[Company, Leg, str], str]
"""Company, leg, hold music -> the dial string's part of a leg (`store.prompt_files`)."""


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """`draw`: a random number of 31 bits."""

    node: str
    clock: Clock
    published: Published
    stores: Callable[[str], AgentStore]
    writer: PresenceWriter
    phones: Phones
    roster: Callable[[str, str], Roster]
    """Of a company and a node."""
    draw: Callable[[], int]
    phone_text: PhoneText

    def now(self, company: str) -> float:
        """The company's Unix second."""
        return self.clock.unix(company)

    def write(self, company: str, write: Callable[[AgentStore, float], object]) -> None:
        """Write of a company, behind what the events before have written."""
        self.writer.put(lambda: write(self.stores(company), self.now(company)))
