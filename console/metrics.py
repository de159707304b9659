"""What the console counts; numbers only, no names of companies or people."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Metrics:
    """One process, one registry."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.answers = Counter(
            "relais_console_answers",
            "Answers by route and status",
            ("route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "relais_console_seconds",
            "Time to answer, feeds left out",
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self.sign_ins = Counter(
            "relais_console_sign_ins", "Attempts to sign in", ("outcome",), registry=self._registry
        )
        self.saves = Counter(
            "relais_console_saves",
            "Company documents sent to be saved",
            ("outcome",),
            registry=self._registry,
        )
        self.clock_offset = Gauge(
            "relais_console_clock_offset_seconds",
            "How far the clock that rules obey is ahead of the time server's",
            registry=self._registry,
        )
        self.screens = Gauge("relais_console_screens", "Live pages open now", registry=self._registry)

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self._registry)
