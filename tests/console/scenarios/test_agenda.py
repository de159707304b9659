"""The order of a scenario's acts on a running installation, and the idle time that is skipped."""

from __future__ import annotations

from functools import partial

from console.scenarios.agenda import AHEAD_SECONDS, Act, perform


class Stage:
    """A play whose clock goes on while it sleeps; a call lasts until the second `talks_until`."""

    def __init__(self, talks_until: float = 0.0) -> None:
        self.now, self.talks_until = 0.0, talks_until
        self.done: list[tuple[str, float]] = []
        self.set_to: list[float] = []

    def seconds(self) -> float:
        return self.now

    def going_on(self) -> bool:
        return self.now < self.talks_until

    def sleep(self, real_seconds: float) -> None:
        self.now += real_seconds

    def set_clock(self, seconds: float) -> None:
        self.set_to.append(seconds)
        self.now = seconds

    def place(self, name: str) -> None:
        self.done.append((name, round(self.now, 1)))

    def connect(self, device: str, *, registered: bool) -> None:
        self.done.append((device, round(self.now, 1)))


def acts(stage: Stage, *moments: float) -> list[Act]:
    return [Act(at, partial(stage.place, f"{at:g}")) for at in moments]


def test_given_acts_close_together_then_each_comes_at_its_second() -> None:
    stage = Stage()
    perform(acts(stage, 0.0, 2.0, 5.0), stage)
    assert stage.done == [("0", 0.0), ("2", 2.0), ("5", 5.0)]
    assert stage.set_to == []


def test_given_an_idle_hour_then_the_clock_is_set_a_little_ahead_of_the_next_act() -> None:
    stage = Stage()
    perform(acts(stage, 0.0, 3600.0), stage)
    assert stage.set_to == [3600.0 - AHEAD_SECONDS]
    assert stage.done[-1] == ("3600", 3600.0)


def test_given_a_call_that_goes_on_then_its_time_is_not_skipped() -> None:
    stage = Stage(talks_until=30.0)
    perform(acts(stage, 0.0, 60.0), stage)
    assert stage.set_to == [60.0 - AHEAD_SECONDS]
    assert stage.now >= 60.0


def test_given_an_act_that_took_long_then_the_next_is_late_and_not_left_out() -> None:
    stage = Stage()
    slow = Act(1.0, partial(stage.sleep, 10.0))
    perform([slow, *acts(stage, 2.0)], stage)
    assert stage.done == [("2", 11.0)]
