"""The cells as docs/faults.md. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.faults.cells import (
    LONGEST_SILENCE,
    SLACK_SECONDS,
    SWEEP_SECONDS,
    Cell,
    delay,
    goal,
    reached,
    wrongs,
)
from console.faults.injecting import FAULTS, Fault
from console.faults.phases import PHASES

_HEAD = """# Faults

What happens when a process dies or stands still, in each phase of a call: measured by `make test-faults`, which wrote this
page{measured}. Every process was killed with SIGKILL, under a supervisor that starts it again; what stands still does so for
eight seconds.

A caller is *late* when he reached whom he was to reach later than without the fault; *silence* is the longest time in which he
heard no audio at all (on FreeSWITCH; the demonstration switch has none). *Free* is when Redis had nothing left of the
company's calls (nobody taken for busy or kept for an offer, nobody in a waiting line, no line to the outside in use), counted
from the end of the last call. A run fails when that is not so within one sweep ({sweep:.0f} s), when a call has no record, and,
unless the switch itself is killed, when somebody is cut off, does not reach whom he was to reach, reaches him more than
{longest:.0f} s late, or hears nothing for more than {longest:.0f} s. To the sweep and to what is late the judge adds
{slack:.1f} s: everything plays at once on one machine, and the switch's timers have a grain of a second. The tables have the
measured times.

Answered calls do not survive a switch that is killed: `sofia recover` needs `track-calls`, which writes every call to the switch's
database at each change, and is off. Their records say `lost`, or `answered`, closed by the sweep.
"""
_SWITCHES = {"demo": "demonstration switch", "freeswitch": "FreeSWITCH"}


def page(cells: Sequence[Cell], unfollowed: Mapping[tuple[str, str], float], measured: str = "") -> str:
    """`unfollowed`: by switch and fault, how long after the fault the node had no heartbeat last. `measured`: which code, and when."""
    limits = {"sweep": SWEEP_SECONDS, "longest": LONGEST_SILENCE, "slack": SLACK_SECONDS}
    parts = [_HEAD.format(measured=f" ({measured})" if measured else "", **limits)]
    for fault in FAULTS:
        mine = [each for each in cells if each.fault == fault.name]
        if mine:
            parts.append(_section(fault, mine, unfollowed))
    return "\n".join(parts)


def _section(fault: Fault, cells: Sequence[Cell], unfollowed: Mapping[tuple[str, str], float]) -> str:
    lines = [f"## {fault.about}", ""]
    for switch, name in _SWITCHES.items():
        seconds = unfollowed.get((switch, fault.name))
        if seconds is not None:
            told = (
                f"no heartbeat until {seconds:.1f} s after the fault"
                if seconds
                else "a heartbeat all the time"
            )
            lines.append(f"- {name}: {told}")
    lines += ["", "| phase | switch | the caller | agents | record |", "|---|---|---|---|---|"]
    for phase in PHASES:
        lines += [_line(each) for each in cells if each.phase == phase.name]
    return "\n".join([*lines, ""])


def _line(cell: Cell) -> str:
    words = (
        cell.phase.replace("_", "-"),
        _SWITCHES[cell.switch],
        _caller(cell),
        _agents(cell),
        _records(cell),
    )
    return f"| {' | '.join(words)} |"


def _caller(cell: Cell) -> str:
    found, late = reached(cell), delay(cell)
    wanted = goal(cell.expected)
    verb = "leaves his message" if wanted.what == "records" else f"talks to {wanted.who}"
    if found is None:
        return "lost with the switch" if cell.calls else "no switch takes his call"
    when = "" if late is None else ", in time" if late < 1.0 else f", {late:.1f} s late"
    cut = " until the switch dies" if cell.kills_switch else ""
    silence = "" if cell.silence is None or cell.kills_switch else f"; silence at most {cell.silence:.1f} s"
    return f"{verb}{when}{cut}{silence}"


def _agents(cell: Cell) -> str:
    return "**stuck**" if cell.freed is None else f"free after {cell.freed:.1f} s"


def _records(cell: Cell) -> str:
    if not cell.records:
        return "none" if not cell.calls else "**none**"
    return ", ".join(
        f"{each.disposition}{' (sweep)' if each.closed_by == 'sweep' else ''}"
        for each in reversed(cell.records)
    )


def failures(cells: Sequence[Cell]) -> list[str]:
    """One line for each thing that must not be."""
    return [f"{each.switch}, {each.fault}, {each.phase}: {wrong}" for each in cells for wrong in wrongs(each)]
