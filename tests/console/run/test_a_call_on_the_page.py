"""The way from a call to the screen: a whole Relais on the demonstration switch, its first page in a browser, one call."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.scenarios.demo_door import DemoDoor
from console.scenarios.stack import Stack
from routing.what_if_plan import Offer
from tests.console.browser import NEEDS_CHROMIUM, Visit

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(180)]
PATIENCE = 45_000
"""Milliseconds for a laden machine: what is waited for is a change on the page, however long it takes."""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """What `make run` starts where no FreeSWITCH is installed, phones that answer included."""
    with Stack(root=tmp_path / "var") as stack:
        yield stack


def placed(stack: Stack, *how: str) -> subprocess.Popen[str]:
    """`relais demo call`, as a person types it."""
    return subprocess.Popen(
        [sys.executable, "-m", "console.command_line", "demo", "call", "--json", *how],
        env=stack.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_given_a_call_then_the_agents_state_changes_on_the_open_page_and_changes_back_when_it_is_over(
    stack: Stack, chromium: Any
) -> None:
    door = DemoDoor(stack.ports["demo"])
    door.script("1004a@boreal.example", [Offer(answer_after=0.5)])  # it talks until the other side hangs up
    visit = Visit(chromium, f"127.0.0.1:{stack.ports['console']}")
    visit.page.set_default_timeout(PATIENCE)
    page = visit.sign_in("admin", (stack.root / "secrets" / "admin_password").read_text())
    omar, calls = visit.agent("1004"), page.locator("#calls")
    omar.get_by_text("disponible").wait_for()
    page.get_by_text("Appelez un numéro de l'entreprise").wait_for()  # nothing goes on yet

    command = placed(stack, "--to", "1004", "--device", "1000a@boreal.example", "--hang-up", "600")
    omar.get_by_text("en appel").wait_for()
    calls.get_by_text("en conversation").wait_for()
    calls.get_by_text("Omar Diallo (1004)").wait_for()

    assert command.stdout is not None
    door.hang_up(json.loads(command.stdout.readline())["leg"])
    omar.get_by_text("disponible").wait_for()
    calls.get_by_text("Omar Diallo (1004)").wait_for(state="detached")
    assert command.wait(30) == 0
    assert visit.errors == []
    visit.context.close()
