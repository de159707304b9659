"""Which number a destination outside may show (D34): one of the company's or its user's own, never another's."""

from __future__ import annotations

from typing import Any

import pytest

from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.sample import document

MOBILE = {"action": "external", "number": "+14505550188", "country": "CA"}


def forward(extension: str, number: str) -> dict[str, Any]:
    return {"users": {extension: {"forward": {"to": {**MOBILE, "caller_id": number}}}}}


def busy(extension: str, number: str) -> dict[str, Any]:
    return {"users": {extension: {"open": {"busy": {"extension": None, **MOBILE, "caller_id": number}}}}}


def handling(number: str) -> dict[str, Any]:
    return {"handlings": {"main": {"open": [{**MOBILE, "caller_id": number}]}}}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (forward("1001", "N-PERS"), "users.1001.forward.to.caller_id"),
        (busy("1001", "N-PERS"), "users.1001.open.busy.caller_id"),
        (handling("N-PERS"), "handlings.main.open[0].caller_id"),
    ],
    ids=["a forward", "when busy", "the company's handling"],
)
def test_given_the_own_number_of_somebody_else_then_the_setting_is_refused_and_names_him(
    changes: dict[str, Any], path: str
) -> None:
    found = load_company(merged(plain_company(document()), changes))
    assert isinstance(found, list)
    (problem,) = found
    assert (problem.code, problem.path, problem.value) == ("caller_id_of_another", path, "+15145550150")
    assert "numéro personnel de Priya Nair" in problem.fr
    assert "personal number of Priya Nair" in problem.en


@pytest.mark.parametrize(
    "changes",
    [forward("1003", "N-PERS"), busy("1003", "N-PERS"), forward("1001", "N-MAIN"), handling("N-VEN")],
    ids=["her forward", "hers when busy", "the company's in a forward", "the company's in its handling"],
)
def test_given_his_own_number_or_the_companys_then_it_may_be_shown(changes: dict[str, Any]) -> None:
    loaded = load_company(merged(plain_company(document()), changes))
    assert isinstance(loaded, CompanyDocument), loaded
