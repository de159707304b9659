"""The `originate` command: ring somebody, then run an application or the dialplan on his leg."""

from __future__ import annotations

import re

from demo_switch import call_flow
from demo_switch.channel import Channel, Move, Task
from demo_switch.dial_string import parse_dial_string
from demo_switch.expansion import expand
from demo_switch.originate import Originate
from demo_switch.splitting import separate
from demo_switch.switch import Switch

_USAGE = "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [...]\n"
_APPLICATION = re.compile(r"&(\w+)(?:\(([^)]*)\))?$")


def originate(switch: Switch, arguments: str) -> str:
    """Returns when answered, or with the cause. Arguments are split on blanks; quotes hold them together."""
    parts = separate(arguments, " ")
    if not 2 <= len(parts) <= 7:
        return _USAGE
    dialled = expand(parts[0], switch.globals.get, switch.expansion_api)
    seconds = int(parts[6]) if len(parts) == 7 and parts[6].isdigit() else 0
    attempt = Originate(switch, parse_dial_string(dialled), seconds=seconds)
    leg = attempt.run()
    if leg is None:
        return f"-ERR {attempt.cause}\n"
    _send(switch, leg, parts[1:4])
    call_flow.release(leg)
    return f"+OK {leg.uuid}\n"


def _send(switch: Switch, leg: Channel, parts: list[str]) -> None:
    found = _APPLICATION.match(parts[0])
    if found is not None:
        _turn_round(leg)
        leg.move = Move(applications=(Task(found[1], found[2] or ""),))
        leg.notify()
        return
    dialplan, context = [*parts[1:], "XML", "default"][:2] if len(parts) > 1 else ("XML", "default")
    leg.profile = leg.profile.with_(destination=parts[0], dialplan=dialplan, context=context)
    leg.hit_dialplan = True
    leg.move = Move()
    leg.notify()


def _turn_round(leg: Channel) -> None:
    """Whom it rang is now who it is: the two sides of what it shows change places (captures, offered_by_controller)."""
    p = leg.profile
    leg.profile = p.with_(
        caller_id_name=p.callee_id_name, caller_id_number=p.callee_id_number,
        callee_id_name=p.caller_id_name, callee_id_number=p.caller_id_number,
    )  # fmt: skip
    leg.hit_dialplan = True
