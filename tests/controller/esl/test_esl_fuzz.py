"""Fuzz of what reads the event socket (esl.md D.4, 5): two seconds in every run, ten minutes with `RELAIS_LONG=1`.

The properties of the other files again and again with new seeds, and a stream of the switch that is damaged: whatever comes, it is
frames, events or a typed error, and a header is never another's value."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import test_esl_event
import test_esl_framing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sizes import FUZZ_SECONDS

from controller.esl.errors import ProtocolError
from controller.esl.event import event_of
from controller.esl.framing import Frame, Framer

STREAM = test_esl_framing.STREAM
NOISE = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            b"\n",
            b"\n\n",
            b"\r\n",
            b"Content-Length: 5\n",
            b"Content-Type: text/event-json\n\n",
            b"%0A",
            b'"',
            b"\\",
            b"{",
            b"\xff",
        ]
    ),
)
DAMAGE = st.lists(st.tuples(st.integers(0, len(STREAM)), st.integers(0, 40), NOISE), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(DAMAGE, st.integers(1, 700))
def test_a_damaged_stream_gives_frames_events_or_a_typed_error(
    damage: list[tuple[int, int, bytes]], piece: int
) -> None:
    stream = STREAM
    for at, gone, put in damage:
        stream = stream[:at] + put + stream[at + gone :]
    before = list(Framer().feed(STREAM[: min(at for at, _, _ in damage)]))
    framer, got = Framer(), list[Frame]()
    try:
        for start in range(0, len(stream), piece):
            for frame in framer.feed(stream[start : start + piece]):
                _decoded(frame)
                got.append(frame)
    except ProtocolError:
        pass
    # What came before the damage is what it would have been without.
    assert got[: len(before)] == before


def _decoded(frame: Frame) -> None:
    try:
        event = event_of(frame)
    except ValueError:
        return  # counted and passed over (`undecodable`)
    if event is not None:
        for name, value in event.headers.items():
            (name + value).encode()


PROPERTIES: tuple[Callable[[], None], ...] = (
    test_a_damaged_stream_gives_frames_events_or_a_typed_error,
    test_esl_event.test_any_bytes_in_a_value,
    test_esl_event.test_any_headers_come_back,
    test_esl_framing.test_any_bodies_in_any_pieces,
    test_esl_framing.test_garbage_gives_frames_or_a_protocol_error_and_nothing_else,
)


@pytest.mark.timeout(FUZZ_SECONDS + 180)
def test_every_property_holds_for_as_long_as_is_fuzzed(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counter[str]()
    for each in PROPERTIES:
        monkeypatch.setattr(each.hypothesis, "inner_test", _counted(each, counts))  # type: ignore[attr-defined]
    ends = time.monotonic() + FUZZ_SECONDS
    while time.monotonic() < ends or len(counts) < len(PROPERTIES):
        for each in PROPERTIES:
            each()
    print(f"{counts.total()} examples in {FUZZ_SECONDS} s: {dict(counts)}")
    assert min(counts.values()) > 50


def _counted(each: Any, counts: Counter[str]) -> Callable[..., None]:
    inner = each.hypothesis.inner_test

    def run(*arguments: Any, **named: Any) -> None:
        counts[each.__name__] += 1
        inner(*arguments, **named)

    return run
