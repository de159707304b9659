"""The command that rings a phone of a queue: what is written, and what a caller cannot write into it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.phones import originate
from demo_switch.dial_string import parse_dial_string
from demo_switch.splitting import separate
from routing.steps import Confirm, Leg
from schemas.dial_strings import Refused, phone
from schemas.trunk_legs import Way

COMPANY = ("boreal", "boreal.example")
OWN = {"origination_uuid": "00000000-0000-4000-8000-000000000001", "relais_call": "c1", "relais_step": "3"}
DEVICE = Leg(id="1007a", owner="1007", seconds=15, device="1007a", rule="CR3")
MOBILE = Leg(
    id="x15145550110", owner="1007", seconds=20, number="+15145550110", caller_id="+18005550101",
    confirm=Confirm(seconds=10),
)  # fmt: skip


def command(leg: Leg = DEVICE, number: str = "+14505550199", name: str = "Garage Nord") -> str:
    way = Way("trunk", leg.number, leg.caller_id) if leg.number else None
    text = phone(leg, COMPANY, "", "/sounds/fr/press_1_to_accept.wav" if leg.confirm else "", way)
    return originate(leg, text, OWN, caller=(number, name))


def test_an_inside_phone_rings_its_time_shows_the_caller_and_parks() -> None:
    assert command() == (
        "originate {originate_timeout=17,ignore_early_media=true,park_timeout=5:NO_ANSWER,hangup_after_bridge=true}"
        "[origination_uuid=00000000-0000-4000-8000-000000000001,relais_call=c1,relais_step=3,"
        "origination_caller_id_number=+14505550199,origination_caller_id_name='Garage Nord',"
        "leg_timeout=15,relais_company=boreal,relais_leg=1007a,relais_owner=1007,relais_device=1007a,relais_rule=CR3,"
        "presence_id=1007@boreal.example,force_transfer_context=relais-transfer]"
        "${sofia_contact(*/1007a@boreal.example)} &park()"
    )


def test_an_outside_number_is_asked_to_press_1_in_its_own_time_and_shows_the_companys_number() -> None:
    text = command(MOBILE)
    assert "originate_timeout=32," in text  # ring + confirm + 2 (issue 4, 4)
    assert "leg_timeout=20," in text
    assert (
        "group_confirm_key=1,group_confirm_file=/sounds/fr/press_1_to_accept.wav,group_confirm_timeout=10"
        in text
    )
    assert "origination_caller_id_number=+18005550101," in text
    assert "Garage" not in text
    assert text.endswith("]sofia/gateway/trunk/+15145550110 &park()")


@pytest.mark.parametrize("number", ["", "anonymous", "1'2", "+1\n2"])
def test_a_number_that_is_none_is_not_shown(number: str) -> None:
    assert "origination_caller_id_number=anonymous,origination_caller_id_name=anonymous," in command(
        number=number
    )


@given(st.text(max_size=70))
def test_whatever_a_caller_calls_himself_the_switch_reads_one_leg_with_our_variables(name: str) -> None:
    words = separate(command(name=name).removeprefix("originate "), " ")
    assert words[1:] == ["&park()"]
    dial = parse_dial_string(words[0])
    ((leg,),) = dial.groups
    assert leg.endpoint == "${sofia_contact(*/1007a@boreal.example)}"
    assert set(dial.variables) == {
        "originate_timeout",
        "ignore_early_media",
        "park_timeout",
        "hangup_after_bridge",
    }
    assert {key: leg.variables[key] for key in OWN} == OWN
    assert leg.variables["leg_timeout"] == "15"
    typographic = name.replace("'", "’")
    assert leg.variables["origination_caller_id_name"] in (typographic.strip(), typographic, "+14505550199")


@given(st.text(min_size=1, max_size=40))
def test_an_id_that_is_none_is_refused(ident: str) -> None:
    odd = Leg(id="a", owner="1007", seconds=15, device=ident)
    if re.fullmatch("[A-Za-z0-9][A-Za-z0-9.-]*", ident):
        assert phone(odd, COMPANY, "", "").endswith(f"${{sofia_contact(*/{ident}@boreal.example)}}")
    else:
        with pytest.raises(Refused):
            phone(odd, COMPANY, "", "")
