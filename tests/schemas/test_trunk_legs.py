"""What a carrier is told of who calls."""

from __future__ import annotations

import msgspec

from routing.company import Trunk
from routing.steps import Leg
from schemas.trunk_legs import identity, way_of
from tests.sample import document

OURS = "+15145550100"
COMPANY = msgspec.structs.replace(document(), trunks={"T-1": Trunk(gateway="hidden", rank=1, withheld=True)})


def told(number: str) -> dict[str, str]:
    """The variables of a leg to a number by a trunk that withholds ours."""
    return identity(
        way_of(COMPANY, Leg(id="x1", owner="1004", seconds=30, number=number, caller_id=OURS, trunk="T-1"))
    )


def test_given_a_trunk_that_withholds_our_number_then_it_is_hidden_and_asserted() -> None:
    hidden = told("+14505550166")
    assert (hidden["origination_caller_id_number"], hidden["sip_cid_type"]) == (OURS, "pid")
    assert "anonymous" in hidden["sip_from_uri"]
    assert "hide_number" in hidden["origination_privacy"]


def test_given_an_emergency_call_then_rescuers_see_it() -> None:
    shown = told("911")
    assert shown == {
        "origination_caller_id_number": OURS, "origination_caller_id_name": OURS, "sip_cid_type": "pid",
    }  # fmt: skip
