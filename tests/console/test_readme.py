"""What the READMEs tell people to type works, and both tell the same."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.command_line import main
from store.__main__ import main as store
from tests.sample import BOREAL

ROOT = Path(__file__).parents[2]
PASSWORD = "long enough 1"


def commands(readme: str) -> list[list[str]]:
    """The words after `relais` of each line of its blocks, without the comment."""
    lines = re.findall(r"^\.venv/bin/relais (.+)$", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE)
    return [shlex.split(line, comments=True) for line in lines]


def split_at(words: list[str], mark: str) -> list[list[str]]:
    """What comes before a word, and after it when it is there."""
    place = words.index(mark) if mark in words else None
    return [words] if place is None else [words[:place], words[place + 1 :]]


def test_given_both_languages_then_the_same_commands() -> None:
    assert len(commands("README.md")) > 5
    assert commands("README.fr.md") == commands("README.md")


def test_given_a_first_start_then_every_command_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAIS_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    assert store(["seed", str(BOREAL)]) == 0
    for line in commands("README.md"):
        words, *into = split_at(line, ">")
        if words[0] == "scenario":
            assert (ROOT / words[1]).is_dir()  # played by tests/test_scenarios.py
            continue
        done = CliRunner().invoke(main, words, input=f"{PASSWORD}\n{PASSWORD}\n")
        assert done.exit_code == 0, (words, done.output)
        assert done.output
        for (file,) in into:
            Path(file).write_text(done.output)
