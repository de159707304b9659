"""Which FreeSWITCH is used: the one that is named, then that of PATH, then the usual places."""

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
    found = []
    for gone in (named, path, *usual, ""):
        found.append(freeswitch.find({"FREESWITCH_BIN": named}))
        if gone:
            Path(gone).unlink()
    assert found == [Path(named), Path(path), *map(Path, usual), None]
