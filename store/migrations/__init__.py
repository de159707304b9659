"""Alembic's migrations. A step, once released, is never edited: the next change is the next file."""
