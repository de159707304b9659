"""Accounts and tokens may be tied to a user of their company."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nobody's, for those that are there."""
    for table in ("account", "api_token"):
        op.add_column(table, sa.Column("extension", sa.String(6), nullable=False, server_default=""))
