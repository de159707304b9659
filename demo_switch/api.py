"""The API commands, by name: `(switch, arguments) -> reply`. What is not here is refused and counted."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Callable

from demo_switch import call_flow
from demo_switch.applications.recording import control as record
from demo_switch.bridging import start_join
from demo_switch.causes import is_cause
from demo_switch.channel import Channel, Task
from demo_switch.events import channel_headers, variable_headers
from demo_switch.expansion import expand
from demo_switch.keys import press
from demo_switch.listing import show, status
from demo_switch.originating import originate
from demo_switch.refusals import Refused
from demo_switch.splitting import separate
from demo_switch.switch import Switch

_NO_CHANNEL = "-ERR No such channel!\n"
_ALLOWED_IN_EXPANSION = (
    "sofia_contact",
    "hostname",
    "switchname",
    "create_uuid",
    "uuid_transfer",
    "uuid_exists",
)


def run_api(switch: Switch, name: str, arguments: str) -> str:
    """One command of the event socket."""
    command = _COMMANDS.get(name)
    if command is None:
        raise Refused("unknown_api", f"{name} {arguments}")
    return command(switch, arguments.strip())


def run_in_expansion(switch: Switch, name: str, arguments: str) -> str:
    """A call in `${...}` or of a digit action: the real switch would run anything, here only a short list."""
    if name not in _ALLOWED_IN_EXPANSION:
        raise Refused("unknown_expansion", f"${{{name}({arguments})}}")
    return run_api(switch, name, arguments).strip("\n")


def sofia_contact(switch: Switch, arguments: str) -> str:
    """`[profile/]user@domain`: the dial string of its contact, else `error/user_not_registered`."""
    address = arguments.rpartition("/")[2]
    registration = switch.registrations.get(address)
    return f"sofia/phones/{registration.uri}" if registration else "error/user_not_registered"


def _sofia(switch: Switch, arguments: str) -> str:
    """`xmlstatus gateway`, as far as it concerns ours: none registers, all are up (mod_sofia.c, xml_gateway_status)."""
    if arguments != "xmlstatus gateway":
        raise Refused("unknown_api", f"sofia {arguments}")
    rows = "".join(
        f"  <gateway>\n    <name>{name}</name>\n    <profile>trunks</profile>\n    <state>NOREG</state>\n"
        "    <status>UP</status>\n  </gateway>\n"
        for name in sorted(switch.gateways)
    )
    return f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<gateways>\n{rows}</gateways>\n'


def _uuid_transfer(switch: Switch, arguments: str) -> str:
    parts = separate(arguments, " ")
    flag = parts.pop(1) if len(parts) > 1 and parts[1] in ("-bleg", "-both") else ""
    if not 2 <= len(parts) <= 4:
        return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
    channel = _live(switch, parts[0])
    if channel is None:
        return _NO_CHANNEL
    partner = channel.bridged
    legs: list[Channel | None] = (
        [partner] if flag == "-bleg" else [channel, partner] if flag == "-both" else [channel]
    )
    if None in legs:
        return _NO_CHANNEL
    for leg in filter(None, legs):
        _move(switch, leg, parts[1:])
    return "+OK\n"


def _move(switch: Switch, leg: Channel, parts: list[str]) -> None:
    switch.timeline.leg(leg, "transfer", parts[0])
    call_flow.transfer(switch, leg, *parts)


def _uuid_setvar(switch: Switch, arguments: str) -> str:
    parts = arguments.split(" ", 2)
    channel = _live(switch, parts[0])
    if len(parts) < 2:
        return "-USAGE: <uuid> <var> [value]\n"
    if channel is None:
        return _NO_CHANNEL
    value = parts[2] if len(parts) > 2 else ""
    switch.check_variable(parts[1], value)
    channel.variables.set(parts[1], value)
    return "+OK\n"


def _uuid_setvar_multi(switch: Switch, arguments: str) -> str:
    leg, _, pairs = arguments.partition(" ")
    channel = _live(switch, leg)
    if channel is None:
        return _NO_CHANNEL
    for pair in filter(None, separate(pairs, ";", 64)):
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused("bad_argument", f"uuid_setvar_multi {pair}")
        call_flow.set_variable(switch, channel, name.strip(), value)
    return "+OK\n"


def _uuid_getvar(switch: Switch, arguments: str) -> str:
    leg, _, name = arguments.partition(" ")
    channel = _live(switch, leg)
    if channel is None:
        return _NO_CHANNEL
    return channel.variables.get(name.strip()) or "_undef_"


def _uuid_kill(switch: Switch, arguments: str) -> str:
    leg, _, cause = arguments.partition(" ")
    channel = _live(switch, leg)
    if channel is None:
        return _NO_CHANNEL
    cause = cause.strip() or "MANAGER_REQUEST"
    if not is_cause(cause):
        raise Refused("bad_argument", f"uuid_kill {arguments}")
    call_flow.hangup(switch, channel, cause)
    return "+OK\n"


def _uuid_exists(switch: Switch, arguments: str) -> str:
    return "true" if arguments.strip() in switch.channels else "false"


def _uuid_bridge(switch: Switch, arguments: str) -> str:
    parts = arguments.split()
    if len(parts) != 2:
        return "-USAGE: <uuid> <other_uuid>\n"
    a, b = _live(switch, parts[0]), _live(switch, parts[1])
    if a is None or b is None or not (a.media or b.media):
        return "-ERR Invalid uuid\n"
    start_join(switch, a, b)
    return f"+OK {b.uuid}\n"


def _uuid_broadcast(switch: Switch, arguments: str) -> str:
    """`<uuid> <path or app::data> [aleg|bleg|both]`; the default is aleg."""
    leg, _, rest = arguments.partition(" ")
    path, blank, side = rest.rpartition(" ")
    if not blank or side not in ("aleg", "bleg", "both", "holdb"):
        path, side = rest, "aleg"
    channel = _live(switch, leg)
    if channel is None:
        return _NO_CHANNEL
    application, marker, data = path.partition("::")
    task = Task(application, data) if marker else Task("playback", path)
    wanted = {"bleg": [channel.bridged], "both": [channel, channel.bridged]}
    for each in wanted.get(side, [channel]):
        if each is not None:
            each.tasks.append(task)
            each.notify()
    return "+OK Message Sent\n"


def _uuid_recv_dtmf(switch: Switch, arguments: str) -> str:
    """`<uuid> <digits>`: as if the far end had pressed them."""
    leg, _, digits = arguments.partition(" ")
    channel = _live(switch, leg)
    if channel is None:
        return _NO_CHANNEL
    press(switch, channel, digits.strip())
    return "+OK\n"


def _uuid_displace(switch: Switch, arguments: str) -> str:
    """`<uuid> start <file> [<limit>] [mux]`, `<uuid> stop <file>`: heard by that leg, mixed into what it hears."""
    parts = separate(arguments, " ")
    if len(parts) < 3 or parts[1] not in ("start", "stop"):
        return "-USAGE: <uuid> [start|stop] <path> [<limit>] [mux]\n"
    channel = _live(switch, parts[0])
    if channel is None:
        return _NO_CHANNEL
    if parts[1] == "start" and switch.durations.of(parts[2]) is None:
        return "-ERR Cannot displace session!\n"
    switch.timeline.leg(channel, f"displace {parts[1]}", parts[2])
    return "+OK Success\n"


def _uuid_park(switch: Switch, arguments: str) -> str:
    channel = _live(switch, arguments)
    if channel is None:
        return _NO_CHANNEL
    call_flow.transfer(switch, channel, "park:", "inline", channel.profile.context)
    return "+OK\n"


def _uuid_answer(switch: Switch, arguments: str) -> str:
    channel = _live(switch, arguments)
    if channel is None:
        return _NO_CHANNEL
    call_flow.answer(switch, channel)
    return "+OK\n"


def _uuid_dump(switch: Switch, arguments: str) -> str:
    leg, _, form = arguments.partition(" ")
    channel = switch.channels.get(leg)
    if channel is None:
        return _NO_CHANNEL
    if form.strip() != "json":
        raise Refused("bad_argument", f"uuid_dump {arguments}")
    event = switch.events.base("CHANNEL_DATA") | channel_headers(channel) | variable_headers(channel)
    return json.dumps(event, ensure_ascii=False)


def _sched(switch: Switch, arguments: str) -> str:
    when, leg, *rest = separate(arguments, " ")
    channel = _live(switch, leg)
    if channel is None:
        return _NO_CHANNEL
    due = math.floor(switch.clock.unix()) + int(when.removeprefix("+"))
    switch.at(due, channel, lambda: _move(switch, channel, rest))
    return "+OK Added\n"


def _sched_hangup(switch: Switch, arguments: str) -> str:
    when, leg, *rest = separate(arguments, " ")
    channel = _live(switch, leg)
    if channel is None:
        return _NO_CHANNEL
    cause = rest[0] if rest else "ALLOTTED_TIMEOUT"
    due = math.floor(switch.clock.unix()) + int(when.removeprefix("+"))
    switch.at(due, channel, lambda: call_flow.hangup(switch, channel, cause))
    return "+OK Added\n"


def _vm_boxcount(switch: Switch, arguments: str) -> str:
    address, _, which = arguments.rpartition("/")[2].partition("|")
    new, saved = switch.mailboxes.count(address)
    return {"": str(new), "new": str(new), "saved": str(saved), "all": f"{new}:{saved}:0:0"}.get(
        which, str(new)
    )


def _expand(switch: Switch, arguments: str) -> str:
    """`expand <command>`: its `${...}` are expanded first."""
    name, _, rest = expand(arguments, switch.globals.get, switch.expansion_api).partition(" ")
    return run_api(switch, name, rest)


def _create_uuid(switch: Switch, arguments: str) -> str:
    return str(uuid.uuid4())


def _live(switch: Switch, leg: str) -> Channel | None:
    channel = switch.channels.get(leg.strip())
    return channel if channel is not None and channel.up else None


def _uuid_record(switch: Switch, arguments: str) -> str:
    parts = separate(arguments, " ")
    if len(parts) != 3:
        return "-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]\n"
    channel = _live(switch, parts[0])
    return "-ERR Cannot locate session!\n" if channel is None else record(switch, channel, parts[1], parts[2])


_COMMANDS: dict[str, Callable[[Switch, str], str]] = {
    "show": show,
    "status": status,
    "uuid_transfer": _uuid_transfer,
    "uuid_setvar": _uuid_setvar,
    "uuid_setvar_multi": _uuid_setvar_multi,
    "uuid_getvar": _uuid_getvar,
    "uuid_kill": _uuid_kill,
    "uuid_exists": _uuid_exists,
    "uuid_bridge": _uuid_bridge,
    "uuid_broadcast": _uuid_broadcast,
    "uuid_park": _uuid_park,
    "uuid_recv_dtmf": _uuid_recv_dtmf,
    "uuid_displace": _uuid_displace,
    "uuid_answer": _uuid_answer,
    "uuid_dump": _uuid_dump,
    "uuid_record": _uuid_record,
    "sched_transfer": _sched,
    "sched_hangup": _sched_hangup,
    "originate": originate,
    "expand": _expand,
    "sofia": _sofia,
    "sofia_contact": sofia_contact,
    "vm_boxcount": _vm_boxcount,
    "create_uuid": _create_uuid,
    "reloadxml": lambda switch, arguments: "+OK [Success]\n",
    "global_getvar": lambda switch, arguments: switch.globals.get(arguments, ""),
    "hostname": lambda switch, arguments: switch.events.switchname,
    "switchname": lambda switch, arguments: switch.events.switchname,
    "xml_flush_cache": lambda switch, arguments: "+OK cleared 0 entries\n",
}
