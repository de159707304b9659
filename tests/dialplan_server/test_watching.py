"""What is published is in force while the switch's own files are still being written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gevent
import pytest

from dialplan_server.mirror import Mirror
from dialplan_server.watching import Watch
from dialplan_server.wiring import Worker, build
from tests.dialplan_server.asking import publish, settings_in
from tests.sample import document


def until(holds: Any) -> None:
    with gevent.Timeout(10):
        while not holds():
            gevent.sleep(0.01)  # polling; nothing is decided by the length


def revision(worker: Worker) -> int:
    return worker.published.companies.by_id["boreal"].revision


def test_given_files_that_take_long_then_each_revision_is_in_force_and_only_the_newest_is_written_after_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    publish(settings, document(), 1)
    worker = build(settings, gevent.get_hub().threadpool.apply)
    held, let_go = os.pipe()
    written: list[int] = []

    def write(self: Mirror, pairs: Any) -> None:
        written.extend(company.revision for _, company in pairs)
        os.read(held, 1)  # in a thread of its own, as long as the test says

    monkeypatch.setattr(Mirror, "write", write)
    os.write(let_go, b"1")
    watch = Watch(worker)
    watch.begin()
    assert (revision(worker), written) == (1, [1])

    publish(settings, document(), 2)
    until(lambda: written == [1, 2])
    for number in (3, 4):
        publish(settings, document(), number)
        until(lambda wanted=number: revision(worker) == wanted)
    assert written == [1, 2]

    os.write(let_go, b"23")
    until(lambda: written == [1, 2, 4])
    watch.end()
