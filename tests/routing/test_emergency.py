"""Which numbers reach help, by country."""

from __future__ import annotations

import pytest

from routing import emergency


@pytest.mark.parametrize(
    ("countries", "numbers"),
    [
        (["CA"], "112 911"),
        (["US"], "112 911"),
        (["FR"], "112 114 115 119 15 17 18 191 196 911"),
        (["GB"], "112 911 999"),
        (["CA", "FR"], "112 114 115 119 15 17 18 191 196 911"),
        ([], "112 911"),
        (["XX"], "112 911"),
    ],
)
def test_given_countries_then_their_emergency_numbers_and_what_mobile_phones_dial(
    countries: list[str], numbers: str
) -> None:
    assert emergency.numbers(countries) == tuple(numbers.split())


def test_given_numbers_of_the_companys_own_then_they_replace_those_of_their_country_alone() -> None:
    found = emergency.numbers(["CA", "FR"], {"FR": ["15", "3237"]})
    assert {"15", "3237", "112", "911"} <= set(found)
    assert "17" not in found
    assert set(emergency.numbers(["CA"])) <= set(found)
