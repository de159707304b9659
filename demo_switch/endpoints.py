"""What one endpoint of a dial string means: whom to ring, or why no leg can be created at all.

`sofia/<profile>/...`, `sofia/gateway/<name>/<number>`, `user/<id>@<domain>`, `error/<cause>`; anything else is
refused (freeswitch-facts 4.4, 8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from demo_switch.causes import is_cause
from demo_switch.dial_string import parse_dial_string
from demo_switch.expansion import expand
from demo_switch.refusals import Refused
from demo_switch.switch import Switch

_NUMBER = re.compile(r"[+*#0-9A-Za-z._-]{1,64}")
PROFILES = ("phones", "trunks", "internal")


@dataclass(frozen=True)
class Target:
    """Where an INVITE goes. `far_end` is the name its script has; empty when nobody is there (503)."""

    profile: str
    destination: str
    uri: str
    far_end: str
    variables: dict[str, str]


def resolve(switch: Switch, endpoint: str, asked: dict[str, str]) -> Target | str:
    """A target, or the cause with which the leg fails before it exists. `asked` goes to the directory."""
    kind, _, rest = endpoint.partition("/")
    match kind:
        case "error":
            cause = rest.upper()
            return cause if is_cause(cause) else _refuse(endpoint)
        case "user":
            return _user(switch, rest, asked)
        case "sofia":
            return _sofia(switch, rest, endpoint)
        case _:
            return _refuse(endpoint)


def _refuse(endpoint: str) -> str:
    raise Refused("unknown_endpoint", endpoint)


def _sofia(switch: Switch, rest: str, endpoint: str) -> Target | str:
    profile, _, address = rest.partition("/")
    if profile == "gateway":
        return _gateway(switch, address, endpoint)
    if profile not in PROFILES or not address:
        _refuse(endpoint)
    destination = address.removeprefix("sip:").partition(";")[0]
    registration = switch.registrations.at("sip:" + destination)
    far_end = registration.address if registration else destination
    known = registration is not None or far_end in switch.phones.scripts
    return Target(profile, destination, "sip:" + destination, far_end if known else "", {})


def _gateway(switch: Switch, address: str, endpoint: str) -> Target | str:
    name, _, number = address.partition("/")
    if name not in switch.gateways:
        return "INVALID_GATEWAY"
    if not _NUMBER.fullmatch(number):
        raise Refused("bad_dial_string", f"number of a gateway: {endpoint}")
    return Target("trunks", number, f"sip:{number}@127.0.0.1:5080", number, {"sip_gateway_name": name})


def _user(switch: Switch, address: str, asked: dict[str, str]) -> Target | str:
    """The `user/` endpoint: the directory's dial-string, of which our mirror has one contact."""
    name, _, domain = address.partition("@")
    user = switch.directory.find(name, domain, {"as_channel": "true", "action": "user_call"} | asked)
    if user is None:
        return "SUBSCRIBER_ABSENT"
    dialled = user.params.get("dial-string") or "${sofia_contact(*/${dialed_user}@${dialed_domain})}"
    known = {"dialed_user": name, "dialed_domain": domain}
    dial = parse_dial_string(expand(dialled, known.get, switch.expansion_api))
    leg = dial.groups[0][0]
    found = resolve(switch, leg.endpoint, asked)
    if isinstance(found, str):
        return found
    variables = found.variables | known | dial.variables | leg.variables
    return Target(found.profile, found.destination, found.uri, found.far_end, variables)
