"""Serves the operations: lets in, reads the body, calls, answers. The one place where the API meets HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import structlog
from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from console.admission import Asker, asker_of
from console.api.operation import Answer, Asked, Document, Handled, Nothing, Operation, Patch
from console.doors import Doors
from console.languages import COOKIE as LANGUAGE_COOKIE
from console.languages import chosen
from console.permissions import may
from console.refusals import Refusal, response
from routing.company import Language
from schemas.problems import in_words
from schemas.shape import Shape

_LOG = structlog.get_logger()
ROOT = "/api/v1"
_NOBODY = Asker(name="", kind="account", role="supervisor", company="\0")
"""Who asks a public operation: he may nothing and sees no company."""


def add_api(app: Flask, doors: Doors, operations: tuple[Operation, ...]) -> None:
    """Routes for all of them."""
    for each in operations:
        path = ROOT + each.path.replace("{", "<").replace("}", ">")
        app.add_url_rule(path, f"api_{each.name}", _view(each, doors), methods=[each.method])


def language_of(wish: str = "") -> Language:
    """The language of the request at hand; `wish` is the account's."""
    return chosen(wish, request.cookies.get(LANGUAGE_COOKIE, ""), request.accept_languages)


def http_error(error: HTTPException) -> Response:
    """What Flask itself refuses, in the API's words."""
    codes = {404: "no_such_address", 405: "method_not_allowed"}
    code = codes.get(error.code or 500, "bad_request")
    answer = response(Refusal(code), language_of())
    allow = dict(error.get_headers()).get("Allow")
    if allow:
        answer.headers["Allow"] = allow
    return answer


def internal_error(error: Exception) -> Response:
    """A bug: the reader learns that it is ours, the log learns what it is."""
    _LOG.error("internal error", path=request.path, exc_info=error)
    return response(Refusal("internal_error"), language_of())


def _view(operation: Operation, doors: Doors) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        asker = _admitted(operation, doors, path)
        if isinstance(asker, Refusal):
            return response(asker, language_of())
        language = language_of(asker.language)
        # The request itself, not Flask's stand-in for it: a feed asks who it is for when the stand-in is long gone.
        real: Request = request._get_current_object()  # type: ignore[attr-defined]
        asked = _read(operation, Asked(doors, asker, language, real))
        handled = asked if isinstance(asked, Refusal) else operation.handler(asked, **path)
        return _rendered(operation, handled, language)

    return view


def _admitted(operation: Operation, doors: Doors, path: dict[str, str]) -> Asker | Refusal:
    if operation.public:
        return _NOBODY
    asker = asker_of(request, doors)
    if isinstance(asker, Refusal):
        return asker
    if operation.permission is not None and not may(asker.role, operation.permission):
        return Refusal("not_allowed", {"role": asker.role, "permission": operation.permission.value})
    if "company" in path and not asker.sees(path["company"]):
        return Refusal("unknown_company", {"company": path["company"]})
    return asker


def _read(operation: Operation, asked: Asked) -> Asked | Refusal:
    if operation.body is None:
        return asked
    request.max_content_length = operation.most_bytes
    try:
        sent = request.get_data(cache=False)
        if request.content_length is None and len(sent) >= operation.most_bytes:
            raise RequestEntityTooLarge  # Werkzeug cuts a body without a length at the limit, and says nothing
        text = sent.decode("utf-8")
    except RequestEntityTooLarge:
        return Refusal("too_large", {"most": operation.most_bytes})
    except UnicodeDecodeError as error:
        return Refusal("unreadable", {"why": str(error)})
    if operation.body is Document:
        return replace(asked, text=text)
    try:
        data = msgspec.json.decode(sent)
    except (msgspec.DecodeError, RecursionError) as error:
        return Refusal("unreadable", {"why": str(error)})
    return _typed(operation.body, data, asked)


def _typed(wanted: type[msgspec.Struct], data: Any, asked: Asked) -> Asked | Refusal:
    found = shape_of(wanted).mistakes(data)
    if found:
        return Refusal("mistakes", {"count": len(found)}, tuple(in_words(each) for each in found))
    return replace(asked, body=data if wanted is Patch else msgspec.convert(data, wanted))


@cache
def shape_of(wanted: type[msgspec.Struct]) -> Shape:
    """The body's own schema, judged as company documents are: every mistake at once."""
    if wanted is Patch:
        return Shape({"type": "object"})
    ((_, schema),) = msgspec.json.schema_components([wanted])[1].items()
    return Shape(schema)


def _rendered(operation: Operation, handled: Handled, language: Language) -> Response:
    if isinstance(handled, Refusal):
        return response(handled, language)
    if isinstance(handled, Response):
        return handled
    answer = handled if isinstance(handled, Answer) else Answer(handled, operation.status)
    if operation.answers is Nothing or answer.value is None:
        return Response("", 204, list(answer.headers))
    body = msgspec.json.encode(answer.value)
    return Response(body, answer.status, list(answer.headers), mimetype="application/json")
