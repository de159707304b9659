"""What a number becomes when it is made somebody's own, or taken back (D34, D36)."""

from __future__ import annotations

from routing.company import Number


def given_to(number: Number, extension: str) -> dict[str, str]:
    """The settings that change: his calls show it, and its callers reach him."""
    return _changed(number, extension)


def taken_back(number: Number) -> dict[str, str]:
    """The settings that change: it is nobody's own, ready for another set-up."""
    return _changed(number, "")


def _changed(number: Number, extension: str) -> dict[str, str]:
    """Somebody's direct number stays his: the check of the document says whose it is."""
    direct = bool(number.extension) and number.extension != number.owner
    return {"owner": extension} if direct else {"owner": extension, "extension": extension}
