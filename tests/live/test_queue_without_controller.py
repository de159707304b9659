"""A queue whose controller is killed with SIGKILL while a member's phone rings: nobody waits in vain, nobody is offered twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.scenarios.sip_script import Offer
from tests.live.office import CALLER, Office, installation, needs_freeswitch

pytestmark = needs_freeswitch
SUPPORT = "+18005550101"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An installation of its own: what other tests killed and left is nothing to these."""
    with installation(tmp_path_factory.mktemp("queue")) as stack:
        office = Office(stack, "1000a", "1007a")
        yield office
        office.close()


@pytest.fixture
def support(own: Office) -> Iterator[Office]:
    """Lina's phone is the only one of the queue."""
    own.becomes("available", "1007", seconds=45.0)  # after the work that follows a call of the queue
    yield own
    own.until(lambda: own.stack.ready() and own.knows("1007a", "boreal"), 30.0)
    own.quiet()


def test_given_another_takes_over_then_the_phone_is_stopped_rings_once_more_and_is_joined(
    support: Office,
) -> None:
    support.phones["1007a"].script(Offer(), Offer(answer_after=1.0))
    call = support.outside.call(SUPPORT, number=CALLER)
    support.until(lambda: support.saw("1007a", "offered"))
    support.kill("controller")
    support.until(lambda: support.saw("1007a", "cancelled"), 30.0)
    support.until(lambda: support.saw("1007a", "answered"), 20.0)
    support.becomes("on_call", "1007", seconds=20.0)
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
