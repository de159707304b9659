"""A phone, or a carrier, that answers 302: nobody is sent to the address that it names, and its caller is not lost (issue 5, part 6).

With `manual-redirect` alone FreeSWITCH takes the caller out of his call and looks that address up in a context of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Offer
from schemas.secrets import read_secret
from store.secrets import device_password
from tests.live.office import CALLER, CLAIRE, Office, needs_freeswitch

pytestmark = needs_freeswitch
_DEAR, _CUSTOMER = "+19005550100", "+14505550166"


@pytest.fixture
def elsewhere(office: Office) -> Iterator[str]:
    """The address that is named: whoever calls it is seen."""
    there = Phone("elsewhere", proxy=("127.0.0.1", office.stack.ports["trunks"]), domain="127.0.0.1",
                  observe=office.seen.append)  # fmt: skip
    yield f"sip:{_DEAR}@127.0.0.1:{there.port}"
    there.close()


def password(office: Office, device: str) -> str:
    return device_password(read_secret(office.stack.root, "device_key"), "boreal", device, 1)


@pytest.mark.parametrize("caller", ["a customer", "a colleague"])
def test_given_a_phone_that_answers_302_then_the_next_one_rings_and_nobody_is_called_elsewhere(
    office: Office, elsewhere: str, caller: str
) -> None:
    office.phones["1001a"].script(Offer(refuse=302, redirect=elsewhere))
    office.phones["1001b"].script(Offer(answer_after=0.5))
    if caller == "a customer":
        office.outside.call(CLAIRE, number=CALLER)
    else:
        office.phones["1000a"].call("1001", password=password(office, "1000a"))
    office.until(lambda: office.saw("1001b", "answered"))
    assert office.saw("1001a", "refused")
    assert not office.saw(_DEAR, "offered")


def test_given_a_carrier_that_answers_302_then_the_call_is_over_and_its_caller_is_not_sent_there(
    office: Office, elsewhere: str
) -> None:
    office.outside.script(Offer(refuse=302, redirect=elsewhere))
    office.phones["1004a"].call("4505550166", password=password(office, "1004a"))
    office.until(lambda: office.saw("1004a", "failed"))
    assert [seen.detail for seen in office.seen if seen.what == "failed"] == ["480"]
    assert office.times(_CUSTOMER, "offered") == 1
    assert not office.saw(_DEAR, "offered")
