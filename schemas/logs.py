"""The shape of a log line: one JSON object on standard output, the same for every process."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

import msgspec
import structlog
from structlog.tracebacks import ExceptionDictTransformer

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(process: str, level: str = "info", stream: Any = None) -> None:
    """Call once, first thing. Libraries' own lines come out in the same shape, from warnings up.

    `stream` is what lines are written to: standard output unless it is given."""
    stream = stream or sys.stdout
    facts: list[structlog.typing.Processor] = [
        _named(process),
        structlog.processors.add_log_level,
        _stamped,
        # Without the frames' variables: one of them may be a secret.
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    ]
    line = structlog.processors.JSONRenderer(_json)
    structlog.configure(
        processors=[*facts, line],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(stream)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *facts],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, line],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[libraries], force=True)


def _json(facts: Mapping[str, Any], **_: object) -> str:
    # The standard library's encoder is made anew for each line, for the sake of its options: four times as slow.
    try:
        return msgspec.json.encode(facts, enc_hook=str).decode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, as an undecodable byte becomes: escaped, the line can be written.
        return json.dumps(facts, default=str)


def _stamped(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """ISO 8601, UTC, microseconds. The library's own goes through three objects of dates: half of a line's time."""
    second, nanoseconds = divmod(time.time_ns(), 10**9)
    event["timestamp"] = f"{_second(second)}.{nanoseconds // 1000:06}Z"
    return event


@lru_cache(maxsize=1)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _named(process: str) -> structlog.typing.Processor:
    # Not a bound context variable: a spawned greenlet does not inherit its parent's context.
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    return add
