"""Which FreeSWITCH is used: the one that is named and no other, else that of PATH, then the usual places."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.run import freeswitch


def program(folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    file = folder / "freeswitch"
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return str(file)


def test_given_several_then_the_named_one_then_paths_then_the_usual_places_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert freeswitch._PLACES == ("/usr/local/freeswitch/bin/freeswitch", "/usr/bin/freeswitch")
    usual = tuple(program(tmp_path / name) for name in ("usual", "last"))
    monkeypatch.setattr(freeswitch, "_PLACES", usual)
    named, path = program(tmp_path / "named"), program(tmp_path / "path")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    found = [freeswitch.find({"FREESWITCH_BIN": named})]
    for gone in (path, *usual, ""):
        found.append(freeswitch.find({}))
        if gone:
            Path(gone).unlink()
    assert found == [Path(named), Path(path), *map(Path, usual), None]


@pytest.mark.parametrize("named", ["nowhere/freeswitch", "."], ids=["nothing there", "a folder"])
def test_given_one_that_is_named_and_cannot_run_then_no_other_is_taken_for_it_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setattr(freeswitch, "_PLACES", (program(tmp_path / "usual"),))
    environ = {"FREESWITCH_BIN": str(tmp_path / named)}
    assert freeswitch.find(environ) is None
    assert freeswitch.unusable(environ) == str(tmp_path / named)


def test_given_none_is_named_or_one_that_runs_then_nothing_is_said(tmp_path: Path) -> None:
    assert freeswitch.unusable({}) == ""
    assert freeswitch.unusable({"FREESWITCH_BIN": program(tmp_path / "named")}) == ""
