"""The architecture is a test: the import rules of setup.cfg."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_given_the_import_rules_of_setup_cfg_then_every_package_keeps_them() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_given_the_names_no_module_is_called_by_a_word_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "manager", "base"}
    packages = [
        "console",
        "controller",
        "demo_switch",
        "dialplan_server",
        "presence",
        "routing",
        "schemas",
        "store",
    ]
    found = [file for package in packages for file in (ROOT / package).rglob("*.py") if file.stem in empty]
    assert found == []


def test_given_the_decisions_then_they_are_numbered_from_1_without_gaps_and_each_says_its_number() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [file.name[:4] for file in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    assert [file.read_text()[:7] for file in files] == [f"# {file.name[:4]} " for file in files]


def test_given_the_core_then_it_never_asks_what_time_it_is() -> None:
    asks = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|monotonic))\(")
    found = [file.name for file in (ROOT / "routing").rglob("*.py") if asks.search(file.read_text())]
    assert found == []
