"""The web application: the API, the pages, health and figures, each from a module of its own."""

from __future__ import annotations

import time
from importlib.metadata import version

import msgspec
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from console.api import OPERATIONS
from console.api.description import describe
from console.api.serving import ROOT, add_api, http_error
from console.doors import Doors
from console.headers import harden
from console.health import add_health
from console.pages import add_pages


def create_app(doors: Doors) -> Flask:
    """The application behind these doors."""
    app = Flask("console", static_folder="static", template_folder="templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _count(app, doors)
    app.after_request(harden)
    add_api(app, doors, OPERATIONS)
    add_pages(app, doors)
    add_health(app, doors)
    app.register_error_handler(HTTPException, http_error)
    description = msgspec.json.encode(describe(OPERATIONS, version("relais")))

    @app.get(f"{ROOT}/openapi.json")
    def openapi() -> Response:
        return Response(description, mimetype="application/json")

    return app


def _count(app: Flask, doors: Doors) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        route = request.endpoint or "none"
        doors.metrics.answers.labels(route, str(answer.status_code)).inc()
        if not answer.is_streamed:
            doors.metrics.seconds.observe(time.perf_counter() - g.began)
        return answer
