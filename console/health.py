"""Is this process alive, can it work, and what has it done: for supervisors and Prometheus, without signing in."""

from __future__ import annotations

import gevent
from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST

from console.doors import Doors

_DATABASE_SECONDS = 0.8


def add_health(app: Flask, doors: Doors) -> None:
    """`/health/live`, `/health/ready`, `/metrics`."""

    @app.get("/health/live")
    def live() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/health/ready")
    def ready() -> Response:
        good = _database_answers(doors)
        return Response("ready\n" if good else "no database\n", 200 if good else 503, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        doors.metrics.screens.set(doors.feeds.count())
        return Response(doors.metrics.text(), content_type=CONTENT_TYPE_LATEST)


def _database_answers(doors: Doors) -> bool:
    with gevent.Timeout(_DATABASE_SECONDS, False):
        return doors.offload(doors.documents.answers)
    return False
