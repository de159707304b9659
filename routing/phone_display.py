"""What a phone's own keys show of its user: do not disturb, and where his calls go (as-feature-event). Pure."""

from __future__ import annotations

import msgspec

from routing.agents import IntentKind
from routing.company import AnyAction, CompanyDocument, ToContact, ToExtension, ToExternal, ToNumber


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """`forwarded` without a number `to`: to his voicemail, an announcement or the like, which a phone cannot dial."""

    dnd: bool = False
    forwarded: bool = False
    to: str = ""


def shown(document: CompanyDocument, extension: str, intent: IntentKind) -> Shown:
    """Of a user of the company. KeyError for anybody else."""
    forward = document.users[extension].forward
    if forward is None or not forward.enabled:
        return Shown(intent == "dnd")
    return Shown(intent == "dnd", True, _number(document, forward.to))


def _number(document: CompanyDocument, to: AnyAction) -> str:
    match to:
        case ToExtension():
            return to.extension
        case ToExternal():
            return to.number
        case ToNumber() if to.number in document.numbers:
            return document.numbers[to.number].number
        case ToContact() if to.contact in document.contacts:
            return document.contacts[to.contact].number
        case _:
            return ""
