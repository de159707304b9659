"""`python -m store migrate | seed FILE | publish`: the store's own commands; `seed` is used at start, and migrates."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from schemas.company import load_company
from schemas.secrets import read_secret
from schemas.settings import Settings, from_environ
from store.accounts import Account, Accounts
from store.database import told_unusable
from store.documents import Documents
from store.migrating import migrate
from store.passwords import hashed

FIRST_ACCOUNT = "admin"


def main(words: list[str]) -> int:
    """Exit status 0, or 1 with the reason on the screen."""
    try:
        return _run(words, from_environ())
    except Exception as error:
        told = told_unusable(error)
        if not told:
            raise
        print(told)
        return 1


def _run(words: list[str], settings: Settings) -> int:
    match words:
        case ["migrate"]:
            migrate(settings.database_url)
        case ["seed", file]:
            return seed(settings, Path(file))
        case ["publish"]:
            _publish(settings, Documents(settings.database_url))
        case _:
            print(__doc__)
            return 1
    return 0


def seed(settings: Settings, file: Path) -> int:
    """The newest tables; a company and the first account when there is none yet; publish what there is."""
    migrate(settings.database_url)
    documents = Documents(settings.database_url)
    if not documents.companies():
        loaded = load_company(file)
        if isinstance(loaded, list):
            print("\n".join(f"{p.path}: {p.en}" for p in loaded))
            return 1
        documents.save(loaded, made_from=0, author="first run", note=f"the sample company, {file.name}")
    accounts = Accounts(settings.database_url)
    if not accounts.all():
        first = Account(name=FIRST_ACCOUNT, role="admin")
        accounts.add(first, hashed(read_secret(settings.var, "admin_password")), datetime.now(UTC))
    _publish(settings, documents)
    return 0


def _publish(settings: Settings, documents: Documents) -> None:
    key = read_secret(settings.var, "device_key")
    for company in documents.companies():
        documents.publish(company, settings.snapshots, key)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
