"""A notice of the company instead of a tone (catalogue 5): the agent alone hears it, once, when somebody steps in."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from routing.company import Prompt
from tests.live.office import Office, needs_freeswitch
from tests.live.test_hold_music import sounds
from tests.live.test_supervision import Conversation, conversation, publish, step_in
from tests.sample import document

__all__ = ["conversation"]
pytestmark = needs_freeswitch
NOTICE = 1700.0


@pytest.fixture
def noticed(office: Office) -> Iterator[None]:
    """The company has a notice, of two seconds."""
    file = sounds(office.settings.prompts / "boreal" / "notice.wav", NOTICE)
    sample = document()
    account = msgspec.structs.replace(sample.account, monitoring_notice="P-NOTICE")
    prompts = {**sample.prompts, "P-NOTICE": Prompt(file=file, seconds=2)}
    publish(office, msgspec.structs.replace(sample, account=account, prompts=prompts))
    yield
    publish(office, sample)


@pytest.mark.usefixtures("noticed")
def test_given_a_notice_then_the_agent_alone_hears_it_and_they_talk_on(conversation: Conversation) -> None:
    office = conversation.office
    step_in(conversation, "listen")
    office.until(lambda: conversation.media("1007a").hears(NOTICE), 10.0)
    assert not conversation.media("outside").hears(NOTICE)
    office.until(lambda: not conversation.media("1007a").hears(NOTICE), 5.0)
    conversation.becomes_heard(customer="a", agent="c", supervisor="ca")
