"""The tables as this version uses them. `store.migrations` brings a database of any earlier version here;
a test compares the two. Instants are text as `store.database.stamp` writes them, empty for never."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

COMPANY = sa.Table(
    "company",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
)
COMPANY_REVISION = sa.Table(
    "company_revision",
    METADATA,
    sa.Column("company", sa.String(32), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("saved_at", sa.String(40), nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
)
ACCOUNT = sa.Table(
    "account",
    METADATA,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("company", sa.String(32), nullable=False),  # empty: every company of the installation
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),  # empty: the browser's
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("extension", sa.String(6), nullable=False, server_default=""),  # empty: no user of a company
)
API_TOKEN = sa.Table(
    "api_token",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("company", sa.String(32), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("last_used_at", sa.String(40), nullable=False),
    sa.Column("revoked_at", sa.String(40), nullable=False),
    sa.Column("extension", sa.String(6), nullable=False, server_default=""),
)
SESSION = sa.Table(
    "session",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(100), nullable=False, index=True),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("expires_at", sa.String(40), nullable=False),
)
SIGN_IN = sa.Table(
    "sign_in",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(40), nullable=False, index=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
)
CALL_RECORD = sa.Table(
    "call_record",
    METADATA,
    sa.Column("company", sa.String(32), primary_key=True),
    sa.Column("call", sa.String(64), primary_key=True),
    sa.Column("began", sa.Float, nullable=False),  # Unix seconds, as `ended`
    sa.Column("ended", sa.Float, nullable=False),
    sa.Column("entry", sa.String(120), nullable=False),
    sa.Column("caller", sa.String(64), nullable=False),
    sa.Column("disposition", sa.String(20), nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),  # zlib of the JSON of routing.ended_call
    sa.Index("call_record_began", "company", "began"),
)
CALL_RECORD_AGENT = sa.Table(
    "call_record_agent",
    METADATA,
    sa.Column("company", sa.String(32), primary_key=True),
    sa.Column("extension", sa.String(20), primary_key=True),
    sa.Column("call", sa.String(64), primary_key=True),
)
AGENT_TRANSITION = sa.Table(
    "agent_transition",
    METADATA,
    sa.Column("company", sa.String(32), primary_key=True),
    sa.Column("entry", sa.String(40), primary_key=True),  # its id in the stream, `<milliseconds>-<number>`
    sa.Column("milliseconds", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("extension", sa.String(20), nullable=False),
    sa.Column("at", sa.Float, nullable=False),  # Unix seconds of the company's clock
    sa.Column("how", sa.String(40), nullable=False),
    sa.Column("before", sa.String(20), nullable=False),
    sa.Column("after", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(100), nullable=False),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("call", sa.String(64), nullable=False),
    sa.Index("agent_transition_at", "company", "extension", "at"),
)
