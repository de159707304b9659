"""A date, or a number, as the recordings of its words, in both languages (P70): names of files under `digits`."""

from __future__ import annotations

from datetime import date


def words(day: date, language: str) -> list[str]:
    """`le six janvier deux mille vingt-sept` without its article; `January sixth, two thousand twenty-seven`."""
    month = f"mon-{day.month - 1}"
    if language == "fr":
        return [*(["h-1"] if day.day == 1 else _french(day.day)), month, *_french_year(day.year)]
    return [month, *_ordinal(day.day), *_english_year(day.year)]


def number(value: int, language: str) -> list[str]:
    """`deux cents vingt et un`; `two hundred twenty-one`; 1 to 999, the digits of a greater one."""
    if value > 999:
        return list(str(value))
    count, rest = divmod(value, 100)
    one = [str(count)] if count > 1 or (count and language != "fr") else []
    return [*_hundreds(count, one), *(_french(rest) if language == "fr" else _english(rest))]


def _french(value: int) -> list[str]:
    """0 is nothing, 1 to 99; 71 and 91 are counted from 60 and 80, and `et` stands before 1 but in 81 and 91."""
    if value <= 20 or (value % 10 == 0 and value <= 90):
        return [str(value)] if value else []
    tens = value // 10 * 10 - (10 if value > 70 and value // 10 in (7, 9) else 0)
    rest = value - tens
    joined = ["et"] if rest in (1, 11) and tens != 80 else []
    return [str(tens), *joined, str(rest)]


def _french_year(year: int) -> list[str]:
    thousands, rest = divmod(year, 1000)
    hundreds, tens = divmod(rest, 100)
    spoken = [*([] if thousands == 1 else [str(thousands)]), "thousand"]
    return [*spoken, *_hundreds(hundreds, [] if hundreds == 1 else [str(hundreds)]), *_french(tens)]


def _english_year(year: int) -> list[str]:
    thousands, rest = divmod(year, 1000)
    hundreds, tens = divmod(rest, 100)
    return [str(thousands), "thousand", *_hundreds(hundreds, [str(hundreds)]), *_english(tens)]


def _hundreds(count: int, spoken: list[str]) -> list[str]:
    return [*spoken, "hundred"] if count else []


def _english(value: int) -> list[str]:
    if value <= 20 or value % 10 == 0:
        return [str(value)] if value else []
    return [str(value // 10 * 10), str(value % 10)]


def _ordinal(value: int) -> list[str]:
    if value <= 20 or value % 10 == 0:
        return [f"h-{value}"]
    return [str(value // 10 * 10), f"h-{value % 10}"]
