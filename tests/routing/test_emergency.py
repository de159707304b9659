"""Which numbers reach help, by country."""

from __future__ import annotations

import pytest
from phonenumbers import shortnumberinfo

from routing import emergency


@pytest.mark.parametrize(
    ("countries", "numbers"),
    [
        (["CA"], "112 911"),
        (["US"], "112 911"),
        (["FR"], "112 114 115 119 15 17 18 191 196 911"),
        (["GB"], "112 911 999"),
        (["AU"], "000 106 112 911"),
        (["ES"], "085 088 112 911"),
        (["LV"], "01 02 03 110 112 113 911"),
        (["ZA"], "10111 10177 112 911"),
        (["SE"], "112 90000 911"),
        (["FM"], "112 320221 911"),
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


def test_given_any_country_then_the_library_agrees_on_every_number_of_two_to_four_digits() -> None:
    tried = [f"{n:0{length}}" for length in (2, 3, 4) for n in range(10**length)]
    for country in ("CA", "US", "FR", "GB", "AU", "MX", "RU", "PK", "OM", "IN", "GA", "CF", "UZ", "BR", "TH"):
        counted = {number for number in tried if shortnumberinfo.is_emergency_number(number, country)}
        also = {number for number in emergency.numbers([country]) if len(number) < 5}
        assert counted | {"112", "911"} == also - ({"114", "115", "119", "191", "196"} - counted), country
