"""What the controller says of itself over HTTP: whether it lives (the supervisor replaces one that does not answer), whether
it follows its switch, and figures for whoever waits and for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from controller.esl import State

StartResponse = Callable[[str, list[tuple[str, str]]], object]
App = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
Figures = Callable[[], Mapping[str, int]]
_COUNTED = ("moves", "unwritten")


def app(
    state: Callable[[], State],
    figures: Figures,
    *,
    ready: Callable[[], bool] | None = None,
    repairs: Callable[[], Counter[str]] = Counter,
) -> App:
    """`/health/live` is 200 while the process answers, `/metrics` too; every other path says 503 until `ready`, which unless
    given is that the link is up. The body has a line for the link and for each figure."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures, repairs))

    def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path, link = environ.get("PATH_INFO"), state()
        if path == "/metrics":
            start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(registry)]
        good = path == "/health/live" or (ready() if ready is not None else link is State.UP)
        start("200 OK" if good else "503 Service Unavailable", [("Content-Type", "text/plain")])
        lines = [f"link {link.value}", *(f"{name} {value}" for name, value in figures().items())]
        return ["".join(f"{line}\n" for line in lines).encode()]

    return answer


class _Figures(Collector):
    """Read when asked for."""

    def __init__(self, figures: Figures, repairs: Callable[[], Counter[str]]) -> None:
        self._figures, self._repairs = figures, repairs

    def collect(self) -> Iterator[Metric]:
        for name, value in self._figures().items():
            if name in ("published", "repairs"):
                continue
            family = CounterMetricFamily if name in _COUNTED else GaugeMetricFamily
            yield family(f"relais_controller_{name}", _ABOUT.get(name, name), value=value)
        repairs = CounterMetricFamily("relais_controller_repairs", "What sweeps put right", labels=["kind"])
        for kind, count in sorted(self._repairs().items()):
            repairs.add_metric([kind], count)
        yield repairs


_ABOUT = {
    "calls": "Calls followed now", "moves": "Calls moved on at the end of a step",
    "unwritten": "Writes that Redis did not take", "follows": "Nodes whose lease is held",
    "gateways_down": "Gateways that take no call",
}  # fmt: skip
