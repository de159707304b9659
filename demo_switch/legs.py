"""Making the legs of an originate: their variables, caller id, and the INVITE that starts them.

Precedence of variables (freeswitch-facts 4.5, measured): `{}` and exports go over `[]` unless
`local_var_clobber`; `[]` wins for the caller id.
"""

from __future__ import annotations

import uuid

from demo_switch import call_flow
from demo_switch.channel import Channel
from demo_switch.dial_string import DialledLeg
from demo_switch.endpoints import Target, resolve
from demo_switch.far_end import FarEnd, refuse
from demo_switch.profile import Profile, Times
from demo_switch.refusals import Refused
from demo_switch.sip_variables import outgoing_variables
from demo_switch.switch import Switch
from demo_switch.variables import Variables

_NOT_PLAYED = (
    "leg_delay_start", "leg_progress_timeout", "progress_timeout", "fail_on_single_reject", "monitor_early_media_fail",
    "monitor_early_media_ring", "bridge_early_media", "origination_nested_vars", "enterprise",
)  # fmt: skip
_NO_ONE = "0000000000"


def create_leg(
    switch: Switch, caller: Channel | None, dialled: DialledLeg, common: dict[str, str]
) -> Channel | str:
    """A leg with CHANNEL_OUTGOING fired, or the cause with which it never came to be."""
    variables = leg_variables(caller, dialled, common)
    for name, value in variables.items():
        switch.check_variable(name, value)
        if name in _NOT_PLAYED:
            raise Refused("bad_variable", f"{name} is not played here")
    target = resolve(switch, dialled.endpoint, _asked(caller, variables))
    if isinstance(target, str):
        return target
    return _channel(switch, caller, target, target.variables | variables)


def leg_variables(caller: Channel | None, dialled: DialledLeg, common: dict[str, str]) -> dict[str, str]:
    """Exports, `{}` and `[]` merged by precedence."""
    own = dict(dialled.variables)
    over = exported(caller) | common
    if over.get("local_var_clobber") == "true" or own.get("local_var_clobber") == "true":
        return over | own
    kept = {
        name: own[name] for name in own if name.startswith(("origination_caller_id_", "origination_uuid"))
    }
    return own | over | kept


def exported(caller: Channel | None) -> dict[str, str]:
    """What `export` put aside for the legs of this caller."""
    found: dict[str, str] = {}
    names = (caller.variables.get("export_vars") or "") if caller else ""
    for name in filter(None, names.split(",")):
        value = caller.variables.get(name) if caller else None
        if value is not None:
            found[name.removeprefix("nolocal:")] = value
    return found


def _asked(caller: Channel | None, variables: dict[str, str]) -> dict[str, str]:
    """What the originate adds to a directory request."""
    ignored = caller.variables.get("ignore_early_media") if caller else None
    return variables | ({"ignore_early_media": ignored} if ignored else {})


def _channel(switch: Switch, caller: Channel | None, target: Target, variables: dict[str, str]) -> Channel:
    leg_uuid = variables.get("origination_uuid") or str(uuid.uuid4())
    if leg_uuid in switch.channels:
        raise Refused("bad_argument", f"origination_uuid is in use: {leg_uuid}")
    profile = _profile(switch, caller, target, leg_uuid, variables)
    leg = Channel(profile=profile, clock=switch.clock, call_uuid=leg_uuid)
    leg.times.mark("Channel-Created", profile.created)
    if caller is not None:
        leg.other_type, leg.other = "originator", caller.profile
    switch.events.channel("CHANNEL_OUTGOING", leg)
    leg.call_uuid = caller.call_uuid if caller else leg_uuid
    leg.other_times = Times() if caller else None
    for name, value in (_made(switch, caller, target, leg_uuid) | variables).items():
        leg.variables.set(name, value)
    _inherit(leg, caller)
    call = variables.get("relais_supervises") or variables.get("relais_call") or leg_uuid
    switch.timeline.offered(leg, target.far_end or target.destination, caller.uuid if caller else call)
    return leg


def _profile(
    switch: Switch, caller: Channel | None, target: Target, leg_uuid: str, variables: dict[str, str]
) -> Profile:
    old = caller.profile if caller else None
    mine = caller.variables if caller else Variables()
    name = variables.get("origination_caller_id_name") or mine.get("effective_caller_id_name")
    number = variables.get("origination_caller_id_number") or mine.get("effective_caller_id_number")
    user = target.destination.partition("@")[0]
    return Profile(
        uuid=leg_uuid, channel_name=f"sofia/{target.profile}/{target.destination}", destination=user,
        context=old.context if old else "default", direction="outbound", logical_direction="outbound",
        username=old.username if old else "", dialplan=old.dialplan if old else "",
        caller_id_name=name or (old.caller_id_name if old else ""),
        caller_id_number=number or (old.caller_id_number if old else _NO_ONE),
        callee_id_name="Outbound Call", callee_id_number=user, network_addr=old.network_addr if old else "",
        ani=old.ani if old else number or _NO_ONE, source="mod_sofia" if old else "src/switch_ivr_originate.c",
        created=int(switch.clock.unix() * 1e6),
    )  # fmt: skip


def _made(switch: Switch, caller: Channel | None, target: Target, leg_uuid: str) -> dict[str, str]:
    call = caller.call_uuid if caller else leg_uuid
    found = {"session_id": switch.next_session(), "call_uuid": call}
    if caller is not None:
        left = caller.variables.number("max_forwards", 70) - 1
        found |= {"max_forwards": str(left), "originator": caller.uuid, "signal_bond": caller.uuid}
        found["originating_leg_uuid"] = caller.uuid
    return outgoing_variables(leg_uuid, target.profile, target.destination, target.uri) | found


def _inherit(leg: Channel, caller: Channel | None) -> None:
    """What an originate copies from the caller unasked (freeswitch-facts 4.5)."""
    if caller is None:
        return
    ignored = caller.variables.get("ignore_early_media")
    leg.variables.set("ignore_early_media", leg.variables.get("ignore_early_media") or ignored)
    leg.variables.set("originate_early_media", "false" if ignored else "true")
    for name, value in caller.variables.items():
        if name.startswith("sip_h_") and isinstance(value, str):
            leg.variables.set(name, value)


def invite(switch: Switch, leg: Channel) -> None:
    """Send the INVITE once the leg exists. An address where nobody is answers 503 (captures, registration)."""
    call_flow.start(switch, leg)
    url = leg.variables.get("sip_destination_url") or ""
    registration = switch.registrations.at(url)
    gateway = leg.variables.get("sip_gateway_name")
    name = _outside(switch, gateway, leg.profile.destination) if gateway else url.removeprefix("sip:")
    if registration is not None:
        name = registration.address
    if registration is None and not gateway and name not in switch.phones.scripts:
        switch.spawn(refuse, switch, leg, 503)
        return
    FarEnd(switch, leg, name, switch.phones.next_offer(name)).start()


def _outside(switch: Switch, gateway: str, number: str) -> str:
    """Who answers a number through a gateway: its script for that gateway, `gateway/number`, goes first, then the gateway's own
    for every number, `gateway/*`."""
    named = (f"{gateway}/{number}", f"{gateway}/*")
    return next((name for name in named if name in switch.phones.scripts), number)
