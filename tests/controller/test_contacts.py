"""Where the phones are that ring for a call somebody asked for."""

from __future__ import annotations

import pytest

from controller.contacts import contact
from tests.routing.following import changed

COMPANY = changed(
    {
        "trunks": {
            "T-2": {"gateway": "sip2", "leads_to": "teams", "rank": 2},
            "T-1": {"gateway": "sip", "leads_to": "teams", "format": "digits"},
        },
        "users": {"1005": {"devices": {"1005t": {"kind": "teams", "number": "+15145550175"}}}},
    }
)
HERE = "sofia/phones/sip:1005a@192.0.2.2:5060"


@pytest.mark.parametrize(
    ("device", "answer", "found", "asked"),
    [
        ("1005a", HERE, HERE, ["sofia_contact */1005a@boreal.example"]),
        ("1005a", "error/user_not_registered", "", ["sofia_contact */1005a@boreal.example"]),
        ("1005t", HERE, "sofia/gateway/sip/15145550175", []),
    ],
)  # fmt: skip
def test_given_a_phone_then_the_switch_says_where_it_is_or_its_gateway_leads_there(
    device: str, answer: str, found: str, asked: list[str]
) -> None:
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return answer

    assert contact(COMPANY, "1005", device, ask) == found
    assert questions == asked
