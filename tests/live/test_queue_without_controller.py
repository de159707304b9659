"""A queue whose controller is killed with SIGKILL while a member's phone rings: nobody waits in vain, nobody is offered twice."""

from __future__ import annotations

import pytest

from console.scenarios.sip_script import Offer
from tests.live.office import CALLER, Office, needs_freeswitch

pytestmark = needs_freeswitch
SUPPORT = "+18005550101"


@pytest.fixture
def support(office: Office) -> Office:
    """Lina's phone is the only one of the queue."""
    if "1007a" not in office.phones:
        office.phone("1007a")
    office.becomes("available", "1007", seconds=45.0)  # after the work that follows a call of the queue
    return office


def test_given_another_takes_over_then_the_phone_is_stopped_rings_once_more_and_is_joined(
    support: Office,
) -> None:
    support.phones["1007a"].script(Offer(), Offer(answer_after=1.0))
    call = support.outside.call(SUPPORT, number=CALLER)
    support.until(lambda: support.saw("1007a", "offered"))
    support.kill("controller")
    support.until(lambda: support.saw("1007a", "cancelled"), 12.0)
    support.until(lambda: support.saw("1007a", "answered"), 5.0)
    support.becomes("on_call", "1007")
    assert support.times("1007a", "offered") == 2
    support.outside.hang_up(call)
    support.until(lambda: support.saw("1007a", "ended"))


def test_given_none_comes_back_then_the_phone_ends_by_itself_and_the_dialplan_goes_on_with_the_queue(
    support: Office,
) -> None:
    support.phones["1007a"].script(Offer(), Offer(answer_after=0.5))
    call = support.outside.call(SUPPORT, number=CALLER)
    support.until(lambda: support.saw("1007a", "offered"))
    with support.unattended():
        support.kill("controller")
        support.until(lambda: support.saw("1007a", "answered"), 45.0)
        assert support.times("1007a", "offered") == 2
        support.outside.hang_up(call)
        support.until(lambda: support.saw("1007a", "ended"))
