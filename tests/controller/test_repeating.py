"""Loops that watch: they go on whatever happens in them, and rest when it went wrong."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest

from controller.esl import NotSent
from controller.repeating import every
from presence.connection import hot
from tests.controller.queue_stage import until


def done(work: Callable[[int], object]) -> list[int]:
    """How often work is begun in a fifth of a second, with no pause between."""
    begun: list[int] = []

    def once() -> None:
        begun.append(len(begun))
        work(len(begun))
        gevent.sleep(0.001)

    loop = gevent.spawn(every, 0.0, once)
    gevent.sleep(0.2)
    loop.kill()
    return begun


def redis_is_away(_: int) -> None:
    hot("unix:///nowhere/redis.sock").ping()


def the_link_is_down(_: int) -> None:
    raise NotSent("the link is down")


def has_a_bug(_: int) -> None:
    raise KeyError("a bug")


@pytest.mark.parametrize("work", [redis_is_away, the_link_is_down, has_a_bug])
def test_what_fails_rests_before_it_is_tried_again(work: Callable[[int], object]) -> None:
    assert done(work) == [0]


def test_what_does_not_fail_goes_on_at_once() -> None:
    assert len(done(lambda _: None)) > 3


def test_what_failed_once_goes_on() -> None:
    begun: list[int] = []

    def fails_first() -> None:
        begun.append(len(begun))
        if len(begun) == 1:
            raise KeyError("a bug")

    loop = gevent.spawn(every, 0.01, fails_first)
    until(lambda: len(begun) > 2)
    loop.kill()
