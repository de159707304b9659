"""What goes on for ever beside the pages: whatever Redis or the database says, it is tried again a moment later."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import structlog

from presence.connection import Away
from store.database import why_unusable

_LOG = structlog.get_logger()
_REST_SECONDS = 2.0


def keep_on(once: Callable[[], None], what: str) -> None:
    """`once`, again and again; `what`: said of what is kept later."""
    while True:
        try:
            once()
        except Away as error:
            _LOG.warning(f"{what} are kept later", why=str(error))
            gevent.sleep(_REST_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever the database says, calls go on, and so must this
            _LOG.error(f"{what} are kept later", why=why_unusable(error) or repr(error))
            gevent.sleep(_REST_SECONDS)
