"""The two clients of Redis: one for decisions, with tight limits, one that may wait for news."""

from __future__ import annotations

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

HOT_SECONDS = 0.25
Hot = redis.Redis

Away = (redis.RedisError, OSError)
Gone = (redis.ConnectionError, redis.TimeoutError, OSError)
"""Those of `Away` after which the next question will not be answered either."""


def hot(url: str) -> Any:
    """For requests: 250 ms, no retry, at most 16 connections."""
    pool = redis.BlockingConnectionPool.from_url(
        url, max_connections=16, timeout=HOT_SECONDS, socket_timeout=HOT_SECONDS,
        socket_connect_timeout=HOT_SECONDS, retry=Retry(NoBackoff(), 0), protocol=2, decode_responses=True,
    )  # fmt: skip
    return redis.Redis.from_pool(pool)


def waiting(url: str, longest: float | None = None) -> Any:
    """For blocking reads of the feed. `longest`: seconds after which no answer means that Redis is away."""
    return redis.Redis.from_url(
        url, socket_timeout=longest, socket_connect_timeout=longest, health_check_interval=15,
        retry=Retry(NoBackoff(), 0), protocol=2, decode_responses=True,
    )  # fmt: skip
