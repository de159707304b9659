"""The controller reads what is published, and only what is new."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from controller import published as module
from controller.published import Published
from routing.company import CompanyDocument, Device
from routing.compiled import Company, compile_company
from store.snapshot import Snapshot, SnapshotReader, stamp_of, write_snapshot
from tests import sample


class Reading:
    """A reader of a folder, and which companies were compiled."""

    def __init__(self, root: Path) -> None:
        self.root, self.published, self.compiled = root, Published(SnapshotReader(root)), list[str]()

    def publish(self, company: str, revision: int) -> None:
        document = sample.document()
        account = msgspec.structs.replace(document.account, id=company, domain=f"{company}.example")
        write_snapshot(
            self.root,
            Snapshot(
                company=company, revision=revision, published_at="2026-10-13T10:00:00",
                document=msgspec.structs.replace(document, account=account), a1_hashes={}, pins={},
            ),
        )  # fmt: skip

    def compile(self, document: CompanyDocument, revision: int) -> Company:
        self.compiled.append(f"{document.account.id} {revision}")
        return compile_company(document, revision)


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    found = Reading(tmp_path)
    monkeypatch.setattr(module, "compile_company", found.compile)
    return found


def test_given_nothing_was_published_then_nothing_is_known(reading: Reading) -> None:
    reading.published.read()
    assert reading.published.owners == {}
    assert reading.published.stamp == stamp_of(reading.root) == 0


def test_given_one_company_more_then_only_that_one_is_compiled(reading: Reading) -> None:
    reading.publish("north", 1)
    reading.published.read()
    reading.publish("south", 1)
    reading.published.read()
    reading.published.read()
    assert reading.compiled == ["north 1", "south 1"]
    assert reading.published.company_of == {"north.example": "north", "south.example": "south"}


def test_given_a_company_that_cannot_be_compiled_then_the_others_are_read_all_the_same(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(document: CompanyDocument, revision: int) -> Company:
        if document.account.id == "north":
            raise KeyError("a bug")
        return compile_company(document, revision)

    monkeypatch.setattr(module, "compile_company", fails)
    reading.publish("north", 1)
    reading.publish("south", 1)
    reading.published.read()
    assert reading.published.company_of == {"south.example": "south"}


def test_given_a_new_revision_then_it_is_read_and_the_stamp_says_so(reading: Reading) -> None:
    reading.publish("north", 1)
    reading.published.read()
    reading.publish("north", 2)
    assert 0 < reading.published.stamp < stamp_of(reading.root)
    reading.published.read()
    assert reading.compiled == ["north 1", "north 2"]
    assert reading.published.stamp == stamp_of(reading.root)


def test_given_things_of_the_building_then_they_keep_no_agent_busy(reading: Reading) -> None:
    document = sample.document()
    emma = document.users["1005"]
    devices = {
        **emma.devices,
        "1005d": Device(kind="door_phone"),
        "1005h": Device(kind="paging"),
        "1005s": Device(kind="softphone"),
    }
    users = {**document.users, "1005": msgspec.structs.replace(emma, devices=devices)}
    write_snapshot(
        reading.root,
        Snapshot(
            company="boreal", revision=1, published_at="2026-10-13T10:00:00",
            document=msgspec.structs.replace(document, users=users), a1_hashes={}, pins={},
        ),
    )  # fmt: skip
    reading.published.read()
    owners = reading.published.owners["boreal"]
    assert {device for device, owner in owners.items() if owner == "1005"} == {"1005a", "1005s"}
    assert reading.published.standing("boreal", "1005").devices == ("1005a", "1005s")
