"""The sample company with levels: what each test of settings and locks starts from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged

BOREAL = Path(__file__).parents[2] / "schemas" / "examples" / "boreal.yaml"


@cache
def _plain() -> dict[str, Any]:
    document = load_company(BOREAL)
    assert isinstance(document, CompanyDocument)
    return plain_company(document)


def boreal(*changes: dict[str, Any]) -> CompanyDocument:
    """The sample company with changes, as a merge patch."""
    data = _plain()
    for change in changes:
        data = merged(data, change)
    document = load_company(data)
    assert isinstance(document, CompanyDocument), document
    return document


def account(**change: Any) -> dict[str, Any]:
    return {"account": change}


def site(key: str = "MTL", **change: Any) -> dict[str, Any]:
    return {"sites": {key: change}}


def group(key: str = "VIP", **change: Any) -> dict[str, Any]:
    return {"groups": {key: {"name": key, "enabled": True, **change}}}


def user(extension: str, **change: Any) -> dict[str, Any]:
    return {"users": {extension: change}}


def for_users(**defaults: Any) -> dict[str, Any]:
    """`defaults` of a level for its users."""
    return {"defaults": {"users": defaults}}


def seconds(value: int) -> dict[str, Any]:
    """Ring seconds of the open context."""
    return {"open": {"ring": {"seconds": value}}}


def lock(setting: str, *values: str) -> dict[str, Any]:
    return {"setting": setting, "values": list(values)}
