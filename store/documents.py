"""Company documents with revisions: who saved what and when, and nobody overwrites anybody unseen.

A save names the revision it was made from; when another was saved meanwhile it is refused with a `Conflict`, and
nothing has changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from routing.company import CompanyDocument
from store.database import engine, reading, stamp
from store.secrets import a1_hash, box_pin, device_password
from store.snapshot import Snapshot, publishing, write_snapshot
from store.tables import COMPANY, COMPANY_REVISION


class Conflict(msgspec.Struct, frozen=True):
    """Somebody saved meanwhile: which revision is in force, whose, since when."""

    revision: int
    author: str
    saved_at: str


class Saved(msgspec.Struct, frozen=True):
    """The new revision."""

    revision: int


class RevisionInfo(msgspec.Struct, frozen=True):
    """One line of a company's history."""

    revision: int
    author: str
    note: str
    saved_at: str


class Documents:
    """The documents of one database."""

    def __init__(self, url: str) -> None:
        self._url, self._engine = url, engine(url)

    def upgrade(self) -> None:
        """Bring the database to this version."""
        from store.migrating import migrate

        migrate(self._url)

    def answers(self) -> bool:
        """True when the database does."""
        try:
            with reading(self._engine) as link:
                link.execute(sa.select(sa.literal(1)))
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def companies(self) -> list[str]:
        """Ids of all companies."""
        with reading(self._engine) as link:
            return list(link.execute(sa.select(COMPANY.c.id).order_by(COMPANY.c.id)).scalars())

    def newest(self) -> dict[str, int]:
        """Number of the newest revision of each company."""
        with reading(self._engine) as link:
            return {row.id: row.revision for row in link.execute(sa.select(COMPANY))}

    def load(self, company: str, revision: int | None = None) -> tuple[int, CompanyDocument] | None:
        """A revision, the newest when none is named."""
        newest = sa.select(COMPANY.c.revision).where(COMPANY.c.id == company).scalar_subquery()
        query = sa.select(COMPANY_REVISION.c.revision, COMPANY_REVISION.c.document).where(
            COMPANY_REVISION.c.company == company,
            COMPANY_REVISION.c.revision == (newest if revision is None else revision),
        )
        with reading(self._engine) as link:
            row = link.execute(query).one_or_none()
        return (
            None if row is None else (row.revision, msgspec.json.decode(row.document, type=CompanyDocument))
        )

    def history(self, company: str) -> list[RevisionInfo]:
        """Newest first."""
        columns = ("revision", "author", "note", "saved_at")
        query = (
            sa.select(*(COMPANY_REVISION.c[name] for name in columns))
            .where(COMPANY_REVISION.c.company == company)
            .order_by(COMPANY_REVISION.c.revision.desc())
        )
        with reading(self._engine) as link:
            return [RevisionInfo(*row) for row in link.execute(query)]

    def save(
        self, document: CompanyDocument, *, made_from: int, author: str, note: str = ""
    ) -> Saved | Conflict:
        """Save a new revision made from `made_from` (0: the company is new)."""
        company = document.account.id
        revision = made_from + 1
        with self._engine.begin() as link:
            if not _advance(link, company, made_from, revision):
                return _conflict(link, company)
            values = {
                "company": company, "revision": revision, "author": author, "note": note,
                "saved_at": stamp(datetime.now(UTC)), "document": msgspec.json.encode(document),
            }  # fmt: skip
            link.execute(COMPANY_REVISION.insert().values(**values))
        return Saved(revision)

    def publish(self, company: str, root: Path, key: str) -> int:
        """Write the newest revision as a snapshot; its number. KeyError for an unknown company."""
        with publishing(root):
            found = self.load(company)
            if found is None:
                raise KeyError(company)
            revision, document = found
            write_snapshot(root, compiled_snapshot(document, revision, key))
        return revision


def compiled_snapshot(document: CompanyDocument, revision: int, key: str) -> Snapshot:
    """What workers need of a revision: the document, every device's a1-hash, every box's PIN."""
    company, domain = document.account.id, document.account.domain
    devices = {k: d for user in document.users.values() for k, d in user.devices.items()}
    devices |= {ext: site.device for ext, site in document.site_devices.items()}
    hashes = {
        name: a1_hash(name, domain, device_password(key, company, name, device.secret_generation))
        for name, device in devices.items()
    }
    boxes = [*(ext for ext, user in document.users.items() if user.voicemail), *document.boxes]
    return Snapshot(
        company=company, revision=revision, published_at=stamp(datetime.now(UTC)),
        document=document, a1_hashes=hashes, pins={box: box_pin(key, company, box) for box in boxes},
    )  # fmt: skip


def _advance(link: sa.Connection, company: str, made_from: int, revision: int) -> bool:
    if made_from == 0:
        exists = link.execute(sa.select(COMPANY.c.id).where(COMPANY.c.id == company)).scalar_one_or_none()
        if exists is not None:
            return False
        link.execute(COMPANY.insert().values(id=company, revision=revision))
        return True
    where = (COMPANY.c.id == company, COMPANY.c.revision == made_from)
    return link.execute(COMPANY.update().where(*where).values(revision=revision)).rowcount == 1


def _conflict(link: sa.Connection, company: str) -> Conflict:
    query = (
        sa.select(COMPANY_REVISION.c.revision, COMPANY_REVISION.c.author, COMPANY_REVISION.c.saved_at)
        .where(COMPANY_REVISION.c.company == company)
        .order_by(COMPANY_REVISION.c.revision.desc())
        .limit(1)
    )
    row = link.execute(query).one_or_none()
    return Conflict(*row) if row is not None else Conflict(0, "", "")
