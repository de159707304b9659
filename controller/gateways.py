"""The switch's gateways: what becomes of them is kept for decisions, told to the companies that use them, and logged.

The switch says it by `sofia::gateway_state` when a registration changes; what no event says (a ping without answer, a gateway that
was taken away) is seen by asking.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

import structlog
from lxml import etree

from controller.esl import Event
from controller.presence_writer import PresenceWriter
from controller.published import Published
from presence.agents import AgentStore
from presence.connection import Away
from presence.gateways import Gateway, GatewayStore
from routing.trunks import gateways_of

ASK = "sofia xmlstatus gateway"
EVENT = "sofia::gateway_state"
_LOG = structlog.get_logger()


class Gateways:
    """Those of one switch. `api` asks it."""

    def __init__(
        self, store: GatewayStore, published: Published, stores: Callable[[str], AgentStore], writer: PresenceWriter,
        api: Callable[[str], str], real_time: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._store, self._published, self._stores, self._writer = store, published, stores, writer
        self._api, self._real_time = api, real_time
        self._known: dict[str, Gateway] = {}

    def down(self) -> int:
        """How many take no call now."""
        return sum(not gateway.up for gateway in self._known.values())

    def is_up(self, name: str) -> bool:
        """It takes calls, as far as is known: by another controller too, before ours has asked."""
        try:
            self._known = self._known or self._store.all()
        except Away:
            return False
        return name in self._known and self._known[name].up

    def look(self) -> None:
        """Ask for all of them. Raises as the link does."""
        told = dict(states_of(self._api(ASK)))
        if not self._known:
            self._known = self._store.all()
        gone = self._known.keys() - told.keys()
        for name in gone:
            del self._known[name]
        if gone:
            self._writer.put(lambda: self._store.gone(*gone))
        for name, (up, state) in told.items():
            self._now(name, up=up, state=state)

    def on_state(self, event: Event) -> None:
        """A registration changed, or a ping."""
        name, state = event.get("Gateway"), event.get("State")
        if name and state:
            self._now(name, up=event.get("Ping-Status") == "UP", state=state)

    def _now(self, name: str, *, up: bool, state: str) -> None:
        was = self._known.get(name)
        if was is not None and (was.up, was.state) == (up, state):
            return
        since = was.since if was is not None and was.up == up else self._real_time()
        gateway = self._known[name] = Gateway(up=up, state=state, since=since)
        self._writer.put(lambda: self._store.changed(name, gateway))
        if was is not None and was.up != up:
            (_LOG.info if up else _LOG.error)(
                "gateway " + ("up" if up else "down"), gateway=name, state=state
            )
        if was is None or was.up != up:
            self._tell(name, "up" if up else "down")

    def _tell(self, name: str, how: str) -> None:
        for ident, company in self._published.companies.items():
            if name in gateways_of(company.document):
                self._writer.put(lambda ident=ident: self._stores(ident).trunk(name, how))  # type: ignore[misc]


def states_of(answer: str) -> Iterator[tuple[str, tuple[bool, str]]]:
    """Name, whether it takes calls, and the state of its registration, of what `sofia xmlstatus gateway` says; nothing of what is
    no list of gateways."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(answer.encode(), parser) if answer else None
    for gateway in root.iterfind("gateway") if root is not None else ():
        said: Mapping[str, str] = {str(child.tag): child.text or "" for child in gateway}
        if said.get("name"):
            yield said["name"], (said.get("status") == "UP", said.get("state", ""))
