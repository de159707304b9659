"""A leg to the outside as its trunk wants it: gateway, number, and who calls (freeswitch-facts 8).

`From` is what FreeSWITCH makes of the caller id (the gateway file says `caller-id-in-from`); beside it the same number is asserted
(RFC 3325), or in Remote-Party-ID, or nowhere. A caller's own name is nothing to hand to a trunk: our number is the name too.
A phone in Teams shows the caller, as any phone does.
"""

from __future__ import annotations

import msgspec

from routing.company import CompanyDocument, TrunkIdentity
from routing.steps import Leg
from routing.teams_phones import number_of
from routing.trunk_dialing import dialled, shown, withheld

_HEADERS: dict[TrunkIdentity, str] = {"asserted": "pid", "remote_party": "rpid", "from": "none"}
_ANONYMOUS = "sip:anonymous@anonymous.invalid"
"""RFC 3323, 4.1.1.3; the trunk still reads who it is in what is asserted."""
_WITHHELD = "screen:hide_name:hide_number"
"""`screen` says that we vouch for the number: without it, FreeSWITCH writes P-Preferred-Identity (sofia_glue.c)."""


class Way(msgspec.Struct, frozen=True):
    """What is asked of which gateway, and how our number stands in it; `shown` is empty where the caller's own number does."""

    gateway: str
    number: str
    shown: str
    header: str = ""
    withheld: bool = False


def way_of(document: CompanyDocument, leg: Leg) -> Way:
    """The way of a leg that goes outside, or to a phone in Teams."""
    trunk = document.trunks.get(leg.trunk)
    if trunk is not None and leg.device:
        asked = dialled(document, leg.trunk, number_of(document, leg))
        return Way(trunk.gateway, asked, "", _HEADERS[trunk.identity])
    if trunk is None:
        return Way(document.account.gateway, leg.number, leg.caller_id)
    return Way(
        trunk.gateway, dialled(document, leg.trunk, leg.number), shown(document, leg.trunk, leg.caller_id),
        _HEADERS[trunk.identity], withheld(document, leg.trunk, leg.number),
    )  # fmt: skip


def identity(way: Way) -> dict[str, str]:
    """The leg's variables for who calls."""
    known = (
        {"origination_caller_id_number": way.shown, "origination_caller_id_name": way.shown}
        if way.shown
        else {}
    )
    if way.header:
        known["sip_cid_type"] = way.header
    if way.withheld:
        known |= {"origination_privacy": _WITHHELD, "sip_from_uri": _ANONYMOUS}
    return known
