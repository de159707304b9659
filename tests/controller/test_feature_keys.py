"""A phone's own keys: what is read of them, and what a phone is told (as-feature-event)."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.esl.command_text import command_bytes
from controller.feature_keys import Key, number, read, told
from routing.agents import IntentKind
from routing.company import Forward, ToExtension, ToNumber, Voicemail
from routing.own_forward import OwnForward, with_forward
from routing.phone_display import Shown, shown
from tests.sample import document

PHONE = {"user": "1007a", "host": "boreal.example"}
FORWARD = {**PHONE, "Feature-Action": "SetCallForward", "Action-Name": "forward_immediate"}
OURS = Key(device="1007a", domain="boreal.example")


def asked(**what: object) -> Key:
    return Key(device=OURS.device, domain=OURS.domain, **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        (PHONE, OURS),
        (
            {**PHONE, "Feature-Action": "SetDoNotDisturb", "Feature-Enabled": "true"},
            asked(asks="dnd", on=True),
        ),
        ({**PHONE, "Feature-Action": "SetDoNotDisturb", "Feature-Enabled": "False"}, asked(asks="dnd")),
        (
            {**FORWARD, "Feature-Enabled": "true", "Action-Value": "1006"},
            asked(asks="forward", on=True, to="1006"),
        ),
        ({**FORWARD, "Feature-Enabled": "false", "Action-Value": "anything"}, asked(asks="forward")),
    ],
    ids=["nothing but to be told", "do not disturb", "no longer", "forward", "forward no longer"],
)
def test_what_a_key_asks(headers: dict[str, str], key: Key) -> None:
    assert read(headers) == key


@pytest.mark.parametrize(
    "headers",
    [
        {"user": "1007a"},
        {**PHONE, "user": "1007a\nx"},
        {**PHONE, "Feature-Action": "SetDoNotDisturb"},
        {**PHONE, "Feature-Action": "SetDoNotDisturb", "Feature-Enabled": "perhaps"},
        {**PHONE, "Feature-Action": "Explode", "Feature-Enabled": "true"},
        {**FORWARD, "Action-Name": "forward_busy", "Feature-Enabled": "true", "Action-Value": "1006"},
        {**FORWARD, "Feature-Enabled": "true"},
        {**FORWARD, "Feature-Enabled": "true", "Action-Value": "${system rm}"},
    ],
)
def test_what_no_phone_of_ours_asks(headers: dict[str, str]) -> None:
    assert read(headers) is None


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("514 555-0100", "5145550100"), ("sip:1006@boreal.example;user=phone", "1006"), ("+15145550100", "+15145550100"),
        ("*78", ""), ("1", ""), ("911 or so", ""), ("sip:a@b", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_number_as_a_phone_was_given_it(text: str, dialled: str) -> None:
    assert number(text) == dialled


def test_each_key_is_told_what_is_so() -> None:
    dnd, forward = told("1007a", "boreal.example", Shown(dnd=True, forwarded=True, to="1006"))
    assert (dnd["Feature-Event"], dnd["doNotDisturbOn"]) == ("DoNotDisturbEvent", "true")
    assert (forward["forward_immediate"], forward["forward_immediate_enabled"]) == ("1006", "true")


@given(to=st.text(max_size=40))
def test_whatever_it_forwards_to_nothing_but_a_number_is_written(to: str) -> None:
    """The switch writes these values into XML as they are (mod_sofia.c)."""
    for headers in told("1007a", "boreal.example", Shown(forwarded=True, to=to)):
        assert all(re.fullmatch(r"[A-Za-z0-9._+-]+", value) for value in headers.values())
        command_bytes("sendevent PHONE_FEATURE", headers)


@pytest.mark.parametrize(
    ("forward", "intent", "display"),
    [
        (None, "auto", Shown()),
        (None, "dnd", Shown(dnd=True)),
        (None, "dnd_queues", Shown()),
        (ToExtension(extension="1006"), "auto", Shown(forwarded=True, to="1006")),
        (ToNumber(number="N-MAIN"), "auto", Shown(forwarded=True, to="+15145550100")),
        (Voicemail(), "auto", Shown(forwarded=True)),
    ],
)
def test_what_his_phones_show(forward: object, intent: IntentKind, display: Shown) -> None:
    changed = with_forward(document(), OwnForward("1007", forward))  # type: ignore[arg-type]
    assert shown(changed, "1007", intent) == display


def test_a_forward_that_is_kept_but_not_in_force_is_not_shown() -> None:
    kept = Forward(to=ToExtension(extension="1006"), enabled=False)
    lina = msgspec.structs.replace(document().users["1007"], forward=kept)
    there = msgspec.structs.replace(document(), users={**document().users, "1007": lina})
    assert shown(there, "1007", "auto") == Shown()
