"""Where messages begin and end, whatever the pieces and whatever the stream."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_switch import event_message, message

from controller.esl.errors import ProtocolError
from controller.esl.framing import MAX_BODY, MAX_HEAD, Frame, Framer

STREAM = b"".join(
    [
        b"Content-Type: auth/request\n\n",
        b"\n\n",
        message("command/reply", Reply_Text="+OK accepted"),
        event_message("CHANNEL_CREATE", Unique_ID="a", variable_name="Zoé \u2028 \n\n Content-Length: 3"),
        b"Content-Type: api/response\r\nContent-Length: 0\r\n\r\n",
        b"\r\n",
        message("api/response", b"two\n\nparts\n"),
        message("command/reply", Reply_Text="-ERR"),
        event_message("HEARTBEAT", body="x" * 700),
    ]
)
TYPES = [
    "auth/request",
    "command/reply",
    "text/event-json",
    "api/response",
    "api/response",
    "command/reply",
    "text/event-json",
]


def frames(*pieces: bytes) -> list[Frame]:
    framer = Framer()
    return [frame for piece in pieces for frame in framer.feed(piece)]


def test_mixed_stream_in_one_piece() -> None:
    got = frames(STREAM)
    assert [frame.content_type for frame in got] == TYPES
    assert [frame.body for frame in got[3:5]] == [b"", b"two\n\nparts\n"]


def test_every_split_position_gives_the_same_frames() -> None:
    whole = frames(STREAM)
    for position in range(len(STREAM) + 1):
        assert frames(STREAM[:position], STREAM[position:]) == whole, position


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000, 65536])
def test_every_piece_size_gives_the_same_frames(size: int) -> None:
    pieces = [STREAM[i : i + size] for i in range(0, len(STREAM), size)]
    assert frames(*pieces) == frames(STREAM)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=8), st.data())
def test_any_bodies_in_any_pieces(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(b"Content-Length: %d\n\n" % len(body) + body for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    edges = [0, *cuts, len(stream)]
    got = frames(*(stream[a:b] for a, b in itertools.pairwise(edges)))
    assert [frame.body for frame in got] == bodies


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_garbage_gives_frames_or_a_protocol_error_and_nothing_else(garbage: bytes) -> None:
    try:
        frames(garbage, garbage)
    except ProtocolError:
        pass


@pytest.mark.parametrize("length", ["-1", "x", "", "1 2", "9" * 30, str(MAX_BODY + 1), "0x10", "٣"])
def test_an_unbelievable_length_is_an_error(length: str) -> None:
    with pytest.raises(ProtocolError):
        frames(f"Content-Type: api/response\nContent-Length: {length}\n\n".encode())


def test_bare_text_before_the_end_is_an_error_after_the_frames_before_it() -> None:
    framer, got = Framer(), []
    with pytest.raises(ProtocolError):
        for frame in framer.feed(message("command/reply") + b"lost events, goodbye\n\n"):
            got.append(frame)
    assert len(got) == 1


def test_a_head_without_end_is_an_error() -> None:
    with pytest.raises(ProtocolError):
        frames(b"x" * (MAX_HEAD // 2), b"x" * MAX_HEAD)


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        (b"", "between messages"),
        (b"Content-Ty", "inside a head"),
        (b"Content-Length: 9\n\nabc", "inside a body, 3 of 9 bytes read"),
    ],
)
def test_where_the_stream_stands(piece: bytes, words: str) -> None:
    framer = Framer()
    assert list(framer.feed(piece)) == []
    assert framer.leftover() == words
