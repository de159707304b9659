"""The clock against a time server of our own, over UDP: how far it is off, and who is told (T112, LINT-26)."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import pytest
from click.testing import CliRunner

from console.clock_watch import ClockWatch, machine_offset
from console.command_line import main
from presence.clock import Clock
from routing.lint_clock import check
from schemas.settings import Address

_EPOCH = 2_208_988_800
Answer = Callable[[bytes], bytes]


def ntp(unix: float) -> bytes:
    return struct.pack("!II", int(unix) + _EPOCH, int((unix % 1) * 2**32))


def right_by(seconds: float, *, first: int = 0x24, stratum: int = 2) -> Answer:
    """A server that is so many seconds ahead of this machine."""

    def answer(question: bytes) -> bytes:
        now = time.time() + seconds
        head = struct.pack("!BBbb3I", first, stratum, 6, -20, 0, 0, 0)
        return head + ntp(now - 10) + question[40:48] + ntp(now) + ntp(now)

    return answer


@contextmanager
def serving(answer: Answer) -> Iterator[Address]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                question, asker = listening.recvfrom(512)
                listening.sendto(answer(question), asker)

        server = gevent.spawn(serve)
        try:
            yield Address("127.0.0.1", listening.getsockname()[1])
        finally:
            server.kill()


@pytest.mark.parametrize("seconds", [0.0, 5.0, -3600.0, 0.25])
def test_given_a_time_server_then_how_far_the_machine_is_off(seconds: float) -> None:
    with serving(right_by(seconds)) as server:
        assert machine_offset(server) == pytest.approx(-seconds, abs=0.1)


@pytest.mark.parametrize(
    "answer",
    [
        lambda question: question[:20],
        lambda question: question,
        lambda question: right_by(5)(bytes(48)),
        right_by(5, stratum=0),
        right_by(5, first=0x23),
    ],
    ids=["short", "an echo", "to another question", "a kiss of death", "a client's"],
)
def test_given_what_is_no_answer_then_nothing_is_concluded(answer: Answer) -> None:
    with serving(answer) as server:
        assert ClockWatch(Clock(), server).reading().offset is None


def test_given_nobody_answers_then_nothing_is_concluded() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        silent = Address("127.0.0.1", taken.getsockname()[1])
        assert ClockWatch(Clock(), silent).reading().offset is None


def test_given_two_looks_in_a_minute_then_one_question() -> None:
    asked: list[Address] = []

    def ask(server: Address) -> float:
        asked.append(server)
        return 5.0

    watch = ClockWatch(Clock(), Address("time.example", 123), ask)
    assert [watch.reading().offset, watch.reading().offset] == [pytest.approx(5.0, abs=0.1)] * 2
    assert len(asked) == 1


def test_given_a_clock_file_then_what_it_adds_counts(tmp_path: Path) -> None:
    file, now = tmp_path / "clock.json", time.time()
    file.write_text(f'{{"origin": {now}, "start": {now + 60}}}')
    reading = ClockWatch(Clock(str(file)), Address("time.example", 123), lambda _: 0.0).reading()
    assert [finding.id for finding in check(reading)] == ["LINT-26"]
    assert reading.offset == pytest.approx(60, abs=1)


@pytest.mark.parametrize(("language", "words"), [("en", "is 5.0 s ahead"), ("fr", "avance de 5.0 s")])
def test_given_t112_a_clock_five_seconds_off_then_the_status_says_so(
    language: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(right_by(-5)) as server:
        monkeypatch.setenv("RELAIS_TIME_SERVER", str(server))
        monkeypatch.setenv("RELAIS_VAR", str(tmp_path))
        told = CliRunner().invoke(main, ["status", "--lang", language]).output
    assert f"LINT-26 {'The' if language == 'en' else 'L'}" in told
    assert words in told
