"""What the controller says of itself over HTTP: whether it lives (the supervisor replaces one that does not answer), whether
it follows its switch, and figures for whoever waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from controller.esl import State

StartResponse = Callable[[str, list[tuple[str, str]]], object]
App = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def app(state: Callable[[], State], figures: Callable[[], Mapping[str, int]]) -> App:
    """`/health/live` is 200 while the process answers; every other path says 503 until the link to the switch is up.
    The body has a line for the link and for each figure."""

    def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        link = state()
        good = link is State.UP or environ.get("PATH_INFO") == "/health/live"
        start("200 OK" if good else "503 Service Unavailable", [("Content-Type", "text/plain")])
        lines = [f"link {link.value}", *(f"{name} {value}" for name, value in figures().items())]
        return ["".join(f"{line}\n" for line in lines).encode()]

    return answer
