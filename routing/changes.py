"""What differs between two revisions of a company, setting by setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from routing.company import (
    Action,
    CompanyDocument,
    ExceptionalPeriod,
    Forward,
    Opening,
    Rule,
    Schedule,
)
from routing.document_walk import Steps

_WHOLE = (Action, Schedule, Opening, ExceptionalPeriod, Rule, Forward)
"""Values that people set as one."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """One setting that differs; None on the side where it is not set, or its object does not exist."""

    steps: Steps
    old: Any
    new: Any


def changes(before: CompanyDocument, after: CompanyDocument) -> Iterator[Change]:
    """Every setting that differs, in the order of the document. An object that comes or goes is one change."""
    return _of(before, after, ())


def _of(old: Any, new: Any, steps: Steps) -> Iterator[Change]:
    if old is new or old == new:
        return
    if _is_inner(old) or _is_inner(new):
        if len(steps) == 2 and None in (old, new):
            yield Change(steps, old, new)
        else:
            yield from _of_struct(old, new, steps)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _of(old.get(key), new.get(key), (*steps, key))
    else:
        yield Change(steps, old, new)


def _is_inner(value: Any) -> bool:
    return isinstance(value, msgspec.Struct) and not isinstance(value, _WHOLE)


def _of_struct(old: Any, new: Any, steps: Steps) -> Iterator[Change]:
    shape = type(new if new is not None else old)
    for field in msgspec.structs.fields(shape):
        yield from _of(
            getattr(old, field.name, None), getattr(new, field.name, None), (*steps, field.encode_name)
        )
