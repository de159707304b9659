"""The API of a running installation, as a scenario's programs use it."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime
from typing import Any

from schemas.settings import Settings
from store.accounts import Role
from store.tokens import Tokens

_ASK_SECONDS = 10.0


class ApiDoor:
    """With a token of its own."""

    def __init__(self, settings: Settings) -> None:
        self._address, self._database = settings.console_listen, settings.database_url
        self._token = ""
        self._tokens: dict[tuple[str, str, str], str] = {}

    def place(self, company: str, extension: str, to: str, *, force: bool) -> str:
        """Ask for a call, `force`: whatever his capacity; its id, or the status with which it was refused."""
        path = f"/api/v1/companies/{company}/agents/{extension}/calls"
        status, told = self._ask("POST", path, {"to": to, "force": force})
        return str(told["call"]) if status == 202 else str(status)

    def lift(self, company: str, extension: str) -> None:
        """Lift a hold; RuntimeError when there is none."""
        status, told = self._ask("DELETE", f"/api/v1/companies/{company}/agents/{extension}/hold")
        if status != 204:
            raise RuntimeError(f"{company} {extension}: {told}")

    def opt(self, company: str, extension: str, queue: str, *, into: bool) -> None:
        """A member takes a queue's calls from now on, or none of them; RuntimeError where he may not."""
        path = f"/api/v1/companies/{company}/agents/{extension}/queues/{queue}"
        status, told = self._ask(
            "PUT", path, {"takes_calls": into}, bearer=self._of_user(company, extension, "agent")
        )
        if status != 200:
            raise RuntimeError(f"{company} {extension} {queue}: {told}")

    def supervise(self, company: str, extension: str, call: str, does: str) -> str:
        """A supervisor steps into a call, or out of it; the code with which he is refused, else empty."""
        path = f"/api/v1/companies/{company}/calls/{call}/supervision"
        bearer = self._of_user(company, extension, "supervisor")
        if does == "leave":
            status, told = self._ask("DELETE", path, bearer=bearer)
        else:
            status, told = self._ask("POST", path, {"mode": does}, bearer=bearer)
        return "" if status in (202, 204) else str(told["code"])

    def _of_user(self, company: str, extension: str, role: Role) -> str:
        """A token that speaks for a user."""
        known = (company, extension, role)
        if known not in self._tokens:
            self._tokens[known] = Tokens(self._database).create(
                "scenario", role=role, company=company, created_by="scenario", now=datetime.now(UTC),
                extension=extension,
            )[1]  # fmt: skip
        return self._tokens[known]

    def _ask(self, method: str, path: str, body: object = None, bearer: str = "") -> tuple[int, Any]:
        link = http.client.HTTPConnection(self._address.host, self._address.port, timeout=_ASK_SECONDS)
        try:
            text = json.dumps(body) if body is not None else None
            link.request(method, path, text, {"Authorization": f"Bearer {bearer or self._bearer()}"})
            answer = link.getresponse()
            read = answer.read()
            return answer.status, json.loads(read) if read else None
        finally:
            link.close()

    def _bearer(self) -> str:
        if not self._token:
            created = Tokens(self._database).create(
                "scenario", role="admin", company="", created_by="scenario", now=datetime.now(UTC)
            )
            self._token = created[1]
        return self._token
