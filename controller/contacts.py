"""Where a phone of somebody's is, for a call that a program or a supervisor asks for."""

from __future__ import annotations

from collections.abc import Callable

from routing.compiled import Company
from routing.teams_phones import is_in_teams
from schemas import dial_strings
from schemas.device_contacts import contact_of


def contact(company: Company, extension: str, device: str, ask: Callable[[str], str]) -> str:
    """Asked of the switch by `ask`; one in Teams is behind its gateway. Empty when it is nowhere."""
    document = company.document
    settings = document.users[extension].devices.get(device)
    if settings is not None and is_in_teams(settings):
        return contact_of(document, device, settings)
    return dial_strings.contact(ask(dial_strings.contact_question(device, document.account.domain)))
