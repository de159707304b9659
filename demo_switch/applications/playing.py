"""sleep, playback, endless_playback, say, play_and_get_digits: media that only takes its time.

Keys: `playback` dequeues each with its event and ends at a terminator; `play_and_get_digits` collects them,
`sleep` is cut by one and leaves it in the queue (freeswitch-facts 5.3, 7.5; switch_ivr_play_say.c).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from demo_switch import call_flow
from demo_switch.channel import Channel
from demo_switch.keys import drain, next_digit
from demo_switch.refusals import Refused
from demo_switch.splitting import separate
from demo_switch.switch import Switch

_SECONDS_A_WORD = 0.6


def sleep(switch: Switch, channel: Channel, data: str) -> None:
    """`sleep <milliseconds>`; a key cuts it unless `sleep_eat_digits`."""
    if not data.strip().isdigit():
        raise Refused("bad_argument", f"sleep {data}")
    eats = channel.variables.true("sleep_eat_digits")
    until = switch.clock.unix() + int(data) / 1000
    while channel.ready and switch.clock.unix() < until:
        call_flow.run_tasks(switch, channel)
        if eats:
            channel.digits.clear()
        if channel.digits:
            return
        if channel.ready:
            channel.wait(until)


def playback(switch: Switch, channel: Channel, data: str) -> None:
    """`playback <file or stream>`; `playback_terminators` (default `*`, or `none`) end it, and `playback_timeout_sec`."""
    terminators = channel.variables.get("playback_terminators") or "*"
    play(switch, channel, data, "" if terminators == "none" else terminators)


def endless_playback(switch: Switch, channel: Channel, data: str) -> None:
    """Again and again until moved or hung up; a file that cannot be played ends it."""
    if switch.durations.of(data) is None:
        return
    switch.timeline.leg(channel, "play", data)
    while channel.ready:
        call_flow.run_tasks(switch, channel)
        drain(switch, channel)
        if channel.ready:
            channel.wait()


def say(switch: Switch, channel: Channel, data: str) -> None:
    """`say <language> <type> <method> <text>`: a guessed time per word or digit."""
    parts = separate(data, " ", 4)
    if len(parts) < 4:
        raise Refused("bad_argument", f"say {data}")
    words = len(re.findall(r"\d|[^\W\d]+", parts[3]))
    switch.timeline.leg(channel, "play", f"say:{parts[3]}")
    _last(switch, channel, words * _SECONDS_A_WORD)


def play(switch: Switch, channel: Channel, name: str, terminators: str) -> None:
    """Play once; keys are told, a terminator ends it."""
    seconds = switch.durations.of(name)
    if seconds is None:
        return
    switch.timeline.leg(channel, "play", name)
    channel.variables.set("playback_terminator_used", None)
    limit = channel.variables.number("playback_timeout_sec", 0)
    digit = _last(switch, channel, min(seconds, limit) if limit > 1 else seconds, terminators)
    channel.variables.set("playback_terminator_used", digit)


def _last(switch: Switch, channel: Channel, seconds: float, terminators: str = "") -> str:
    """Let time pass; the terminator pressed, or empty."""
    until = switch.clock.unix() + seconds
    while channel.ready and switch.clock.unix() < until:
        call_flow.run_tasks(switch, channel)
        while digit := next_digit(switch, channel):
            if digit in terminators:
                return digit
        if channel.ready:
            channel.wait(until)
    return ""


@dataclass(frozen=True)
class Ask:
    """The arguments of play_and_get_digits; times are seconds."""

    fewest: int
    most: int
    tries: int
    timeout: float
    terminators: str
    file: str
    invalid_file: str
    variable: str
    pattern: str
    between: float


def play_and_get_digits(switch: Switch, channel: Channel, data: str) -> None:
    """`min max tries timeout terminators file invalid_file variable regexp [between] [fail transfer]`."""
    ask = _parse(data)
    channel.variables.set(ask.variable, None)
    for _ in range(ask.tries):
        digits = _read(switch, channel, ask)
        if not channel.ready:
            return
        if len(digits) >= ask.fewest and (not digits or re.search(ask.pattern or ".*", digits)):
            call_flow.set_variable(switch, channel, ask.variable, digits)
            channel.variables.set("read_result", "success")
            return
        if digits:
            call_flow.set_variable(switch, channel, f"{ask.variable}_invalid", digits)
        if ask.invalid_file:
            play(switch, channel, ask.invalid_file, "")
        if not channel.ready:
            return
    channel.variables.set("read_result", "failure")


def _parse(data: str) -> Ask:
    parts = separate(data, " ")
    if not 8 <= len(parts) <= 10 or not all(part.isdigit() for part in parts[:4]):
        raise Refused("bad_argument", f"play_and_get_digits {data}")
    fewest, most, tries, timeout = (int(part) for part in parts[:4])
    timeout = max(1000, timeout)
    between = int(parts[9]) if len(parts) > 9 and parts[9].isdigit() else timeout
    terminators = "" if parts[4] == "none" else parts[4]
    files = ["" if name == "silence" else name for name in parts[5:7]]
    pattern = parts[8] if len(parts) > 8 else ""
    return Ask(
        fewest, max(1, fewest, most), max(1, tries), timeout / 1000, terminators, files[0], files[1],
        parts[7], pattern, between / 1000,
    )  # fmt: skip


def _read(switch: Switch, channel: Channel, ask: Ask) -> str:
    """One try: any key stops the prompt, then up to `most` keys, a terminator or silence ends it."""
    digits, ended = "", False
    if ask.file:
        seconds = switch.durations.of(ask.file)
        if seconds is None:
            return ""
        switch.timeline.leg(channel, "play", ask.file)
        digits, ended = _digit_within(switch, channel, seconds, ask.terminators)
    while not ended and len(digits) < ask.most and channel.ready:
        pause = ask.between if digits else ask.timeout
        digit, ended = _digit_within(switch, channel, pause, ask.terminators)
        if not digit:
            break
        digits += digit
    return digits


def _digit_within(switch: Switch, channel: Channel, seconds: float, terminators: str) -> tuple[str, bool]:
    """The next key, and whether it was a terminator (which is not kept)."""
    until = switch.clock.unix() + (seconds if seconds < math.inf else 10**9)
    while channel.ready:
        call_flow.run_tasks(switch, channel)
        digit = next_digit(switch, channel)
        if digit:
            ended = digit in terminators
            channel.variables.set("read_terminator_used", digit if ended else None)
            return "" if ended else digit, ended
        if switch.clock.unix() >= until:
            return "", False
        if channel.ready:
            channel.wait(until)
    return "", True
