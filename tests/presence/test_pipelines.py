"""Pipelines on a real Redis: whatever went wrong with a question, the next one gets its own replies."""

from __future__ import annotations

from uuid import uuid4

import gevent
import pytest
import redis

from presence.connection import Away, hot
from presence.pipelines import Pipelines, pack


@pytest.fixture
def pipelines(redis_url: str) -> Pipelines:
    return Pipelines(redis_url)


def echo(pipelines: Pipelines, *words: str) -> list[object]:
    return pipelines.ask(pack([("ECHO", word) for word in words]), len(words))


def test_given_several_commands_then_a_reply_each_in_their_order(pipelines: Pipelines) -> None:
    assert echo(pipelines, "a", "é", "c") == ["a", "é", "c"]


def test_given_replies_that_come_in_many_pieces_then_they_are_whole(pipelines: Pipelines) -> None:
    words = ["é" * 300_000, "", "b" * 70_000]
    assert echo(pipelines, *words) == words
    assert echo(pipelines, "c") == ["c"]


def test_given_a_command_that_fails_then_the_replies_behind_it_are_not_the_next_questions(
    pipelines: Pipelines, redis_url: str
) -> None:
    name = uuid4().hex
    hot(redis_url).set(name, "text")
    with pytest.raises(redis.ResponseError):
        pipelines.ask(pack([("ECHO", "a"), ("HGETALL", name), ("ECHO", "b")]), 3)
    assert echo(pipelines, "c") == ["c"]


def test_given_redis_closed_the_connections_then_the_question_is_asked_again(
    pipelines: Pipelines, redis_url: str
) -> None:
    assert echo(pipelines, "a") == ["a"]
    hot(redis_url).client_kill_filter(_type="normal", skipme=True)
    assert echo(pipelines, "b") == ["b"]


def test_given_a_question_given_up_under_way_then_its_late_reply_goes_to_nobody(pipelines: Pipelines) -> None:
    assert echo(pipelines, "a") == ["a"]
    with gevent.Timeout(0.02, False):
        pipelines.ask(pack([("BLPOP", uuid4().hex, "0.1")]), 1)
        pytest.fail("the list is empty")
    gevent.sleep(0.15)
    assert echo(pipelines, "b") == ["b"]


def test_given_no_answer_for_a_quarter_second_then_redis_is_away(pipelines: Pipelines) -> None:
    with pytest.raises(redis.TimeoutError):
        pipelines.ask(pack([("BLPOP", uuid4().hex, "1")]), 1)


def test_given_no_redis_then_it_is_away() -> None:
    with pytest.raises(Away):
        echo(Pipelines("unix:///nowhere/redis.sock"), "a")


def test_given_questions_at_the_same_time_then_each_gets_its_own_reply(pipelines: Pipelines) -> None:
    asked = [gevent.spawn(echo, pipelines, str(n)) for n in range(100)]
    gevent.joinall(asked)
    assert [each.value for each in asked] == [[str(n)] for n in range(100)]
