"""Star codes: one table, what each does, and what people can read of them."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from routing.agents import IntentKind
from routing.call import Call
from routing.decision import Decision
from routing.engine import needs, next_step
from routing.route import Attempt, History, Outcome, OutcomeKind, Place
from routing.snapshot import Agent, AgentState, LiveCall, Snapshot
from routing.star_calls import DEEDS
from routing.star_codes import CODES, StarCall, read
from routing.steps import Announce, CheckVoicemail, Hangup, PickUp, PromptRef, Ring, Wait
from tests.routing.test_outbound import changed, dial
from tests.sample import at, company, everybody_idle

_DOCS = Path(__file__).parents[2] / "docs" / "star-codes.md"


def test_every_code_has_its_deed_and_its_line_of_the_documentation() -> None:
    assert {code.meaning for code in CODES.values()} == DEEDS.keys()
    assert set(re.findall(r"`\*([0-9]{2})", _DOCS.read_text())) == set(CODES)


@pytest.mark.parametrize(
    "dialled", ["*", "86", "*00", "*861", "*86#", "*86*5145550100", "**86", "*8", "*86 "]
)
def test_what_is_no_star_code(dialled: str) -> None:
    assert read(dialled) is None


def test_86_listens_to_ones_own_box() -> None:
    assert read("*86") == StarCall("own_box", "")
    assert dial("*86", "1001").step == CheckVoicemail(box="1001")


def test_86_from_the_door_phone_which_has_no_box_says_why() -> None:
    refused = dial("*86", "1090")
    assert refused.step == Hangup(why="unallocated")
    assert refused.reasons[-1].code == "no_box"


@pytest.mark.parametrize(("code", "kind", "prompt"), [("*78", "dnd", "dnd_on"), ("*79", "auto", "dnd_off")])
def test_do_not_disturb_is_declared_and_said(code: str, kind: str, prompt: str) -> None:
    decided = dial(code, "1001")
    assert (decided.declares, decided.step) == (kind, Announce(prompts=(PromptRef(prompt),)))


@pytest.mark.parametrize(
    ("before", "kind", "prompt"),
    [
        ("auto", "dnd", "dnd_on"),
        ("dnd_queues", "dnd", "dnd_on"),
        ("dnd", "auto", "dnd_off"),
        ("break", "auto", "dnd_off"),
    ],
)
def test_a_key_with_a_lamp_turns_do_not_disturb_on_where_it_is_not_lit_and_off_where_it_is(
    before: IntentKind, kind: str, prompt: str
) -> None:
    agents = {**everybody_idle(), "1001": Agent(state=AgentState.AVAILABLE, intent=before)}
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="*781001", caller_number="1001",
        received_at=at("2026-10-13T10:00"), owner="1001",
    )  # fmt: skip
    assert "1001" in needs(company(), call).agents
    decided = next_step(company(), call, Snapshot(now=call.received_at, agents=agents))
    assert (decided.declares, decided.step) == (kind, Announce(prompts=(PromptRef(prompt),)))


def test_do_not_disturb_of_somebody_else_is_not_changed_and_that_is_said() -> None:
    refused = dial("*781004", "1001")
    assert (refused.declares, refused.reasons[-1].code) == ("", "dnd_not_yours")
    assert isinstance(refused.step, Announce)
    assert refused.step.prompts[0].name == "refused_locked"


def test_where_nobody_knows_of_agents_nothing_is_declared_and_the_caller_hears_it() -> None:
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="*78", caller_number="1001",
        received_at=at("2026-10-13T10:00"), owner="1001",
    )  # fmt: skip
    decided = next_step(company(), call, Snapshot(now=call.received_at, agents=None))
    assert (decided.declares, decided.step) == ("", Announce(prompts=(PromptRef("something_wrong"),)))
    assert decided.reasons[-1].code == "not_declared"


@pytest.mark.parametrize(
    ("code", "deed", "prompt"),
    [("*94", "mask", "recording_paused"), ("*95", "unmask", "recording_resumed")],
)
def test_a_recording_is_paused_and_gone_on_with_and_where_it_was_not_that_is_said(
    code: str, deed: str, prompt: str
) -> None:
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry=code, caller_number="1003",
        received_at=at("2026-10-13T10:00"), owner="1003",
    )  # fmt: skip
    snapshot = Snapshot(now=call.received_at, agents=everybody_idle())
    decided = next_step(company(), call, snapshot)
    assert isinstance(decided.step, Announce)
    assert (decided.records, decided.step.prompts[0].name) == (deed, prompt)
    refused = next_step(company(), call, msgspec.structs.replace(snapshot, unsaved="pause_not_allowed"))
    assert isinstance(refused.step, Announce)
    assert (refused.records, refused.step.prompts[0].name) == ("", "recording_as_it_was")
    assert refused.reasons[-1].facts == {"user": "1003", "unpaused": "pause_not_allowed"}


# --- calls that somebody takes ------------------------------------------------------------------------

OMARS = LiveCall(
    channel="a" * 8 + "-0000-4000-8000-" + "a" * 12, place="u.1004.o.r0", since=20.0, ringing=("1004a",)
)
PARKED = LiveCall(
    channel="b" * 8 + "-0000-4000-8000-" + "b" * 12, place="k.68.1001.s0w0", since=10.0, caller="+14505550199"
)


def star(
    dialled: str, user: str, *calls: LiveCall, kind: str = "extension", history: History = ()
) -> Decision:
    call = Call(
        id="c", company="boreal", entry_kind=kind, entry=dialled, caller_number=user,  # type: ignore[arg-type]
        received_at=at("2026-10-13T10:00"), owner=user,
    )  # fmt: skip
    snapshot = Snapshot(now=call.received_at, agents=dict(everybody_idle()), calls=calls)
    return next_step(changed(), call, snapshot, history)


@pytest.mark.parametrize("dialled", ["*97", "*971004"])
def test_a_call_that_rings_a_colleague_is_picked_up_and_no_parked_one(dialled: str) -> None:
    assert star(dialled, "1005", PARKED, OMARS).step == PickUp(channel=OMARS.channel)


def test_of_several_the_oldest_is_picked_up() -> None:
    older = msgspec.structs.replace(OMARS, channel="c" * 8 + OMARS.channel[8:], since=5.0)
    assert star("*97", "1005", OMARS, older).step == PickUp(channel=older.channel)


@pytest.mark.parametrize(
    ("dialled", "user", "why"),
    [
        ("*971004", "1001", "pick_up_not_allowed"),
        ("*97", "1001", "nothing_to_take"),
        ("*971006", "1005", "nothing_to_take"),
    ],
    ids=["of no common team", "nobody of his own", "another colleague"],
)
def test_a_call_that_is_not_his_to_pick_up(dialled: str, user: str, why: str) -> None:
    refused = star(dialled, user, OMARS)
    assert isinstance(refused.step, Hangup)
    assert refused.reasons[-1].code == why


@pytest.mark.parametrize(("dialled", "user"), [("*88", "1001"), ("*881001", "1004")])
def test_a_parked_call_is_taken_by_whoever_says_where(dialled: str, user: str) -> None:
    assert star(dialled, user, OMARS, PARKED).step == PickUp(channel=PARKED.channel)
    assert isinstance(star("*88", "1004", OMARS, PARKED).step, Hangup)


def test_whom_somebody_transfers_there_waits_with_music_and_comes_back_to_him() -> None:
    parked = star("*68", "1001", kind="transfer")
    assert parked.step == Wait(seconds=60, dispatched=True)
    assert parked.place == Place("k", "68", "1001", "s0w0")
    over = Attempt(parked.place, Outcome(OutcomeKind.DONE))
    back = star("*68", "1001", kind="transfer", history=(over,))
    assert isinstance(back.step, Ring)
    assert {leg.owner for leg in back.step.legs} == {"1001"}


def test_nobody_parks_himself_nor_at_an_extension_that_nobody_has() -> None:
    assert star("*68", "1001").reasons[-1].code == "park_refused"
    assert star("*682999", "1001", kind="transfer").reasons[-1].code == "park_refused"


def test_calls_under_way_are_asked_for_by_those_who_may_take_one() -> None:
    wanted = {
        dialled: needs(changed(), star_call(dialled)).calls for dialled in ("*97", "*881001", "*86", "1004")
    }
    assert wanted == {"*97": True, "*881001": True, "*86": False, "1004": False}


def star_call(dialled: str) -> Call:
    return Call(
        id="c", company="boreal", entry_kind="extension", entry=dialled, caller_number="1005",
        received_at=at("2026-10-13T10:00"), owner="1005",
    )  # fmt: skip
