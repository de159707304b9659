"""The log behind the answers: in order, never in the way, and honest about what it lost."""

from __future__ import annotations

import io
import json
import os
import time

import gevent

from dialplan_server import journal
from dialplan_server.journal import Journal
from schemas import logs


class Broken(io.StringIO):
    """A reader that went away."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(text)


def test_given_lines_then_they_are_written_in_their_order() -> None:
    to = io.StringIO()
    behind = Journal(to)
    for n in range(3):
        behind.write(f"{n}\n")
    assert to.getvalue() == ""
    behind.write_out()
    assert to.getvalue() == "0\n1\n2\n"


def test_given_a_reader_that_stands_still_then_writing_does_not_wait_and_the_loss_is_said() -> None:
    to = io.StringIO()
    behind = Journal(to)
    for n in range(journal._MOST_LINES + 5):
        behind.write(f"{n}\n")
    behind.write_out()
    lines = to.getvalue().splitlines()
    assert len(lines) == journal._MOST_LINES + 1
    assert json.loads(lines[-1])["lines"] == 5


def test_given_a_full_pipe_then_the_worker_goes_on() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as to, os.fdopen(reading, "rb") as reader:
        behind = Journal(to)
        behind.start()
        behind.write("x" * 1_000_000)
        began = time.perf_counter()
        gevent.sleep(0.3)
        behind.write("more\n")
        assert time.perf_counter() - began < 1
        got = b""
        while not got.endswith(b"more\n"):
            got += gevent.get_hub().threadpool.apply(reader.read1, (65536,))


def test_given_a_reader_that_went_away_then_calls_go_on() -> None:
    behind = Journal(Broken())
    behind.write("a\n")
    behind.write_out()
    behind.write("b\n")
    behind.write_out()


def test_given_a_name_with_half_a_surrogate_then_its_line_can_be_written() -> None:
    line = logs._json({"event": "refused", "name": "\udcff é"})
    assert json.loads(line.encode())["name"] == "\udcff é"
