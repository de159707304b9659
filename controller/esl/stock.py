"""The one module which imports greenswitch: pins the version read, and names what we inherit from it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

__all__ = ["ESLEvent", "InboundESL", "NotConnectedError", "OutboundSessionHasGoneAway"]

PINNED = "0.0.19"

if version("greenswitch") != PINNED:
    # We override members by name and bypass others: another version must be read before it is trusted.
    raise ImportError(f"greenswitch {PINNED} is required, found {version('greenswitch')}")

if TYPE_CHECKING:
    # What greenswitch would declare had it types. Only members we keep are listed, so that mypy
    # refuses any use of those we replace or bypass.

    class NotConnectedError(Exception): ...

    class OutboundSessionHasGoneAway(Exception): ...

    class ESLEvent:
        headers: dict[str, str]

    class InboundESL:
        """`with` connects, and calls `stop` at the end."""

        host: str
        port: int
        password: str
        timeout: float
        connected: bool
        event_handlers: dict[str, list[Callable[[Any], object]]]

        def __init__(self, host: str, port: int, password: str, timeout: float = 5) -> None: ...

        def __enter__(self) -> None: ...

        def __exit__(self, *exc_info: object) -> None: ...

else:
    from greenswitch.esl import ESLEvent, InboundESL, NotConnectedError, OutboundSessionHasGoneAway
