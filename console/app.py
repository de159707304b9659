"""The console: a first API and the live page. HTTP basic credentials of the administrator guard both."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import msgspec
import structlog
from flask import Flask, Response, request, send_from_directory

from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import Away
from presence.gathering import everybody
from presence.nodes import heartbeat_of
from routing.company import CompanyDocument
from schemas.company import load_company
from store.documents import Conflict, Documents
from store.snapshot import SnapshotReader

_STATIC = Path(__file__).with_name("static")
_REFRESH_SECONDS = 0.2
_HEARTBEAT_ROUNDS = 60
_LOG = structlog.get_logger()
_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


class Console:
    """What the pages and the API read and change."""

    def __init__(
        self, *, client: Any, reader: SnapshotReader, clock: Clock, documents: Documents, node: str
    ) -> None:
        self._client, self._reader, self._clock = client, reader, clock
        self.documents, self._node = documents, node
        self.publish: Callable[[str], int] = lambda _: 0

    def companies(self) -> list[str]:
        """Companies that are served."""
        self._reader.poll()
        return self._reader.companies()

    def board(self, company: str) -> dict[str, Any]:
        """Agents and calls of a company as they are now; `presence` says whether Redis and the switch answer."""
        self._reader.poll()
        snapshot = self._reader.current(company)
        if snapshot is None:
            return {"presence": "unknown_company", "agents": [], "calls": []}
        document, now = snapshot.document, self._clock.unix(company)
        owners = {extension: tuple(user.devices) for extension, user in document.users.items()}
        try:
            records = everybody(self._client, company, owners, now)
            calls = AgentStore(self._client, company).calls()
            followed = heartbeat_of(self._client, self._node)
        except Away:
            return {"presence": "no_redis", "agents": [], "calls": []}
        agents = [_agent_row(document, extension, record) for extension, record in records.items()]
        rows = [{"id": ident, **facts} for ident, facts in calls.items()]
        return {
            "presence": "live" if followed else "no_switch",
            "company": document.account.name,
            "agents": agents,
            "calls": rows,
        }


def _agent_row(document: CompanyDocument, extension: str, record: Any) -> dict[str, Any]:
    return {
        "extension": extension,
        "name": document.users[extension].name,
        "state": record.agent.state.value,
        "reason": record.reason,
        "since": record.since,
        "devices": sorted(record.agent.registered),
        "with": [leg.other for leg in record.legs],
    }


def create_app(console: Console, password: str) -> Flask:
    """The application."""
    app = Flask("console", static_folder=None)
    expected = f"admin:{password}".encode()

    @app.before_request
    def guard() -> Response | None:
        if request.path.startswith(("/health/", "/static/")):
            return None
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            if kind.lower() == "basic" and hmac.compare_digest(b64decode(given), expected):
                return None
        except ValueError:
            pass
        return Response("", 401, {"WWW-Authenticate": 'Basic realm="Relais", charset="UTF-8"'})

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    _add_pages(app, console)
    _add_api(app, console)
    return app


def _add_pages(app: Flask, console: Console) -> None:
    @app.get("/")
    def page() -> Response:
        return send_from_directory(_STATIC, "board.html")

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        return send_from_directory(_STATIC, name)

    @app.get("/events/<company>")
    def events(company: str) -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(_stream(console, company), mimetype="text/event-stream", headers=headers)

    @app.get("/health/<kind>")
    def health(kind: str) -> Response:
        return Response("ready\n" if kind in ("live", "ready") else "", mimetype="text/plain")


def _stream(console: Console, company: str) -> Iterator[bytes]:
    """The board whenever it differs from what was sent; a comment now and then so that a gone reader is noticed."""
    sent, quiet = b"", 0
    while True:
        state = msgspec.json.encode(console.board(company))
        if state != sent:
            sent, quiet = state, 0
            yield b"data: " + state + b"\n\n"
        elif quiet >= _HEARTBEAT_ROUNDS:
            quiet = 0
            yield b": still here\n\n"
        quiet += 1
        gevent.sleep(_REFRESH_SECONDS)


def _add_api(app: Flask, console: Console) -> None:
    @app.get("/api/v1/companies")
    def companies() -> Response:
        return _json({"companies": console.companies()})

    @app.get("/api/v1/companies/<company>/agents")
    def agents(company: str) -> Response:
        return _json({"agents": console.board(company)["agents"]})

    @app.get("/api/v1/companies/<company>/calls")
    def calls(company: str) -> Response:
        return _json({"calls": console.board(company)["calls"]})

    @app.get("/api/v1/companies/<company>/document")
    def document(company: str) -> Response:
        found = console.documents.load(company)
        if found is None:
            return _json({"code": "unknown_company", "message": f"no company {company}"}, 404)
        response = Response(msgspec.json.encode(found[1]), mimetype="application/json")
        response.headers["ETag"] = f'"{found[0]}"'
        return response

    @app.put("/api/v1/companies/<company>/document")
    def save(company: str) -> Response:
        return _save(console, company)


def _save(console: Console, company: str) -> Response:
    made_from = request.headers.get("If-Match", "").strip('"')
    if not made_from.isdigit():
        return _json(
            {"code": "if_match_required", "message": "name the revision you changed in If-Match"}, 428
        )
    loaded = load_company(request.get_data(as_text=True))
    if isinstance(loaded, list):
        return _json(
            {"code": "refused", "problems": [msgspec.to_builtins(problem) for problem in loaded]}, 422
        )
    if loaded.account.id != company:
        return _json({"code": "other_company", "message": f"the document is of {loaded.account.id}"}, 422)
    saved = console.documents.save(loaded, made_from=int(made_from), author="admin", note="by the API")
    if isinstance(saved, Conflict):
        return _json({"code": "conflict", **msgspec.to_builtins(saved)}, 412)
    console.publish(company)
    return _json({"revision": saved.revision})


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, mimetype="application/json")
