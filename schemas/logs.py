"""The shape of a log line: one JSON object on standard output, the same for every process."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(process: str, level: str = "info") -> None:
    """Call once, first thing. Libraries' own lines come out in the same shape, from warnings up."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _named(process),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stdout,
        format='{"level": "%(levelname)s", "event": "%(name)s: %(module)s.%(funcName)s"}',
    )


def _named(process: str) -> structlog.typing.Processor:
    # Not a bound context variable: a spawned greenlet does not inherit its parent's context.
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    return add
