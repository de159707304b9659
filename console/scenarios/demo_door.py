"""The demonstration switch's control door, as a scenario runner uses it (docs/demo-switch.md)."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from routing.what_if_plan import Offer

_ASK_SECONDS = 20.0


class DemoDoor:
    """One running switch. RuntimeError when it refuses."""

    def __init__(self, port: int) -> None:
        self._port = port

    def register(self, address: str) -> None:
        """A phone registers; the door trusts it."""
        self.ask("POST", "/phones/register", {"device": address, "trusted": True})

    def unregister(self, address: str) -> None:
        """A phone says goodbye."""
        self.ask("POST", "/phones/unregister", {"device": address})

    def handle(self, address: str, act: str, to: str = "") -> None:
        """A phone's keys: hold, resume, transfer or join."""
        self.ask("POST", f"/phones/{act}", {"device": address, "to": to})

    def script(self, phone: str, offers: Sequence[Offer]) -> None:
        """What it does with its calls."""
        told = [msgspec.to_builtins(offer) for offer in offers]
        self.ask("POST", "/phones/script", {"phone": phone, "offers": told})

    def call(self, **wanted: Any) -> str:
        """Place a call; its id."""
        return str(self.ask("POST", "/calls", wanted)["call"])

    def knows(self, call: str) -> bool:
        """True as soon as a phone rings for it."""
        return "rows" in self.ask("GET", f"/calls/{call}", strict=False)

    def told(self, call: str) -> dict[str, Any]:
        """What happened in it so far."""
        return dict(self.ask("GET", f"/calls/{call}"))

    def hang_up(self, call: str, who: str = "") -> None:
        """Somebody gives up, the caller when nobody is named; nothing when the call is over."""
        self.ask("POST", f"/calls/{call}/hangup", {"who": who}, strict=False)

    def ask(self, method: str, path: str, body: object = None, *, strict: bool = True) -> Any:
        """One request."""
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ASK_SECONDS)
        try:
            link.request(method, path, json.dumps(body) if body is not None else None)
            answer = link.getresponse()
            found = json.loads(answer.read())
        finally:
            link.close()
        if strict and answer.status != 200:
            raise RuntimeError(f"{method} {path}: {found}")
        return found
