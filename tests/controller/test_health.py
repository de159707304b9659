"""The controller's health, as the supervisor and scenario runs read it."""

from __future__ import annotations

import pytest

from controller import health
from controller.esl import State


def asked(path: str, state: State) -> tuple[str, str]:
    """Status and body."""
    told: list[str] = []
    served = health.app(lambda: state, lambda: {"calls": 2, "moves": 7, "published": 1795610648075059547})
    body = served({"PATH_INFO": path}, lambda status, _: told.append(status))
    return told[0], b"".join(body).decode()


@pytest.mark.parametrize("state", State)
def test_given_a_link_in_any_state_then_it_is_ready_only_when_up_and_alive_always(state: State) -> None:
    assert asked("/health/live", state)[0] == "200 OK"
    assert asked("/health/ready", state)[0] == ("200 OK" if state is State.UP else "503 Service Unavailable")


def test_given_figures_then_each_has_a_line() -> None:
    body = asked("/health/ready", State.DOWN)[1]
    assert body == f"link {State.DOWN.value}\ncalls 2\nmoves 7\npublished 1795610648075059547\n"
