"""What star codes say to whoever dialled them."""

from __future__ import annotations

from routing.company import Language
from routing.steps import PromptRef
from routing.turn import Turn


def said(turn: Turn, name: str) -> tuple[PromptRef, ...]:
    """In his own language, else the company's first."""
    user = turn.document.users.get(turn.call.owner)
    languages: tuple[Language, ...] = turn.document.account.languages[:1]
    if user is not None and user.language is not None:
        languages = (user.language,)
    return tuple(PromptRef(name, language=language) for language in languages)
