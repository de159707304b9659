"""What browsers may keep of our answers: pages and API answers nothing, files of the pages while they are asked for again."""

from __future__ import annotations

import pytest

from routing.recording import file_name
from tests.console.conftest import Console

CALL = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/sign-in", "no-store"),
        ("/api/v1/companies/boreal/document", "no-store"),
        ("/api/v1/companies/boreal/recordings/{recording}", "no-store"),
        ("/static/css/page.css", "no-cache"),
    ],
)
def test_given_an_answer_then_a_browser_keeps_of_it_what_it_may(
    console: Console, path: str, kept: str
) -> None:
    recording = console.settings.recordings / "boreal" / file_name(CALL, 1, console.doors.clock.now())
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"RIFF")
    answer = console.app.test_client().get(path.format(recording=recording.name), headers=console.token())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, kept)
