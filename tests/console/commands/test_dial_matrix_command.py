"""`relais dial-matrix` says what phones can dial, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from console.command_line import main
from console.commands.dial_matrix import command

SAMPLE = str(Path(__file__).parents[3] / "schemas" / "examples" / "boreal.yaml")


def test_given_a_user_then_a_line_for_each_kind_and_country() -> None:
    told = CliRunner().invoke(command, ["--company", SAMPLE, "--user", "1004", "--to", "+19005551234"])
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert lines[0].endswith("(1004)")
    assert any("emergency" in line and " 911 " in line and " yes" in line for line in lines)
    assert any("GB" in line and "[country_not_allowed]" in line for line in lines)
    assert "[class_not_allowed]" in lines[-1]


def test_given_french_and_json_and_a_stranger() -> None:
    french = CliRunner().invoke(command, ["--company", SAMPLE, "--user", "1012", "--lang", "fr"])
    assert "urgence" in french.output
    assert "non " in french.output
    told = CliRunner().invoke(command, ["--company", SAMPLE, "--json"])
    assert {"1001", "1012"} <= json.loads(told.output).keys()
    stranger = CliRunner().invoke(main, ["dial-matrix", "--company", SAMPLE, "--user", "9999"])
    assert stranger.exit_code == 1
    assert "9999" in stranger.output
