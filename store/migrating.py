"""Brings a database to the tables of this version, all or nothing, one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from store.database import engine

_FOLDER = Path(__file__).with_name("migrations")


def migrate(url: str) -> None:
    """Run what this database has not seen; nothing when it is up to date. A file's folder is made."""
    file = engine(url).url.database if url.startswith("sqlite") else None
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = Config()
    settings.set_main_option("script_location", str(_FOLDER))
    with engine(url).begin() as link:
        settings.attributes["link"] = link
        command.upgrade(settings, "head")
