"""A transfer completed while whoever was asked still rings, as FreeSWITCH tells of it (measured): what is ordered, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import gevent
import pytest

from controller.calls import LiveCalls
from controller.early_transfers import EVENT, EarlyTransfers
from controller.esl import CommandError, Event, NodeLink
from controller.published import Published
from controller.reading import early_transfer_of
from tests.controller.test_node import call_id, leg_event, step, until
from tests.controller.test_records_of_calls import client, controller
from tests.sample import company

__all__ = ["client"]
pytestmark = pytest.mark.timeout(30)
CALLER, QUESTION = call_id(1), call_id(2)
DIALPLANS = "XML,XML:/failsafe.xml"


class Link:
    """Notes what is ordered; `gone` refuses."""

    def __init__(self, gone: str = "") -> None:
        self.ordered: list[str] = []
        self.gone = gone

    def commands(self, uuid: str, commands: Sequence[str], *, deadline: float) -> list[str]:
        assert uuid == CALLER
        assert deadline > 0
        self.ordered += commands
        if self.gone and self.gone in commands[0]:
            raise CommandError("-ERR No such channel!")
        return ["+OK"]


def replaced(**others: str) -> Event:
    said = {
        "relais_call": QUESTION, "relais_company": "boreal", "relais_entry": "extension.1004",
        "transfer_to": f"satt:{CALLER}", **others,
    }  # fmt: skip
    return Event({"Event-Name": "CUSTOM", "Event-Subclass": EVENT, "Unique-ID": QUESTION,
                  **{f"variable_{name}": value for name, value in said.items()}})  # fmt: skip


def ringing(client: Any, link: Link) -> tuple[EarlyTransfers, Callable[[], None]]:
    """Claire's question rings a phone; the second ends it."""
    watch = controller(client)
    watch.on_event(step("begin", QUESTION))
    watch.on_event(leg_event("CHANNEL_CREATE", QUESTION))
    published = Published(cast(Any, None))
    published.companies["boreal"] = company()
    early = EarlyTransfers(
        link=cast(NodeLink, link), published=published, calls=cast(LiveCalls, watch.calls), writer=watch.writer,
        dialplans=DIALPLANS,
    )  # fmt: skip
    watch.also(early.concerned, lambda *_: None)
    return early, lambda: watch.on_event(
        Event({"Event-Name": "CHANNEL_HANGUP_COMPLETE", "Unique-ID": QUESTION})
    )


def test_given_phones_that_ring_for_a_question_then_they_stop_before_the_partner_dials_the_same(
    client: Any,
) -> None:
    link = Link()
    early, ends = ringing(client, link)
    leg = leg_event("CHANNEL_CREATE", QUESTION).unique_id
    early.on_replaced(replaced())
    until(lambda: len(link.ordered) == 2)
    gevent.sleep(0.1)
    assert link.ordered == [f"uuid_setvar {QUESTION} holding_uuid", f"uuid_kill {leg} ORIGINATOR_CANCEL"]
    ends()
    until(lambda: len(link.ordered) == 4)
    assert link.ordered[2:] == [
        f"uuid_setvar {CALLER} transfer_to", f"uuid_transfer {CALLER} 1004 {DIALPLANS} relais-transfer",
    ]  # fmt: skip


@pytest.mark.parametrize("gone", ["holding_uuid", "uuid_kill"])
def test_given_somebody_who_is_gone_already_or_an_end_that_nobody_tells_then_the_partner_is_sent_all_the_same(
    client: Any, gone: str
) -> None:
    link = Link(gone)
    early, _ = ringing(client, link)
    early.on_replaced(replaced())
    until(lambda: f"uuid_transfer {CALLER} 1004 {DIALPLANS} relais-transfer" in link.ordered)


@pytest.mark.parametrize(
    "others",
    [
        {"transfer_to": f"att:{CALLER}"},
        {"transfer_to": "satt:nobody"},
        {"transfer_to": ""},
        {"relais_entry": "extension.1004 XML default"},
        {"relais_entry": ""},
        {"relais_call": "x"},
    ],
    ids=[
        "he had answered",
        "no partner",
        "nothing said",
        "more than a number",
        "no entry",
        "no call of ours",
    ],
)
def test_given_anything_else_then_nothing_is_done(others: dict[str, str]) -> None:
    assert early_transfer_of(replaced(**others)) is None
