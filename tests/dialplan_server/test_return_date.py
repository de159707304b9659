"""T59: what the switch is asked to play to somebody who calls Marc on his holiday, with the recordings as they are installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialplan_server.answering import Answering
from tests.dialplan_server.asking import answering, applications, call, publish, settings_in
from tests.sample import at, document

INSTALLED = Path(__file__).parents[2] / "var" / "sounds"
ON_LEAVE = at("2026-12-22 10:00")
SIXTH_OF_JANUARY_2027 = {
    "fr": ("6", "mon-0", "2", "thousand", "20", "7"),
    "en": ("mon-0", "h-6", "2", "thousand", "20", "7"),
}


@pytest.fixture
def worker(tmp_path: Path) -> Answering:
    settings = settings_in(tmp_path)
    settings.sounds.symlink_to(INSTALLED)
    publish(settings, document())
    message = settings.prompts / "boreal" / document().prompts["ABS-RETOUR"].file
    message.parent.mkdir(parents=True)
    message.touch()
    return answering(settings, ON_LEAVE)


def played(worker: Answering) -> list[Path]:
    (stream,) = [
        data for name, data in applications(worker.dialplan(call("+15145550111"))) if name == "playback"
    ]
    return [Path(each) for each in stream.removeprefix("file_string://").split("!")]


def test_given_t59_then_the_date_of_return_follows_in_both_languages_by_files_that_are_installed(
    worker: Answering,
) -> None:
    message, *spoken = played(worker)
    assert message.name == document().prompts["ABS-RETOUR"].file
    assert [file.stem for file in spoken] == [*SIXTH_OF_JANUARY_2027["fr"], *SIXTH_OF_JANUARY_2027["en"]]
    assert [file.parts[-3] for file in spoken] == ["fr"] * 6 + ["en"] * 6
    assert all(file.stat().st_size > 1000 for file in spoken)
