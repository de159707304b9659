"""The layer as it is used: with and without `gevent.monkey`, on every Python that is here (esl.md D.4, 12). It decodes with msgspec
and the standard library alone: there is no other decoder to be with or without."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = ("test_esl_connect.py", "test_esl_jobs.py", "test_esl_loss.py", "test_esl_commands.py")


def is_there(python: str) -> bool:
    """A program of that name may only be a signpost to one that is not chosen."""
    if shutil.which(python) is None:
        return False
    return subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0


OTHERS = [name for name in ("python3.12", "python3.13") if is_there(name)]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("patched", [True, False], ids=["patched", "plain"])
def test_connections_commands_jobs_and_losses_with_and_without_the_patch(patched: bool) -> None:
    """In a process of its own: a patch cannot be taken back."""
    runner = ["-m", "gevent.monkey", "--module", "pytest"] if patched else ["-m", "pytest"]
    files = [str(Path(__file__).with_name(name)) for name in FILES]
    done = subprocess.run(
        [sys.executable, *runner, "-q", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    found = re.search(r"(\d+) passed", done.stdout)
    assert found is not None
    assert int(found[1]) > 60


@pytest.mark.parametrize("python", OTHERS)
def test_every_module_is_understood_by_the_other_pythons(python: str) -> None:
    """What their grammar does not take would be found here; their libraries are not installed."""
    for file in sorted((ROOT / "controller" / "esl").glob("*.py")):
        done = subprocess.run(
            [python, "-c", "import ast,sys; ast.parse(open(sys.argv[1]).read())", str(file)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_no_other_decoder_is_used() -> None:
    source = "\n".join(file.read_text() for file in (ROOT / "controller" / "esl").glob("*.py"))
    assert "import msgspec" in source
    assert not re.search(r"\b(orjson|ujson|simplejson)\b", source)
