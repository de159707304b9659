"""Headers of every answer: what a browser may do with our pages, and what it may keep of them."""

from __future__ import annotations

from flask import Response, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def harden(answer: Response) -> Response:
    """The answer with them; pages and API answers are not kept by anybody."""
    for name, value in _ALWAYS.items():
        answer.headers[name] = value
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    # Also where Flask has said something: a recording that it sends might be kept and only asked for again.
    answer.headers["Cache-Control"] = "no-cache" if request.path.startswith("/static/") else "no-store"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    return answer
