"""Whether somebody may forward his calls as one of his phones asks, and what the number that it gives is. Pure: the same answer for a
star code, for a phone's own key, and for whoever saves it (design 3.6, catalogue 3.5, P84)."""

from __future__ import annotations

from routing import rights
from routing.company import ToExtension, ToExternal, ToNumber
from routing.compiled import Company
from routing.outbound_dialing import is_emergency
from routing.outbound_numbers import destination, home_of
from routing.outbound_rights import locked_by
from routing.outside_rights import not_allowed
from routing.own_forward import OwnForward, with_forward
from routing.reasons import Reason

Target = ToExtension | ToNumber | ToExternal
_SAID = {
    "outside_invalid": "refused_number", "forward_to_oneself": "refused_number", "country_not_allowed": "refused_country",
    "class_not_allowed": "refused_rights", "number_blocked": "refused_country",
    "outbound_locked": "refused_locked", "forward_refused": "refused_locked",
}  # fmt: skip


def prompt_of(refused: Reason) -> str:
    """What whoever dialled it hears."""
    return _SAID.get(refused.code, "refused")


def target(company: Company, owner: str, dialled: str) -> Target | Reason:
    """What he dialled, as a destination: an extension, a number of the company's own, else an outside number; or why it is none."""
    if dialled == owner:
        return Reason(code="forward_to_oneself", facts={"user": owner})
    if dialled in company.extensions:
        return ToExtension(extension=dialled)
    to = None if is_emergency(company, dialled) else destination(dialled, home_of(company, owner))
    if to is None:
        return Reason(code="outside_invalid", facts={"dialled": dialled})
    own = company.numbers_by_e164.get(to.number)
    return ToNumber(number=own) if own else ToExternal(number=to.number, country=to.country)


def refusal(company: Company, wanted: OwnForward) -> Reason | None:
    """Why he may not: his role, his licence and the locks above him (`routing.rights`); for an outside number where he may call."""
    document = company.document
    person = rights.person_of(document, wanted.user)
    refused = rights.refusals(document, with_forward(document, wanted), person)
    if refused:
        return Reason(code="forward_refused", facts={"user": wanted.user, "refused": refused[0].code})
    if not isinstance(wanted.to, ToExternal):
        return None
    locked = locked_by(company, wanted.user)
    if locked is not None:
        facts = {"user": wanted.user, "level": locked[0], "holder": locked[1]}
        return Reason(code="outbound_locked", facts=facts)
    return not_allowed(company, wanted.user, wanted.to.number, wanted.to.country)
