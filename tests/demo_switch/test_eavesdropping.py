"""A supervisor's leg on the demonstration switch: who hears it, its keys, its end (docs/freeswitch-notes.md)."""

from __future__ import annotations

import gevent
import pytest

from demo_switch.channel import Channel
from demo_switch.phones import Offer
from tests.demo_switch.lab import Lab
from tests.demo_switch.test_moving import A, B, api, in_bridge, leg_of


@pytest.fixture
def conversation(lab: Lab) -> tuple[Channel, Channel]:
    """A caller who talks to A."""
    lab.script(A, Offer(answer_after=0.2))
    lab.script(B, Offer(answer_after=0.2))
    lab.answers["x"] = [("set", "hangup_after_bridge=true"), ("bridge", f"sofia/internal/{A}")]
    caller = lab.call("x")
    lab.until(lambda: in_bridge(lab, caller))
    return caller, leg_of(lab, A)


def listen(lab: Lab, to: Channel, *variables: str) -> Channel:
    """B answers, and eavesdrops."""
    settings = ",".join(("origination_uuid=s", *variables))
    gevent.spawn(api, lab, f"originate {{{settings}}}sofia/internal/{B} &eavesdrop({to.uuid})")
    lab.until(lambda: modes(lab, "s"))
    return leg_of(lab, B)


def modes(lab: Lab, leg: str) -> list[str]:
    return [
        row.detail
        for call in lab.switch.timeline.calls.values()
        for row in call.rows
        if (row.leg, row.what) == (leg, "eavesdrop")
    ]


@pytest.mark.parametrize(
    ("variables", "begins"),
    [
        ((), "listen"),
        (("eavesdrop_whisper_bleg=true",), "whisper"),
        (("eavesdrop_whisper_aleg=true", "eavesdrop_whisper_bleg=true"), "barge"),
    ],
)
def test_given_variables_and_keys_then_who_hears_it_follows_them(
    lab: Lab, conversation: tuple[Channel, Channel], variables: tuple[str, ...], begins: str
) -> None:
    listen(lab, conversation[1], *variables)
    for key in "320":
        assert api(lab, f"uuid_recv_dtmf s {key}") == "+OK\n"
        lab.until(lambda key=key: modes(lab, "s")[-1] == {"3": "barge", "2": "whisper", "0": "listen"}[key])
    assert modes(lab, "s") == [begins, "barge", "whisper", "listen"]


def test_given_the_end_of_the_conversation_then_it_ends_too(
    lab: Lab, conversation: tuple[Channel, Channel]
) -> None:
    caller, agent = conversation
    listen(lab, agent)
    api(lab, f"uuid_kill {caller.uuid}")
    lab.until(lambda: "s" not in lab.switch.channels)


def test_given_a_bridge_of_the_caller_and_the_supervisor_then_the_agent_is_out(
    lab: Lab, conversation: tuple[Channel, Channel]
) -> None:
    caller, agent = conversation
    supervisor = listen(lab, agent)
    assert api(lab, f"uuid_bridge {caller.uuid} s").startswith("+OK")
    lab.until(lambda: caller.bridged is supervisor)
    assert agent.uuid not in lab.switch.channels


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("start tone_stream://%(250,19750,1400);loops=-1 0 mux", "+OK"),
        ("stop tone_stream://%(250,19750,1400);loops=-1", "+OK"),
        ("mute x", "-USAGE"),
    ],
)
def test_given_a_displacement_then_only_what_can_be_played_is_taken(
    lab: Lab, conversation: tuple[Channel, Channel], command: str, answer: str
) -> None:
    assert api(lab, f"uuid_displace {conversation[1].uuid} {command}").startswith(answer)
