"""What is kept of an agent comes back from his hash as it was, and what is at its default is not written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from presence.agent_fields import MARK, decode, encode
from routing.agents import Inputs, Intent, LegActivity, Reservation, Today, Told, WrapUp
from routing.outside_calls import OutsideCalls
from routing.snapshot import AgentState

INSTANTS = st.integers(0, 2 * 10**12).map(lambda ms: ms / 1000)
WORDS = st.text(max_size=8)
NAMED = {"call": WORDS, "profile": WORDS}
INTENTS = st.builds(Intent, kind=st.sampled_from(("auto", "dnd", "break")), since=INSTANTS, until=INSTANTS)
LEGS = st.builds(
    LegActivity, owner=WORDS, state=st.sampled_from(("ringing", "answered")), node=WORDS, since=INSTANTS, **NAMED
)  # fmt: skip
RESERVATIONS = st.builds(Reservation, holder=WORDS, since=INSTANTS, until=INSTANTS, **NAMED)
INPUTS = st.builds(
    Inputs, intent=INTENTS, former=INTENTS, registered=st.dictionaries(WORDS, INSTANTS, max_size=2),
    lost_at=INSTANTS, call_ended=INSTANTS, queue_call_ended=INSTANTS, released_at=INSTANTS,
    available_at=INSTANTS, penalty_until=INSTANTS, opted_out=st.lists(WORDS, max_size=2).map(tuple),
    legs=st.dictionaries(WORDS, LEGS, max_size=2), reservations=st.dictionaries(WORDS, RESERVATIONS, max_size=2),
    wrap_up=st.builds(WrapUp, until=INSTANTS, **NAMED),
    today=st.builds(Today, day=WORDS, used=st.dictionaries(WORDS, st.integers(0, 9), max_size=2)),
    told=st.builds(Told, state=st.sampled_from(AgentState), reason=WORDS, at=INSTANTS),
    outside_calls=st.just(OutsideCalls()),
)  # fmt: skip


@given(INPUTS, st.booleans())
def test_an_agent_comes_back_as_he_was(inputs: Inputs, marked: bool) -> None:
    stored = {**encode(inputs), **({MARK: "1-0"} if marked else {})}
    assert decode(stored, inputs.registered) == inputs


@given(st.dictionaries(WORDS, INSTANTS, max_size=2))
def test_of_an_agent_of_whom_nothing_is_kept_nothing_is_written(registered: dict[str, float]) -> None:
    assert encode(Inputs(registered=registered)) == {}
    assert decode({}, registered) == Inputs(registered=registered)
