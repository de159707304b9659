"""Documents: revisions, conflicts, publishing; two companies share nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from routing.compiled import compile_company
from store.documents import Conflict, Documents, Saved
from store.secrets import box_pin, device_password
from store.snapshot import SnapshotReader
from tests.sample import document


@pytest.fixture
def documents(database_url: str) -> Documents:
    found = Documents(database_url)
    found.upgrade()
    return found


def test_given_two_people_saving_at_once_then_one_wins_and_the_other_is_told_who(
    documents: Documents,
) -> None:
    documents.save(document(), made_from=0, author="first")
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda n: documents.save(document(), made_from=1, author=f"p{n}"), range(8)))
    assert [s.revision for s in saved if isinstance(s, Saved)] == [2]
    conflicts = [c for c in saved if isinstance(c, Conflict)]
    assert len(conflicts) == 7
    assert {c.revision for c in conflicts} == {2}
    assert [r.revision for r in documents.history("boreal")] == [2, 1]


def test_given_two_people_who_add_the_same_company_at_once_then_one_does(documents: Documents) -> None:
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda n: documents.save(document(), made_from=0, author=f"p{n}"), range(8)))
    assert [s.revision for s in saved if isinstance(s, Saved)] == [1]
    assert {s.revision for s in saved if isinstance(s, Conflict)} == {1}


def test_given_a_new_company_that_exists_then_it_is_a_conflict(documents: Documents) -> None:
    documents.save(document(), made_from=0, author="first")
    assert isinstance(documents.save(document(), made_from=0, author="second"), Conflict)


def test_given_two_companies_with_the_same_extensions_then_they_share_nothing(
    documents: Documents, tmp_path: Path
) -> None:
    account = msgspec.structs.replace(document().account, id="second", domain="second.example")
    second = msgspec.structs.replace(document(), account=account, numbers={})
    for each in (document(), second):
        documents.save(each, made_from=0, author="first")
        documents.publish(each.account.id, tmp_path / "snapshots", "key")
    reader = SnapshotReader(tmp_path / "snapshots")
    assert reader.poll()
    boreal, other = reader.current("boreal"), reader.current("second")
    assert boreal is not None
    assert other is not None
    assert boreal.a1_hashes["1001a"] != other.a1_hashes["1001a"]
    assert boreal.pins["8100"] != other.pins["8100"]
    assert compile_company(other.document, 1).extensions["1001"].kind == "user"


def test_given_a_published_file_that_is_broken_then_the_last_good_one_stays(
    documents: Documents, tmp_path: Path
) -> None:
    root = tmp_path / "snapshots"
    documents.save(document(), made_from=0, author="first")
    documents.publish("boreal", root, "key")
    reader = SnapshotReader(root)
    assert reader.poll()
    (root / "boreal" / "2.json").write_text("{")
    (root / "index.json").write_text('{"boreal": 2}')
    reader.poll()
    found = reader.current("boreal")
    assert found is not None
    assert found.revision == 1
    assert "boreal" in reader.broken


def test_given_another_generation_then_another_password_and_pins_are_not_obvious() -> None:
    assert device_password("k", "c", "1001a", 1) != device_password("k", "c", "1001a", 2)
    assert all(len(set(box_pin("k", "c", str(n)))) > 2 for n in range(500))
