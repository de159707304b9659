"""Work that is repeated for ever: it does not end by what goes wrong in it, nor run at full speed while it does."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import structlog

from controller.esl import ESLError
from presence.connection import Away

_REST_SECONDS = 0.5
"""Before what has failed is tried again: Redis that is away refuses at once."""
_LOG = structlog.get_logger()


def every(seconds: float, work: Callable[[], object]) -> None:
    """For ever, with so many seconds of the machine between."""
    while True:
        gevent.sleep(seconds if _done(work) else max(seconds, _REST_SECONDS))


def _done(work: Callable[[], object]) -> bool:
    try:
        work()
    except (ESLError, *Away) as error:
        _LOG.warning("put off", why=str(error))
    except Exception:  # noqa: BLE001 - a loop that watches must not end
        _LOG.exception("loop failed")
    else:
        return True
    return False
