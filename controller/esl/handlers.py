"""Who is told of which event, and that a handler's failure stays its own."""

from __future__ import annotations

import logging
from collections.abc import Callable

import gevent

from controller.esl.counters import Counters
from controller.esl.event import DISCONNECT, Event

log = logging.getLogger(__name__)

Handler = Callable[[Event], object]


class EventHandlers:
    """The handlers of one connection. They run inline, one after the other: none may wait for long."""

    event_handlers: dict[str, list[Handler]]
    counters: Counters

    def register_handle(self, name: str, handler: Handler) -> None:
        """`name`: an event's name, the subclass of a `CUSTOM` one, `log`, `DISCONNECT`, or `*` for all
        events of the switch beside their own handlers."""
        handlers = self.event_handlers.get(name, [])
        if handler not in handlers:
            # A new list, so that a handler may come and go while the old one is being walked.
            self.event_handlers[name] = [*handlers, handler]

    def unregister_handle(self, name: str, handler: Handler) -> None:
        """Raises `ValueError` when it is not registered."""
        handlers = list(self.event_handlers.get(name, []))
        handlers.remove(handler)
        self.event_handlers[name] = handlers

    def deliver(self, event: Event) -> None:
        """Run every handler of `event`."""
        name = event.headers.get("Event-Subclass") or event.headers.get("Event-Name", "")
        for handler in self.event_handlers.get(name, ()):
            self._run_handler(handler, event)
        if name != DISCONNECT:
            for handler in self.event_handlers.get("*", ()):
                self._run_handler(handler, event)

    def _run_handler(self, handler: Handler, event: Event) -> None:
        try:
            handler(event)
        except (Exception, gevent.Timeout):
            # A Timeout that a handler let go is no Exception, and must not end the dispatcher either.
            self.counters.handler_errors += 1
            log.exception("handler %r failed at %r", handler, event)
