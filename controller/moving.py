"""Moves a call on at the end of a step, before its own plan would: in time or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import gevent
import structlog

from controller.esl import ESLError, NodeLink
from controller.following import LATEST_MOVE_SECONDS, Move

_TOLD_SECONDS = 2.0
_LOG = structlog.get_logger()


class Mover:
    """Each move in a greenlet of its own: a switch slow for one call must not hold up the others' events.
    `dialplans`: the list of dialplans every transfer names, the fail-safe file last."""

    def __init__(self, dialplans: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._dialplans, self._clock = dialplans, clock
        self.link: NodeLink | None = None
        self.moves = 0

    def begin(self, move: Move, age: float) -> None:
        """Perform a move whose step ended `age` seconds ago."""
        gevent.spawn(self.perform, move, self._clock() + LATEST_MOVE_SECONDS - age)

    def perform(self, move: Move, until: float) -> None:
        """Set the outcome, then transfer, both answered by `until`; past it the call's own plan moves it."""
        if self.link is None:
            return
        lines = [
            f"uuid_setvar {move.uuid} relais_outcome {move.outcome}",
            f"uuid_transfer {move.uuid} next-{move.step} {self._dialplans} relais",
        ]
        try:
            self.link.commands(move.uuid, lines, deadline=until - self._clock())
            self.moves += 1
        except ESLError as error:
            _LOG.warning("call not moved, its own plan does it", call=move.uuid, why=str(error))

    def tell(self, uuid: str, variables: Mapping[str, str]) -> None:
        """Set variables on a leg; it may be over already."""
        gevent.spawn(self._set, uuid, variables)

    def _set(self, uuid: str, variables: Mapping[str, str]) -> None:
        if self.link is None:
            return
        lines = [f"uuid_setvar {uuid} {name} {value}".rstrip() for name, value in variables.items()]
        try:
            self.link.commands(uuid, lines, deadline=_TOLD_SECONDS)
        except ESLError as error:
            _LOG.warning("a leg was not told", leg=uuid, variables=dict(variables), why=str(error))
