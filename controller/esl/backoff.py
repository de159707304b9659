"""How long to wait before connecting again. The die is an argument."""

from __future__ import annotations

from collections.abc import Callable

from controller.esl.errors import AccessDenied, AuthenticationError, ESLError


class Backoff:
    """Doubling with full jitter: many controllers must not meet again at a switch that has just started."""

    def __init__(self, first: float, longest: float, slow: float, random: Callable[[], float]) -> None:
        self._first = first
        self._longest = longest
        self._slow = slow
        self._random = random
        self._ceiling = first

    def after(self, error: ESLError) -> float:
        """Seconds to wait after `error`. A refusal will not pass by itself: it is retried slowly."""
        if isinstance(error, AuthenticationError | AccessDenied):
            return self._slow
        ceiling = self._ceiling
        self._ceiling = min(self._longest, ceiling * 2)
        return ceiling * self._random()

    def reset(self) -> None:
        """The connection held long enough to count as good."""
        self._ceiling = self._first
