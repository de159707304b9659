"""In which language somebody is answered: his account's, else the one he switched to, else the browser's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from werkzeug.datastructures import LanguageAccept

from routing.company import Language

LANGUAGES: tuple[Language, ...] = ("fr", "en")
COOKIE = "relais_language"
_WORDS = Path(__file__).with_name("static") / "words"


def chosen(wish: str, switched: str, accepted: LanguageAccept) -> Language:
    """`wish` is the account's language, `switched` the cookie's; anything unknown counts as none.

    Of what the browser accepts, best first, a region counts as its language: `en-CA, fr;q=0.2` is English."""
    wished = [word for word in (wish, switched) if word in LANGUAGES]
    browsers = [tag.partition("-")[0].lower() for tag, quality in accepted if quality > 0]
    found = next((word for word in (*wished, *browsers) if word in LANGUAGES), "fr")
    return "en" if found == "en" else "fr"


@cache
def words(language: Language) -> dict[str, str]:
    """The words of the pages, the same file that the browser reads."""
    found: dict[str, str] = json.loads((_WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return found
