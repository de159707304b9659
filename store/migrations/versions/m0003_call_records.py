"""Call records, and whose phones rang for each."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """New tables only."""
    op.create_table(
        "call_record",
        sa.Column("company", sa.String(32), primary_key=True),
        sa.Column("call", sa.String(64), primary_key=True),
        sa.Column("began", sa.Float, nullable=False),
        sa.Column("ended", sa.Float, nullable=False),
        sa.Column("entry", sa.String(120), nullable=False),
        sa.Column("caller", sa.String(64), nullable=False),
        sa.Column("disposition", sa.String(20), nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_index("call_record_began", "call_record", ["company", "began"])
    op.create_table(
        "call_record_agent",
        sa.Column("company", sa.String(32), primary_key=True),
        sa.Column("extension", sa.String(20), primary_key=True),
        sa.Column("call", sa.String(64), primary_key=True),
    )
