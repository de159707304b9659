"""Company documents with revisions: who saved what and when, and nobody overwrites anybody unseen.

SQLite in WAL mode by default, PostgreSQL by URL. A save names the revision it was made from; when another was saved
meanwhile it is refused with a `Conflict`, and nothing has changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from routing.company import CompanyDocument
from store.secrets import a1_hash, box_pin, device_password
from store.snapshot import Snapshot, write_snapshot

_METADATA = sa.MetaData()
_COMPANY = sa.Table(
    "company",
    _METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
)
_REVISION = sa.Table(
    "company_revision",
    _METADATA,
    sa.Column("company", sa.String(32), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("saved_at", sa.String(40), nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
)


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
        self._engine = sa.create_engine(url, connect_args=_arguments(url))
        if url.startswith("sqlite"):
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            sa.event.listen(self._engine, "begin", _begin_immediate)

    def upgrade(self) -> None:
        """Create what is missing."""
        _METADATA.create_all(self._engine)

    def companies(self) -> list[str]:
        """Ids of all companies."""
        with self._engine.begin() as link:
            return list(link.execute(sa.select(_COMPANY.c.id).order_by(_COMPANY.c.id)).scalars())

    def load(self, company: str, revision: int | None = None) -> tuple[int, CompanyDocument] | None:
        """A revision, the newest when none is named."""
        with self._engine.begin() as link:
            wanted = (
                revision
                or link.execute(
                    sa.select(_COMPANY.c.revision).where(_COMPANY.c.id == company)
                ).scalar_one_or_none()
            )
            row = link.execute(
                sa.select(_REVISION.c.document).where(
                    _REVISION.c.company == company, _REVISION.c.revision == wanted
                )
            ).scalar_one_or_none()
        return (
            None
            if row is None or wanted is None
            else (wanted, msgspec.json.decode(row, type=CompanyDocument))
        )

    def history(self, company: str) -> list[RevisionInfo]:
        """Newest first."""
        columns = (_REVISION.c.revision, _REVISION.c.author, _REVISION.c.note, _REVISION.c.saved_at)
        query = (
            sa.select(*columns).where(_REVISION.c.company == company).order_by(_REVISION.c.revision.desc())
        )
        with self._engine.begin() as link:
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
                "saved_at": datetime.now(UTC).isoformat(timespec="seconds"), "document": msgspec.json.encode(document),
            }  # fmt: skip
            link.execute(_REVISION.insert().values(**values))
        return Saved(revision)

    def publish(self, company: str, root: Path, key: str) -> int:
        """Write the newest revision as a snapshot; its number. KeyError for an unknown company."""
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
        company=company, revision=revision, published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        document=document, a1_hashes=hashes, pins={box: box_pin(key, company, box) for box in boxes},
    )  # fmt: skip


def _advance(link: sa.Connection, company: str, made_from: int, revision: int) -> bool:
    if made_from == 0:
        exists = link.execute(sa.select(_COMPANY.c.id).where(_COMPANY.c.id == company)).scalar_one_or_none()
        if exists is not None:
            return False
        link.execute(_COMPANY.insert().values(id=company, revision=revision))
        return True
    where = (_COMPANY.c.id == company, _COMPANY.c.revision == made_from)
    return link.execute(_COMPANY.update().where(*where).values(revision=revision)).rowcount == 1


def _conflict(link: sa.Connection, company: str) -> Conflict:
    query = (
        sa.select(_REVISION.c.revision, _REVISION.c.author, _REVISION.c.saved_at)
        .where(_REVISION.c.company == company)
        .order_by(_REVISION.c.revision.desc())
        .limit(1)
    )
    row = link.execute(query).one_or_none()
    return Conflict(*row) if row is not None else Conflict(0, "", "")


def _arguments(url: str) -> dict[str, object]:
    return {"timeout": 5, "isolation_level": None} if url.startswith("sqlite") else {}


def _prepare_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(link: sa.Connection) -> None:
    # Two readers that both go on to write would deadlock; the second waits instead.
    link.exec_driver_sql("BEGIN IMMEDIATE")
