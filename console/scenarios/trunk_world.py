"""The outside world of a scenario's company: its gateways, one peer each, and numbers as each of them is asked for them."""

from __future__ import annotations

import msgspec

from routing.company import CompanyDocument
from routing.teams_phones import in_teams
from routing.trunk_dialing import dialled
from routing.trunks import apart
from schemas.scenario import Scenario


def renamed(document: CompanyDocument, ident: str) -> CompanyDocument:
    """The gateways of the company `ident`: `ident` itself, and `ident-<trunk>`."""
    trunks = {
        key: msgspec.structs.replace(trunk, gateway=gateway_of(ident, key))
        for key, trunk in document.trunks.items()
    }
    return msgspec.structs.replace(document, trunks=trunks)


def gateway_of(ident: str, trunk: str) -> str:
    """The gateway of a trunk; `trunk` empty: the account's own."""
    return f"{ident}-{trunk}" if trunk else ident


class TrunkWorld:
    """What one scenario's trunks are called, and what they are asked for."""

    def __init__(self, ident: str, scenario: Scenario) -> None:
        document, told = scenario.document, scenario.trunks
        self._ident = ident
        self.up = [key for key in ("", *document.trunks) if told.get(key) != ()]
        """Those that are there at all."""
        rows = (row.who for row in scenario.timeline if row.what == "rings" and row.who.startswith("+"))
        self._in_teams = {key: device.number for _, key, device in in_teams(document)}
        phones = (phone for phone in scenario.phones if phone.startswith("+"))
        numbers = {*rows, *phones, *self._in_teams.values()}
        self._to_teams = [key for key in self.up if key in apart(document)]
        self._written = {key: {n: dialled(document, key, n) for n in numbers} for key in self.up}

    def gateways(self) -> dict[str, str]:
        """Gateway by trunk."""
        return {key: gateway_of(self._ident, key) for key in self.up}

    def trunk_of(self, gateway: str) -> str:
        """The trunk of a gateway."""
        return next((key for key in self.up if gateway_of(self._ident, key) == gateway), "")

    def written(self, trunk: str, number: str) -> str:
        """A number as the trunk is asked for it."""
        return self._written[trunk].get(number, number)

    def meant(self, written: str) -> str:
        """The number, or the phone in Teams, that is meant by what a trunk is asked for; what is none of the scenario's stays as it
        is."""
        pairs = (pair for numbers in self._written.values() for pair in numbers.items())
        number = next((number for number, text in pairs if text == written), written)
        return next((device for device, known in self._in_teams.items() if known == number), number)

    def teams_number(self, device: str) -> str:
        """Of a phone in Teams; empty for any other."""
        return self._in_teams.get(device, "")

    def ways_to(self, phone: str) -> list[str]:
        """The trunks by which a number, or a phone in Teams, is called."""
        to_teams = self.teams_number(phone) != ""
        return [key for key in self.up if (key in self._to_teams) == to_teams]
