"""The pages: templates filled here, brought to life by the modules of `static/js`, which use the API only.

A page is a function of who looks at it; words come from `static/words`, one file a language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from console.admission import COOKIE, Asker, person_of
from console.api.serving import http_error, internal_error, language_of
from console.doors import Doors
from console.languages import words
from console.permissions import Permission, may

_SIGN_IN = "/sign-in"
_FOR_PROGRAMS = ("/api/", "/static/", "/health/", "/metrics")


def add_pages(app: Flask, doors: Doors) -> None:
    """Routes for all of them."""

    @app.get("/")
    def board() -> AnyResponse:
        return _for_people(doors, partial(_board, doors))

    @app.get(_SIGN_IN)
    def sign_in() -> AnyResponse:
        person = person_of(request.cookies.get(COOKIE, ""), doors)
        return redirect("/", 303) if person else _page("sign_in.html", None)

    @app.errorhandler(NotFound)
    def nothing_here(error: NotFound) -> Response:
        if request.path.startswith(_FOR_PROGRAMS):
            return http_error(error)
        answer = _page("nothing_here.html", person_of(request.cookies.get(COOKIE, ""), doors))
        answer.status_code = 404
        return answer

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        answer = internal_error(error)
        if request.path.startswith(_FOR_PROGRAMS):
            return answer
        page = _page("failed.html", None)
        page.status_code = answer.status_code
        return page


def _for_people(doors: Doors, page: Callable[[Asker], Response]) -> AnyResponse:
    """The page for whoever is signed in; the others sign in first."""
    person = person_of(request.cookies.get(COOKIE, ""), doors)
    return page(person) if person else redirect(_SIGN_IN, 303)


def _board(doors: Doors, person: Asker) -> Response:
    """The live board; whoever may not see it has a page of his own."""
    if not may(person.role, Permission.SEE_LIVE):
        return _page("own.html", person)
    found = {ident: name for ident, name in doors.board.companies().items() if person.sees(ident)}
    return _page("board.html", person, companies=sorted(found.items()))


def _page(template: str, person: Asker | None, **facts: object) -> Response:
    language = language_of(person.language if person else "")
    return make_response(
        render_template(template, person=person, language=language, word=words(language).__getitem__, **facts)
    )
