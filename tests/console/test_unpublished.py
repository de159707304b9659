"""A console that starts puts in force what another one saved and did not publish."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from console.unpublished import publish_the_rest
from store.snapshot import published
from tests.console.conftest import Console
from tests.sample import document


def saved_only(console: Console) -> None:
    """A revision after which the console ended."""
    renamed = msgspec.structs.replace(document().account, name="Another name")
    wanted = msgspec.structs.replace(document(), account=renamed)
    console.doors.documents.save(wanted, made_from=1, author="test")


def test_given_a_revision_that_was_never_published_then_it_is_when_a_console_starts(console: Console) -> None:
    saved_only(console)
    assert published(console.settings.snapshots) == {"boreal": 1}
    publish_the_rest(console.doors, console.settings.snapshots)
    assert published(console.settings.snapshots) == {"boreal": 2}
    assert console.doors.board.companies() == {"boreal": "Another name"}


def test_given_everything_in_force_then_nothing_is_written(console: Console) -> None:
    doors = replace(console.doors, publish=lambda company: pytest.fail(company))
    publish_the_rest(doors, console.settings.snapshots)


def test_given_a_disk_without_room_then_the_console_starts_all_the_same(console: Console) -> None:
    saved_only(console)

    def full(_: str) -> int:
        raise OSError(28, "No space left on device")

    publish_the_rest(replace(console.doors, publish=full), console.settings.snapshots)
    assert published(console.settings.snapshots) == {"boreal": 1}
