"""Is this process alive, can it work, and what has it done: for supervisors and Prometheus, without signing in."""

from __future__ import annotations

import gevent
from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST

from console.doors import Doors
from routing.lint_clock import check
from routing.lint_sentences import sentence

_DATABASE_SECONDS = 0.8


def add_health(app: Flask, doors: Doors) -> None:
    """`/health/live`, `/health/ready`, `/metrics`."""

    @app.get("/health/live")
    def live() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/health/ready")
    def ready() -> Response:
        good = _database_answers(doors)
        lines = ["ready" if good else "no database", *_clock_findings(doors)]
        return Response("".join(f"{line}\n" for line in lines), 200 if good else 503, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        doors.metrics.screens.set(doors.feeds.count())
        offset = doors.offload(doors.clock_watch.reading).offset
        doors.metrics.clock_offset.set(float("nan") if offset is None else offset)
        return Response(doors.metrics.text(), content_type=CONTENT_TYPE_LATEST)


def _clock_findings(doors: Doors) -> list[str]:
    """A clock that is wrong stops nobody from working, but whoever looks is told (LINT-26)."""
    findings = check(doors.offload(doors.clock_watch.reading))
    return [f"{finding.id}: {sentence(finding, 'en')}" for finding in findings]


def _database_answers(doors: Doors) -> bool:
    with gevent.Timeout(_DATABASE_SECONDS, False):
        return doors.offload(doors.documents.answers)
    return False
