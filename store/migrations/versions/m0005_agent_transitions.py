"""The history of agents."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """A new table only."""
    op.create_table(
        "agent_transition",
        sa.Column("company", sa.String(32), primary_key=True),
        sa.Column("entry", sa.String(40), primary_key=True),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("extension", sa.String(20), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("before", sa.String(20), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("call", sa.String(64), nullable=False),
    )
    op.create_index("agent_transition_at", "agent_transition", ["company", "extension", "at"])
