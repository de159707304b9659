"""Events as they should not be: malformed, doubled, out of order, missing, forged, of unknown calls, full of other people's bytes.
Nothing of them raises, nothing dies, nothing is written for anybody they do not concern, and the next good event counts."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller import reading
from controller.esl import Event
from controller.node import CUSTOM, EVENTS, NodeWatch
from presence import connection, keys
from presence.agents import AgentStore
from tests.controller import test_node
from tests.controller.test_node import COMPANY, call_id, leg_event, listed, step, written

switch, watch = test_node.switch, test_node.watch
pytestmark = pytest.mark.timeout(60)
NASTY = "%0AUnique-ID: x%0D%0A\r\nrelais_company: boreal\u2028\x00<script>'; DROP TABLE call_record; --\ufffd"
HEADERS = (
    "Unique-ID", "Hangup-Cause", "Caller-Caller-ID-Number", "Caller-Destination-Number", "Channel-Name", "Bridge-A-Unique-ID",
    "Bridge-B-Unique-ID", "Event-Date-Timestamp", "Caller-Channel-Created-Time", "relais_phase", "realm", "username", "expires",
    "variable_relais_call", "variable_relais_company", "variable_relais_step", "variable_relais_started", "variable_relais_mover",
    "variable_relais_legs", "variable_relais_place", "variable_relais_leg", "variable_relais_owner", "variable_relais_device",
    "variable_relais_entry", "variable_relais_rule", "variable_originate_causes", "variable_relais_capacity",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        [
            NASTY,
            "",
            COMPANY,
            "begin",
            "end",
            call_id(1),
            "-1",
            "9" * 40,
            "²",
            "1001a:1001",
            "q.Q-SUP.o.s0r0",
            "1001",
        ]
    ),
    st.text(max_size=40),
)
NAMES = st.sampled_from([*EVENTS, *CUSTOM, "", "NOTHING_WE_KNOW"])


def event_of(name: str, headers: dict[str, str]) -> Event:
    kind = {"Event-Name": "CUSTOM", "Event-Subclass": name} if "::" in name else {"Event-Name": name}
    return Event({**headers, **kind})


FORGED = st.builds(event_of, NAMES, st.dictionaries(st.sampled_from(HEADERS), VALUES, max_size=12))


def keys_of_others(redis_url: str) -> set[str]:
    """What Redis has of other companies; tests before may have left some."""
    ours = (f"relais:{COMPANY}:", "relais:node:")
    return {key for key in connection.hot(redis_url).keys("relais:*") if not key.startswith(ours)}


def works(watch: NodeWatch, redis_url: str, number: int) -> None:
    """A good call is followed to its end and leaves its record."""
    call = call_id(number)
    watch.on_event(step("begin", call))
    watch.on_event(leg_event("CHANNEL_CREATE", call))
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call, "NO_ANSWER"))
    watch.on_event(
        Event({"Event-Name": "CHANNEL_HANGUP_COMPLETE", "Unique-ID": call, "Hangup-Cause": "NO_ANSWER"})
    )
    written(watch)
    assert call not in AgentStore(connection.hot(redis_url), COMPANY).calls()
    assert any(
        call in fields["record"]
        for _, fields in connection.hot(redis_url).xrevrange(keys.records(COMPANY), count=5)
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(FORGED, min_size=1, max_size=6))
def test_given_any_events_then_none_raises_and_none_reaches_another_company(
    watch: NodeWatch, redis_url: str, events: list[Event]
) -> None:
    before = keys_of_others(redis_url)
    for event in events:
        watch.on_event(event)
    written(watch)
    assert keys_of_others(redis_url) <= before


def test_given_bad_events_then_a_good_call_is_followed_all_the_same(watch: NodeWatch, redis_url: str) -> None:
    for header in HEADERS:
        for name in EVENTS:
            watch.on_event(Event({**leg_event(name, call_id(1)).headers, header: NASTY}))
        watch.on_event(Event({**step("begin", call_id(1)).headers, header: NASTY}))
        watch.on_event(
            Event({name: value for name, value in step("end", call_id(1)).headers.items() if name != header})
        )
    written(watch)
    works(watch, redis_url, 2)


def test_given_events_of_a_company_that_is_not_published_then_nothing_is_written_for_it(
    watch: NodeWatch, redis_url: str
) -> None:
    forged = {"variable_relais_company": "stranger"}
    watch.on_event(step("begin", call_id(1), **forged))
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(1), **forged))
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "USER_BUSY", **forged))
    written(watch)
    assert connection.hot(redis_url).keys("relais:stranger:*") == []
    assert watch.refused == 3
    works(watch, redis_url, 2)


def test_given_every_event_twice_and_in_any_order_then_one_record_and_no_agent_busy(
    watch: NodeWatch, redis_url: str
) -> None:
    client: Any = connection.hot(redis_url)
    for seed in range(12):
        call = call_id(100 + seed)
        told = [
            step("begin", call), leg_event("CHANNEL_CREATE", call), leg_event("CHANNEL_ANSWER", call),
            leg_event("CHANNEL_HANGUP_COMPLETE", call, "NORMAL_CLEARING"), step("end", call),
        ] * 2  # fmt: skip
        random.Random(seed).shuffle(told)
        over = Event(
            {"Event-Name": "CHANNEL_HANGUP_COMPLETE", "Unique-ID": call, "Hangup-Cause": "NORMAL_CLEARING"}
        )
        for event in (*told, over, over):
            watch.on_event(event)
        written(watch)
        watch.sweep(listed())
        written(watch)
        watch.gone()
        written(watch)
        records = [fields for _, fields in client.xrange(keys.records(COMPANY)) if call in fields["record"]]
        assert len(records) == 1, seed
    assert AgentStore(client, COMPANY).leg_uuids() == {}


def test_given_events_of_calls_that_nobody_knows_then_nothing_is_kept_of_them(
    watch: NodeWatch, redis_url: str
) -> None:
    for name in EVENTS:
        watch.on_event(
            Event({"Event-Name": name, "Unique-ID": call_id(7), "Channel-Name": "sofia/phones/x@y"})
        )
    written(watch)
    assert len(watch.calls) == 0
    assert AgentStore(connection.hot(redis_url), COMPANY).calls() == {}


def test_given_a_name_with_line_ends_then_a_call_is_still_the_one_it_is(watch: NodeWatch) -> None:
    told = reading.step_of(
        step("begin", call_id(1), **{"Caller-Caller-ID-Name": NASTY, "Caller-Caller-ID-Number": NASTY})
    )
    assert told is not None
    assert (told.uuid, told.call, told.company, told.number) == (call_id(1), call_id(1), COMPANY, 3)


@pytest.mark.parametrize("header", ["variable_relais_legs", "variable_relais_call", "Unique-ID"])
def test_given_a_name_that_would_break_a_command_then_the_call_is_not_moved_by_it(
    watch: NodeWatch, header: str
) -> None:
    evil = f"{call_id(1)}\n\napi hupall"
    for phase in ("begin", "end"):
        watch.on_event(step(phase, call_id(1), **{header: evil}))
    for known in (watch.calls.get(uuid) for uuid in (evil, call_id(1))):
        assert known is None or "\n" not in f"{known.step.uuid}{known.step.call}{known.step.legs}"


@pytest.mark.parametrize("number", ["²", "-1", "1e9", "9" * 30, "", "1 2"])
def test_given_a_step_that_is_no_number_then_there_is_no_step(number: str) -> None:
    said = {"variable_relais_step": number}
    found = reading.step_of(step("begin", call_id(1), **said))
    assert found is None
