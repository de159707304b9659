"""The web application the switch asks: Flask, always 200 with XML once authenticated."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from http import HTTPMethod
from typing import Any, cast

from flask import Flask, Request, Response, request
from flask.ctx import RequestContext
from flask.globals import _cv_request
from flask.sessions import NullSession
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from dialplan_server.answering import Answering

_MOST_BYTES = 1 << 20
_ANY = tuple(HTTPMethod)
_NO_SESSION = NullSession()


def create_app(answering: Answering, password: str) -> Flask:
    """The application; `password` is the basic credentials' of user `relais`."""
    app = Lean("dialplan_server", static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    expected = f"relais:{password}".encode()

    def of(answer: Callable[[bytes], bytes]) -> Callable[..., Response]:
        def view(**_: str) -> Response:
            environ = request.environ
            if not _allowed(environ.get("HTTP_AUTHORIZATION", ""), expected):
                return Response("", 401, {"WWW-Authenticate": 'Basic realm="relais"'})
            if environ["REQUEST_METHOD"] != "POST":
                return Xml(answering.refuse("request", "method"))
            body = _body(environ)
            return Xml(answering.refuse("request", "body") if body is None else answer(body))

        return view

    for path, answer in (
        ("dialplan", answering.dialplan),
        ("directory", answering.directory),
        ("configuration", answering.configuration),
        ("<path:unknown>", lambda _: answering.refuse("request", "path")),
    ):
        app.add_url_rule(f"/freeswitch/{path}", path, of(answer), methods=_ANY)
    _add_health(app, answering)
    return app


class _Context(RequestContext):
    """A request in force while its view runs, and nothing beside: no application context (nobody here reads `g` or
    `current_app`), no session, no teardown, no signals."""

    app: Lean

    def push(self) -> None:
        self._token = _cv_request.set(self)
        self.match_request()

    def match_request(self) -> None:
        request = self.request
        try:
            rule, given = self.app.route_of(request.environ["PATH_INFO"], request.method)
            request.url_rule, request.view_args = rule, dict(given)
        except HTTPException as error:
            request.routing_exception = error

    def pop(self, exc: BaseException | None = None) -> None:
        _cv_request.reset(self._token)
        # The only cycle that an answer would leave behind: a request has its environment, which has the request.
        self.request.environ["werkzeug.request"] = None


class Lean(Flask):
    """Flask without what nobody uses here: sessions, names of this host, hooks around a request. Half its cost is theirs."""

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        return _Context(self, environ, session=_NO_SESSION)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """None for a request: routes depend on path and method, whatever the `Host` header says (`route_of`)."""
        return None

    @cached_property
    def route_of(self) -> Callable[[str, str], tuple[Rule, Mapping[str, Any]]]:
        """The route of a path and a method, whichever host was asked; there are few. HTTPException when there is none."""
        match = self.url_map.bind("relais").match
        return lru_cache(maxsize=64)(lambda path, method: match(path, method, return_rule=True))

    def full_dispatch_request(self) -> Response:
        """Views here return responses, and nothing is hooked in before or after them."""
        try:
            found = self.dispatch_request()
        except Exception as error:  # noqa: BLE001 - as Flask does: an error page, or raised to the server
            return self.finalize_request(self.handle_user_exception(error))
        return cast(Response, found)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view here is a coroutine."""
        return func


class Xml(Response):
    """A document, with the headers it needs; werkzeug's own response looks for ranges, locations and iterators first.

    The switch never uses a connection twice (mod_xml_curl.c makes a handle for each question): it is closed with the answer,
    where waiting for a second question until the switch closes it costs as much as reading the first."""

    def __init__(self, document: bytes) -> None:
        self._document = document

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The answer of a WSGI application."""
        length = str(len(self._document))
        start_response(
            "200 OK",
            [
                ("Content-Type", "text/xml; charset=utf-8"),
                ("Content-Length", length),
                ("Connection", "close"),
            ],
        )
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self._document,)


def _body(environ: dict[str, Any]) -> bytes | None:
    """Never `request.form`, it decodes before it splits (freeswitch-facts 17). None for a body that is too long, or that
    does not come as it was announced."""
    try:
        body: bytes = environ["wsgi.input"].read(_MOST_BYTES + 1)
    except OSError:
        return None
    return body if len(body) <= _MOST_BYTES else None


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
        text = f"{'ready' if good else 'no company'}\npublished {answering.published.stamp}\n"
        return Response(text, 200 if good else 503, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(answering.metrics.text(), content_type=CONTENT_TYPE_LATEST)
