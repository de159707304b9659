"""What a phone can dial is what its calls would be decided (issue 5, part 4)."""

from __future__ import annotations

import pytest

from routing.dial_matrix import Cell, matrix
from routing.explain import reason_sentence
from tests.routing.test_outbound import changed
from tests.sample import at

NOW = at("2026-10-13T10:00")


def row(extension: str, kind: str, country: str = "", **changes: object) -> Cell:
    cells = matrix(changed(**changes), extension, NOW)
    return next(c for c in cells if c.target.kind == kind and country in ("", c.target.country))


@pytest.mark.parametrize(
    ("extension", "kind", "country", "expected"),
    [
        ("1004", "national", "CA", ""), ("1004", "local", "CA", ""), ("1004", "toll_free", "CA", ""),
        ("1004", "premium", "CA", "class_not_allowed"), ("1004", "satellite", "001", "class_not_allowed"),
        ("1004", "international", "FR", ""), ("1004", "international", "GB", "country_not_allowed"),
        ("1004", "extension", "CA", ""), ("1012", "extension", "CA", ""),
        ("1012", "national", "CA", "no_outbound_profile"), ("1090", "national", "CA", "no_outbound_profile"),
        ("1012", "emergency", "CA", ""), ("1009", "emergency", "FR", ""),
    ],
)  # fmt: skip
def test_given_a_user_then_what_he_may_dial_and_the_code_where_not(
    extension: str, kind: str, country: str, expected: str
) -> None:
    cell = row(extension, kind, country)
    assert (cell.allowed, cell.code) == (not expected, expected)
    if cell.reason is not None:
        assert all(reason_sentence(changed(), cell.reason, language) for language in ("fr", "en"))  # type: ignore[arg-type]


def test_given_an_allowed_number_then_what_is_shown_there_and_by_what_it_goes() -> None:
    trunks = {"T-A": {"gateway": "a"}}
    cell = row("1003", "national", "CA", trunks=trunks)
    assert (cell.shows, cell.profile, cell.trunk) == ("+15145550150", "OP-DEF", "T-A")
    assert row("1009", "emergency", "FR", trunks=trunks).shows == "+33199000103"


def test_given_something_more_to_dial_then_it_is_in_the_matrix_as_it_is_written() -> None:
    cells = matrix(changed(), "1004", NOW, ("*0102*4505550166", "no number", "1999"))
    assert [(cell.target.dialled, cell.code) for cell in cells[-3:]] == [
        ("*0102*4505550166", ""), ("no number", "outside_invalid"), ("1999", "extension_unknown"),
    ]  # fmt: skip


def test_given_every_user_then_nothing_is_refused_without_a_code() -> None:
    there = changed()
    for extension in there.document.users:
        cells = matrix(there, extension, NOW)
        assert all(cell.allowed or cell.code for cell in cells)
        assert {cell.target.kind for cell in cells} >= {
            "emergency",
            "extension",
            "international",
            "satellite",
        }
