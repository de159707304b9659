"""The web application the switch asks: Flask, always 200 with XML once authenticated."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from dialplan_server.answering import Answering
from dialplan_server.rendering import documents

_MOST_BYTES = 1 << 20


def create_app(answering: Answering, password: str) -> Flask:
    """The application; `password` is the basic credentials' of user `relais`."""
    app = Flask("dialplan_server", static_folder=None)
    expected = f"relais:{password}".encode()
    sections: dict[str, Callable[[bytes], bytes]] = {
        "dialplan": answering.dialplan,
        "directory": answering.directory,
        "configuration": answering.configuration,
    }

    @app.post("/freeswitch/<section>")
    def ask(section: str) -> Response:
        if not _allowed(request.headers.get("Authorization", ""), expected):
            return Response("", 401, {"WWW-Authenticate": 'Basic realm="relais"'})
        answer = sections.get(section)
        if answer is None or (request.content_length or 0) > _MOST_BYTES:
            return Response(documents.NOT_FOUND, mimetype="text/xml")
        # Never request.form: it decodes before it splits (freeswitch-facts 17).
        return Response(answer(request.get_data(cache=False)), mimetype="text/xml")

    _add_health(app, answering)
    return app


def _allowed(header: str, expected: bytes) -> bool:
    kind, _, given = header.partition(" ")
    try:
        return kind.lower() == "basic" and hmac.compare_digest(b64decode(given), expected)
    except ValueError:
        return False


def _add_health(app: Flask, answering: Answering) -> None:
    @app.get("/health/live")
    def live() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/health/ready")
    def ready() -> Response:
        good = bool(answering.published.companies.by_id)
        return Response("ready\n" if good else "no company\n", 200 if good else 503, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(answering.metrics.text(), mimetype=CONTENT_TYPE_LATEST)
