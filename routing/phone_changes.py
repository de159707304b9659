"""What phones may ask to be saved, and whether they may: one answer for whoever decides it and for whoever saves it."""

from __future__ import annotations

from routing import forwarding, rights
from routing.company import CompanyDocument
from routing.compiled import Company
from routing.night_switch import NightSwitch, with_switch
from routing.own_forward import OwnForward, with_forward
from routing.reasons import Reason

PhoneChange = OwnForward | NightSwitch


def changed(document: CompanyDocument, wanted: PhoneChange) -> CompanyDocument:
    """The document in which it is so. KeyError for somebody, or a number, that it does not have."""
    return with_forward(document, wanted) if isinstance(wanted, OwnForward) else with_switch(document, wanted)


def refusal(company: Company, wanted: PhoneChange) -> Reason | None:
    """Why not. Company handling needs a permission of its own (R01)."""
    if isinstance(wanted, OwnForward):
        return forwarding.refusal(company, wanted)
    document = company.document
    found = rights.refusals(document, with_switch(document, wanted), rights.person_of(document, wanted.user))
    facts = {"user": wanted.user, "number": wanted.number}
    return Reason(code="night_refused", facts={**facts, "refused": found[0].code}) if found else None
