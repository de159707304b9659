"""Supervisors step into a conversation (catalogue 5, T107, T108): who hears whom is told apart by the pitch at which each phone
hums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import gevent
import msgspec
import pytest

from console.scenarios.sip_media import Media
from console.scenarios.sip_script import Offer
from presence import keys
from presence.connection import hot, waiting
from presence.monitors import Monitors
from presence.orders import OrderDesk
from routing.company import CompanyDocument
from schemas.secrets import read_secret
from schemas.settings import redis_url
from store.documents import Documents, Saved
from tests.live.office import CALLER, MAIN, Office, needs_freeswitch
from tests.sample import document

pytestmark = needs_freeswitch
CUSTOMER, AGENT, SUPERVISOR = 440.0, 620.0, 980.0
TONE = 1400.0
COMPANY = "boreal"


@dataclass
class Conversation:
    """Lina's (1007) with a customer; Paul (1010) supervises her team."""

    office: Office
    customer: str

    @property
    def call(self) -> str:
        """Its id."""
        legs = self.office.legs()
        return next(leg.call for leg in legs.values() if leg.owner == "1007")

    def order(self, does: str, who: str = "1010", **words: str) -> str:
        """What becomes of a supervisor's order: its code, empty when it is done."""
        settings = self.office.settings
        desk = OrderDesk(
            hot(redis_url(settings)), waiting(redis_url(settings), 5), keys.orders(settings.node)
        )
        told = {
            "role": "supervisor",
            "extension": who,
            **({} if "call" in words else {"call": self.call}),
            **words,
        }
        return desk.give(COMPANY, does, told).code

    def media(self, phone: str) -> Media:
        """Of the only call of a phone."""
        found = self.office.outside if phone == "outside" else self.office.phones[phone]
        (dialog,) = found.dialogs.values()
        return dialog.media

    def hum(self, phone: str, hertz: float) -> None:
        """From now on; and it listens."""
        self.media(phone).hum = hertz
        self.media(phone).listen()

    def heard(self) -> dict[str, set[str]]:
        """Who hears whom, by the first letters: customer, agent, supervisor."""
        pitches = {"c": CUSTOMER, "a": AGENT, "s": SUPERVISOR}
        phones = {"c": "outside", "a": "1007a", "s": "1010a"}
        return {
            who: {of for of, hertz in pitches.items() if of != who and self._hears(phone, hertz)}
            for who, phone in phones.items()
        }

    def _hears(self, phone: str, hertz: float) -> bool:
        found = self.office.outside if phone == "outside" else self.office.phones[phone]
        return any(dialog.media.hears(hertz) for dialog in found.dialogs.values())

    def monitor(self, call: str = "") -> str:
        """How somebody is in the call as a supervisor, empty for nobody."""
        found = Monitors(hot(redis_url(self.office.settings)), COMPANY).of(call or self.call)
        return found.mode if found is not None else ""

    def becomes_heard(self, customer: str, agent: str, supervisor: str) -> None:
        """Wait until it is so: each word has the letters of those whom one hears."""
        wanted = {"c": set(customer), "a": set(agent), "s": set(supervisor)}
        self.office.until(lambda: self.heard() == wanted, 8.0)


@pytest.fixture
def conversation(office: Office) -> Iterator[Conversation]:
    for device in ("1007a", "1008a", "1010a"):
        if device not in office.phones:
            office.phone(device)
    office.becomes("available", "1007", "1008", "1010")
    for device in ("1007a", "1010a"):
        office.phones[device].script(Offer(answer_after=0.3))
    customer = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.played("g-fr-en"))
    office.outside.press(customer, "1007")
    office.becomes("on_call", "1007")
    found = Conversation(office, customer)
    found.hum("outside", CUSTOMER)
    found.hum("1007a", AGENT)
    yield found
    office.outside.hang_up(customer)


def step_in(conversation: Conversation, mode: str) -> None:
    """Paul's phone rings, he answers, and hums."""
    assert conversation.order("step_in", mode=mode) == ""
    conversation.office.until(lambda: conversation.office.saw("1010a", "answered"))
    conversation.hum("1010a", SUPERVISOR)


def test_given_listening_then_he_hears_both_and_nobody_hears_him(conversation: Conversation) -> None:
    step_in(conversation, "listen")
    conversation.becomes_heard(customer="a", agent="c", supervisor="ca")


def test_given_one_way_then_he_changes_to_another_without_a_new_call(conversation: Conversation) -> None:
    step_in(conversation, "whisper")
    conversation.becomes_heard(customer="a", agent="cs", supervisor="ca")
    assert conversation.order("step_in", mode="barge") == ""
    conversation.becomes_heard(customer="as", agent="cs", supervisor="ca")
    conversation.media("1010a").press("0")
    conversation.becomes_heard(customer="a", agent="c", supervisor="ca")
    conversation.office.until(lambda: conversation.monitor() == "listen")
    assert conversation.office.times("1010a", "offered") == 1


def test_given_a_barge_from_the_start_then_all_three_hear_each_other(conversation: Conversation) -> None:
    step_in(conversation, "barge")
    conversation.becomes_heard(customer="as", agent="cs", supervisor="ca")


@pytest.mark.parametrize("first", ["listen", ""])
def test_given_a_take_over_then_the_agent_is_out_and_there_is_no_way_back(
    conversation: Conversation, first: str
) -> None:
    office = conversation.office
    call = conversation.call
    if first:
        step_in(conversation, first)
        assert conversation.order("step_in", mode="take_over") == ""
    else:
        step_in(conversation, "take_over")
    office.until(lambda: office.saw("1007a", "ended"))
    office.until(lambda: conversation.media("1010a").hears(CUSTOMER))
    office.until(lambda: conversation.media("outside").hears(SUPERVISOR))
    office.becomes("available", "1007")
    office.becomes("on_call", "1010")
    assert conversation.order("step_in", call=call, mode="listen") == "no_way_back"
    office.phones["1010a"].hang_up(next(iter(office.phones["1010a"].dialogs)))
    office.until(lambda: not office.outside.dialogs)
    office.until(lambda: conversation.monitor(call) == "")


def test_given_a_take_over_then_a_transfer_by_him_has_his_rights_and_no_longer_the_agents(
    conversation: Conversation,
) -> None:
    """Design 2.9: whom he sends where nobody takes him comes back to him."""
    office = conversation.office
    step_in(conversation, "take_over")
    office.until(lambda: office.saw("1007a", "ended"))
    office.until(lambda: conversation.media("outside").hears(SUPERVISOR))
    office.phones["1010a"].script(Offer(answer_after=0.3))
    assert office.phones["1010a"].transfer("1999") == 202
    office.until(lambda: office.times("1010a", "offered") == 2, 5.0)
    assert office.times("1007a", "offered") == 1


def test_given_the_key_that_would_let_the_customer_alone_hear_him_then_it_is_undone(
    conversation: Conversation,
) -> None:
    """There is no such way of stepping in: nobody would be told of it."""
    step_in(conversation, "listen")
    conversation.becomes_heard(customer="a", agent="c", supervisor="ca")
    conversation.media("1010a").press("1")
    gevent.sleep(1.0)  # for as long as a key takes, and what it sets off
    for _ in range(5):
        assert conversation.heard()["c"] == {"a"}
        gevent.sleep(0.2)
    assert conversation.monitor() == "listen"


def test_given_an_end_then_both_hear_why_and_both_are_hung_up(conversation: Conversation) -> None:
    office = conversation.office
    assert conversation.order("step_in", mode="end") == ""
    office.until(lambda: office.played("ended_by_supervisor"))
    office.until(lambda: not office.outside.dialogs and not office.phones["1007a"].dialogs)
    office.becomes("available", "1007")


def test_given_a_supervisor_who_leaves_then_the_conversation_goes_on(conversation: Conversation) -> None:
    office = conversation.office
    step_in(conversation, "listen")
    assert conversation.order("leave") == ""
    office.until(lambda: not office.phones["1010a"].dialogs)
    office.until(lambda: conversation.monitor() == "")
    conversation.becomes_heard(customer="a", agent="c", supervisor="")


def test_given_refusals_then_nobody_rings(conversation: Conversation) -> None:
    step_in(conversation, "listen")
    assert conversation.order("step_in", who="1008", mode="listen") == "not_in_group"
    assert conversation.order("step_in", who="1007", mode="listen") == "own_call"
    assert conversation.order("step_in", who="", mode="listen") == "no_own_phone"
    assert conversation.office.times("1010a", "offered") == 1


def test_given_a_tone_then_the_agent_alone_hears_it_while_somebody_listens(
    conversation: Conversation,
) -> None:
    office = conversation.office
    sample = document()
    account = msgspec.structs.replace(sample.account, monitoring_tone=True)
    publish(office, msgspec.structs.replace(sample, account=account))
    try:
        step_in(conversation, "listen")
        office.until(lambda: conversation.media("1007a").hears(TONE), 30.0)
        assert not conversation.media("outside").hears(TONE)
        conversation.becomes_heard(customer="a", agent="c", supervisor="ca")
    finally:
        publish(office, sample)


def publish(office: Office, company: CompanyDocument) -> None:
    """The next revision, in force."""
    documents = Documents(office.settings.database_url)
    known = documents.load(COMPANY)
    assert known is not None
    saved = documents.save(company, made_from=known[0], author="test")
    assert isinstance(saved, Saved)
    documents.publish(COMPANY, office.settings.snapshots, read_secret(office.settings.var, "device_key"))
    office.stack.wait_published()
