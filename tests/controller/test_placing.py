"""The `originate` of a call that a program places: one line, and what nobody may write into it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from controller.esl import JobLost
from controller.placing import Placer
from presence.clock import Clock
from presence.orders import Order, Reply
from routing.compiled import compile_company
from schemas import dial_strings
from tests.controller.queue_stage import until
from tests.sample import document


class Switch:
    """Says where phones are, and keeps what it is told to do."""

    def __init__(self, **contacts: str) -> None:
        self.contacts, self.told = contacts, list[str]()

    def command(self, device: str, command: str, *, deadline: float) -> str:
        return self.contacts.get(device, "error/user_not_registered")

    def bgapi(self, command: str, *, job_deadline: float) -> Any:
        self.told.append(command)
        return self

    def output(self) -> str:
        return "+OK"


class OnePublished:
    companies = {"boreal": compile_company(document(), 1)}


def order(**words: str) -> Order:
    known = {
        "extension": "1003", "to": "450-555-0166", "shown": "+14505550166", "devices": "1003a 1003b",
        "call": "0b1f0f0e-0000-4000-8000-000000000001", "why": "click",
    }  # fmt: skip
    return Order(id="1", company="boreal", does="place_call", words={**known, **words})


def placer(switch: Switch) -> Placer:
    none: Any = partial(dict)
    return Placer(switch, Clock(), OnePublished(), none, "XML,XML:/x/failsafe.xml")  # type: ignore[arg-type]


def test_given_two_phones_then_both_ring_and_the_one_that_answers_dials() -> None:
    switch = Switch(
        **{"1003a": "sofia/phones/sip:1003a@127.0.0.1:5071", "1003b": "sofia/phones/sip:1003b@[::1]"}
    )
    assert placer(switch).place(order()) == Reply()
    (line,) = switch.told
    assert line.startswith("originate {originate_timeout=25,ignore_early_media=true,relais_company=boreal,")
    assert "effective_caller_id_number=1003,effective_caller_id_name='Priya Nair'}[origination_uuid=" in line
    # A contact that calls itself what has brackets is not written.
    assert line.endswith(
        "]sofia/phones/sip:1003a@127.0.0.1:5071 450-555-0166 XML,XML:/x/failsafe.xml relais-phone"
    )
    assert line.count("origination_uuid") == 1


def test_given_a_link_that_is_lost_while_his_phone_rings_then_nobody_knows_and_no_record_says_otherwise() -> (
    None
):
    class Lost(Switch):
        def output(self) -> str:
            raise JobLost("the link is down")

    told: list[bool | None] = []
    switch = Lost(**{"1003a": "sofia/phones/sip:1003a@127.0.0.1:5071"})
    # Its stores are none: a record could not be written.
    assert placer(switch).place(order(), told.append) == Reply()
    until(lambda: told == [None])


def test_given_no_contact_then_nothing_is_done() -> None:
    switch = Switch()
    assert placer(switch).place(order()) == Reply("no_phone")
    assert switch.told == []


@pytest.mark.parametrize(
    "text", ["1 2", "1'2", "1,2", "1}2", "1[2", "${x}", "1@host", "1;x=y", "", "٠", "1\n2"]
)
def test_what_is_no_number_is_never_dialled(text: str) -> None:
    with pytest.raises(dial_strings.Refused):
        dial_strings.dialled(text)


@pytest.mark.parametrize("name", ["O'Neil", "Zoé Le-Gall jr."])
def test_names_are_written_between_quotes_that_they_do_not_hold(name: str) -> None:
    assert dial_strings.name_pair("a", name).count("'") == 2


@pytest.mark.parametrize(
    "answer",
    [
        "error/user_not_registered",
        "sofia/phones/sip:a@b,user/c",
        "sofia/phones/sip:a@b c",
        "sofia/phones/sip:${x}@b",
        "user/1",
    ],
)
def test_what_is_no_contact_rings_nobody(answer: str) -> None:
    assert dial_strings.contact(answer) == ""
