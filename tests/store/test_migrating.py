"""Migrations: every way to this version's tables, and no way that loses anything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from store import migrating
from store.__main__ import main
from store.database import engine
from store.documents import Documents
from store.tables import COMPANY, COMPANY_REVISION, METADATA
from tests.sample import document


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


def _differences(url: str) -> list[object]:
    with engine(url).connect() as link:
        return list(compare_metadata(MigrationContext.configure(link), METADATA))


def test_given_an_empty_database_then_it_gets_the_tables_of_this_version(url: str) -> None:
    migrating.migrate(url)
    assert _differences(url) == []
    assert "account" in sa.inspect(engine(url)).get_table_names()


def test_given_a_database_of_before_there_were_migrations_then_its_companies_stay(url: str) -> None:
    with engine(url).begin() as link:
        METADATA.create_all(link, tables=[COMPANY, COMPANY_REVISION])
    Documents(url).save(document(), made_from=0, author="long ago")
    migrating.migrate(url)
    assert _differences(url) == []
    assert [line.author for line in Documents(url).history("boreal")] == ["long ago"]


def test_given_two_processes_that_start_at_once_then_the_second_finds_the_work_done(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrating.migrate(url), range(4)))
    assert _differences(url) == []


def test_given_a_step_that_fails_then_nothing_of_the_migration_stays(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = migrating.command.upgrade

    def break_off(settings: Config, _target: str) -> None:
        upgrade(settings, "0001")
        raise OSError("the disk is full")

    monkeypatch.setattr(migrating.command, "upgrade", break_off)
    with pytest.raises(OSError, match="full"):
        migrating.migrate(url)
    assert sa.inspect(engine(url)).get_table_names() == []


def test_given_a_database_that_is_away_then_whoever_starts_reads_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("RELAIS_DATABASE_URL", f"postgresql://relais@/gone?host={tmp_path}")
    assert main(["migrate"]) == 1
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert "RELAIS_DATABASE_URL" in told
