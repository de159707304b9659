"""The live feed of agents and calls."""

from __future__ import annotations

from flask import Response

from console.admission import Asker, asker_of
from console.api.operation import Asked, Events, operation
from console.live_feed import MOST_SCREENS
from console.permissions import Permission
from console.refusals import Refusal


@operation(
    "GET", "/companies/{company}/feed", answers=Events, permission=Permission.SEE_LIVE,
    refusals=("too_many_screens",),
)  # fmt: skip
def follow_feed(asked: Asked, company: str) -> Response | Refusal:
    """Server-sent events without end: `board` first, then `changes`, and `beat` when nothing changes."""
    doors, request = asked.doors, asked.request
    if doors.feeds.count() >= MOST_SCREENS:
        return Refusal("too_many_screens")
    events = doors.feeds.follow(company, lambda: isinstance(asker_of(request, doors), Asker))
    if events is None:
        return Refusal("unknown_company", {"company": company})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(events, mimetype="text/event-stream", headers=headers)


OPERATIONS = (follow_feed,)
