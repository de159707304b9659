"""Agents' connectivity, from the switch's registrations: each as it comes, all of them after a reconnection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from controller.esl import Event
from controller.presence_writer import PresenceWriter
from controller.published import Published
from controller.repairs import Repairs
from presence.agents import AgentStore
from presence.clock import Clock
from routing.teams_phones import in_teams

_AS_LONG_AS_UP = 365 * 86400.0
"""A gateway registers nothing that could run out."""


class Registrations:
    """Which devices can be reached through one switch. `switch_time`: Unix seconds as the switch counts them."""

    def __init__(
        self, clock: Clock, published: Published, stores: Callable[[str], AgentStore], writer: PresenceWriter,
        switch_time: Callable[[], float], repairs: Repairs,
    ) -> None:  # fmt: skip
        self._node, self._repairs = repairs.node, repairs
        self._suspects: set[tuple[str, str]] = set()
        self._clock, self._published, self._stores = clock, published, stores
        self._writer, self._switch_time = writer, switch_time
        self.gateway_is_up: Callable[[str], bool] = lambda _: False
        self._in_teams: dict[str, frozenset[str]] = {}

    def replace(self, rows: Sequence[Mapping[str, str]]) -> None:
        """The rows of `show registrations` are all there are at this switch."""
        self._in_teams = {company: self._reachable(company) for company in self._published.companies}
        for company, devices in self._registered(rows).items():
            self._writer.put(partial(self._replace, company, devices))

    def _registered(self, rows: Sequence[Mapping[str, str]]) -> dict[str, dict[str, float]]:
        """By company and device, until when; companies without any too."""
        found: dict[str, dict[str, float]] = {company: {} for company in self._published.owners}
        for row in rows:
            company = self._published.company_of.get(row.get("realm", ""))
            if company is not None:
                left = float(row.get("expires") or 0) - self._switch_time()
                found[company][row.get("reg_user", "")] = self._clock.unix(company) + left
        for company, devices in self._in_teams.items():
            until = self._clock.unix(company) + _AS_LONG_AS_UP
            found.get(company, {}).update(dict.fromkeys(devices, until))
        return found

    def look_at_teams(self) -> None:
        """Phones in Teams are there while a gateway to Teams takes calls: what has changed is told."""
        for company in list(self._published.companies):
            was, now = self._in_teams.get(company, frozenset()), self._reachable(company)
            self._in_teams[company] = now
            for device in sorted(was ^ now):
                self._writer.put(partial(self._teams, company, device, there=device in now))

    def _reachable(self, company: str) -> frozenset[str]:
        document = self._published.companies[company].document
        trunks = [trunk for trunk in document.trunks.values() if trunk.enabled and trunk.leads_to == "teams"]
        if not any(self.gateway_is_up(trunk.gateway) for trunk in trunks):
            return frozenset()
        return frozenset(key for _, key, _ in in_teams(document))

    def _teams(self, company: str, device: str, *, there: bool) -> None:
        store, owner, now = (
            self._stores(company),
            self._published.owners[company].get(device, ""),
            self._clock.unix(company),
        )
        if there:
            store.register(device, now + _AS_LONG_AS_UP, owner, now, node=self._node)
        else:
            store.unregister(device, owner, now, node=self._node)

    def _replace(self, company: str, devices: Mapping[str, float]) -> None:
        owners = self._published.owners[company]
        self._stores(company).replace_devices(devices, owners, self._clock.unix(company), node=self._node)

    def sweep(self, rows: Sequence[Mapping[str, str]]) -> Callable[[str], bool]:
        """What to do for each company: make Redis agree with the rows. True: something seems wrong, and is put right when
        it still is at the next look, since its event may be on its way."""
        registered = self._registered(rows)
        return lambda company: self._compare(company, registered.get(company, {}))

    def _compare(self, company: str, devices: Mapping[str, float]) -> bool:
        now, believed = self._clock.unix(company), self._stores(company).devices(self._node)
        there = {device for device, until in believed.items() if until > now}
        wrong = {(company, device) for device in there ^ devices.keys()}
        for _, device in wrong & self._suspects:
            self._repair(company, device, devices.get(device), now)
        doubts = wrong - self._suspects
        self._suspects = {each for each in self._suspects if each[0] != company} | doubts
        return bool(doubts)

    def _repair(self, company: str, device: str, until: float | None, now: float) -> None:
        store, owner = self._stores(company), self._published.owners[company].get(device, "")
        if until is None:
            store.unregister(device, owner, now, node=self._node, source="sweep")
            self._repairs.tell(company, "device_gone", device, "registered, and the switch does not know it")
        elif until > now:
            store.register(device, until, owner, now, node=self._node, source="sweep")
            self._repairs.tell(company, "device_found", device, "not registered, and the switch has it")

    def on_register(self, event: Event) -> None:
        """A device is there, until it says so again or its time is over."""
        company = self._published.company(event.get("realm") or event.get("from-host"))
        if company is not None:
            device = event.get("username") or event.get("from-user")
            now, owner = self._clock.unix(company), self._published.owners[company].get(device, "")
            until = now + float(event.get("expires") or 0)
            self._writer.put(
                lambda: self._stores(company).register(device, until, owner, now, node=self._node)
            )

    def on_unregister(self, event: Event) -> None:
        """It is gone, by its own word or because its time is over (`sofia::expire` has names of its own)."""
        host = event.get("realm") or event.get("from-host") or event.get("host")
        company = self._published.company_of.get(host)
        if company is not None:
            device = event.get("username") or event.get("from-user") or event.get("user")
            now, owner = self._clock.unix(company), self._published.owners[company].get(device, "")
            self._writer.put(lambda: self._stores(company).unregister(device, owner, now, node=self._node))
