"""`python -m store upgrade | seed FILE | publish`: the store's own commands, used at start."""

from __future__ import annotations

import sys
from pathlib import Path

from schemas.company import load_company
from schemas.secrets import read_secret
from schemas.settings import from_environ
from store.documents import Documents


def main(words: list[str]) -> int:
    """Exit status 0, or 1 with the reason on the screen."""
    settings = from_environ()
    documents = Documents(settings.database_url)
    key = read_secret(settings.var, "device_key")
    match words:
        case ["upgrade"]:
            documents.upgrade()
        case ["seed", file]:
            return seed(documents, Path(file), settings.snapshots, key)
        case ["publish"]:
            for company in documents.companies():
                documents.publish(company, settings.snapshots, key)
        case _:
            print(__doc__)
            return 1
    return 0


def seed(documents: Documents, file: Path, root: Path, key: str) -> int:
    """Load a company when there is none yet; publish what there is."""
    if not documents.companies():
        loaded = load_company(file)
        if isinstance(loaded, list):
            print("\n".join(f"{p.path}: {p.en}" for p in loaded))
            return 1
        documents.save(loaded, made_from=0, author="first run", note=f"the sample company, {file.name}")
    for company in documents.companies():
        documents.publish(company, root, key)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
