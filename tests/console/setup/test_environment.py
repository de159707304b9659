"""What the set-up of the Python environment prints: a line when it works, everything pip said when it does not."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.setup import environment


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Runs the set-up with a script of ours in pip's place."""
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".ok")
    monkeypatch.setattr(environment, "create", lambda: None)

    def run(script: str) -> int:
        monkeypatch.setattr(environment, "install", lambda: environment._run(sys.executable, "-c", script))
        return environment.main()

    return run


def test_given_packages_that_install_then_one_line_and_none_of_pips(
    asked: Callable[[str], int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert asked("print('WARNING: noise')") == 0
    said = capfd.readouterr()
    pinned = len(re.findall(r"^[a-z].*==", environment.LOCK.read_text(), re.MULTILINE))
    assert said.out == f"installing {pinned} Python packages into .venv, about a minute, once\n"
    assert said.err == ""
    assert environment.STAMP.read_text() == environment.digest()
    assert asked("print('a second run has nothing to do')") == 0
    assert capfd.readouterr().out == ""


def test_given_a_pip_that_fails_then_all_it_said_and_no_stamp(
    asked: Callable[[str], int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert asked("import sys; print('collecting'); sys.exit('no such wheel')") == 1
    said = capfd.readouterr().err
    assert "collecting" in said
    assert "no such wheel" in said
    assert "(exit 1)" in said
    assert not environment.STAMP.exists()


def test_given_an_environment_that_is_changed_only_in_part_then_its_old_stamp_is_not_believed(
    asked: Callable[[str], int],
) -> None:
    environment.STAMP.write_text("the environment of before")
    assert asked("import sys; sys.exit('stopped in the middle')") == 1
    assert not environment.STAMP.exists()


def test_given_ctrl_c_then_one_line_and_no_stamp(
    asked: Callable[[str], int], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "create", stopped)
    assert asked("") == 1
    assert capfd.readouterr().err == "relais: stopped; the next `make run` begins here again\n"
    assert not environment.STAMP.exists()


@pytest.mark.parametrize(
    ("written", "here"),
    [
        ("home = /usr/bin\ncommand = /usr/bin/python3 -m venv {venv}\n", True),
        ("command = /usr/bin/python3 -m venv --without-pip {venv}\n", True),
        ("command = /usr/bin/python3 -m venv /elsewhere{venv}\n", False),
        ("home = /usr/bin\n", True),
    ],
)
def test_given_a_checkout_that_was_moved_then_its_environment_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, here: bool
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    (tmp_path / "pyvenv.cfg").write_text(written.format(venv=tmp_path))
    assert environment.made_here() is here
