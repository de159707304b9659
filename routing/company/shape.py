"""What every struct of a document is: immutable, by name, and what it writes when a level above may decide."""

from __future__ import annotations

from typing import Any

import msgspec


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every struct of a document: immutable, by name, nothing unknown."""


def own(name: str) -> Any:
    """A field written `name` in the document that a level above may give instead: None is "not set here".
    The property of that name is what holds: on a document as saved, the default when nothing is set; on
    the effective one (`routing.effective`), what the levels came to."""
    return msgspec.field(default=None, name=name)
