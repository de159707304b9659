"""Calls under way, as somebody reads them who would take one: those of his switch, and nothing that cannot be a channel."""

from __future__ import annotations

import json

import pytest

from presence.live_calls import read
from routing.snapshot import LiveCall

CHANNEL = "47ed607c-f505-4410-8083-3ce885c2fd9f"
SHOWN = {
    "uuid": CHANNEL, "state": "in progress", "entry": "number.N-MAIN", "from": "+14505550199", "place": "u.1004.o.r0",
    "rule": "o", "since": 12.5, "with": "", "node": "n1", "ringing": ["1004a"],
}  # fmt: skip


def test_what_the_controller_shows_of_a_call_is_a_call() -> None:
    (call,) = read([json.dumps(SHOWN)], "n1")
    assert call == LiveCall(
        channel=CHANNEL, place="u.1004.o.r0", since=12.5, caller="+14505550199", ringing=("1004a",)
    )


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({**SHOWN, "node": "n2"}),
        json.dumps({**SHOWN, "uuid": "x; system rm"}),
        json.dumps({**SHOWN, "since": "then"}),
        json.dumps({"uuid": CHANNEL}),
        "{", "", "[]",
    ],
    ids=["of another switch", "no channel", "no second", "too little", "cut", "nothing", "a list"],
)  # fmt: skip
def test_what_cannot_be_taken_here_is_nobodys(text: str) -> None:
    assert read([text], "n1") == ()
