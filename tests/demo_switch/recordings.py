"""What the real switch sent (tests/captures), and how two runs of the same situation are compared."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "captures"

# Made by the media stack, of which there is none here.
MEDIA = (
    "variable_rtp_", "variable_switch_m_sdp", "variable_local_media_", "variable_remote_media_",
    "variable_advertised_media_ip", "variable_switch_r_sdp", "variable_remote_", "variable_ep_codec_string",
    "variable_originator_codec", "variable_text_media_flow", "variable_video_media_flow", "variable_audio_media_flow",
)  # fmt: skip


RACING = ("variable_bridge_hangup_cause",)
LEGS = (
    "Unique-ID", "Channel-Call-UUID", "Other-Leg-Unique-ID", "Bridge-A-Unique-ID", "Bridge-B-Unique-ID",
    "Caller-Unique-ID", "Bridged-To", "variable_originate_causes", "variable_originated_legs",
    "variable_signal_bond", "variable_originator", "variable_bridge_uuid", "variable_originate_signal_bond",
)  # fmt: skip


def recorded(name: str) -> list[dict[str, Any]]:
    """The events of a capture without the heartbeats."""
    lines = (CAPTURES / f"{name}.events.jsonl").read_text().splitlines()
    return [e for e in map(json.loads, lines) if e["Event-Name"] != "HEARTBEAT"]


def by_leg(events: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Events of each leg; a leg is named by its place in the order of CHANNEL_OUTGOING, `A` the caller's."""
    names: dict[str, str] = {}
    legs: dict[str, list[str]] = defaultdict(list)
    for event in events:
        leg = event.get("Unique-ID")
        if leg is None:
            continue
        letter = names.setdefault(leg, chr(ord("A") + len(names)))
        legs[letter].append(
            event["Event-Name"] + (f" {event['Application']}" if "Application" in event else "")
        )
    return dict(legs)


def executed(name: str, leg: str, routing: int) -> list[tuple[str, str]]:
    """The applications the recorded leg executed before it was transferred."""
    found = []
    for event in recorded(name):
        here = event.get("Unique-ID") == leg and event["Event-Name"] == "CHANNEL_EXECUTE"
        if here and event["Caller-Profile-Index"] == str(routing + 1):
            found.append((event["Application"], event.get("Application-Data", "")))
    return found


def numbered(events: list[dict[str, Any]], names: Iterable[str]) -> list[dict[str, Any]]:
    """Sorted by leg, ids replaced by letters, so that threads' races do not matter."""
    letters: dict[str, str] = {}
    for event in events:
        if "Unique-ID" in event:
            letters.setdefault(event["Unique-ID"], chr(ord("A") + len(letters)))
    renamed = []
    for event in events:
        text = json.dumps(
            {k: event[k] for k in (*names, *LEGS, "Event-Name", "Event-Subclass") if k in event}
        )
        for leg, letter in letters.items():
            text = text.replace(leg, letter)
        renamed.append(json.loads(text))
        if event["Event-Name"] == "CHANNEL_HANGUP_COMPLETE" and event.get("Call-Direction") == "outbound":
            # Whether the bridge's own thread has already let go of the leg is a race of the switch.
            for racing in ("Channel-Call-UUID", "variable_bridge_hangup_cause"):
                renamed[-1].pop(racing, None)
    return sorted(renamed, key=lambda event: event.get("Unique-ID", ""))


def headers(events: list[dict[str, Any]]) -> dict[tuple[str, str], set[str]]:
    """Every header by event and direction, without those of the media and SIP stacks' inner state."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in events:
        kind = (event["Event-Name"], event.get("Call-Direction", ""))
        found[kind] |= {name for name in event if not name.startswith(MEDIA) and name not in RACING}
    return dict(found)


@cache
def controller_reads() -> frozenset[str]:
    """The headers of events, and the columns of lists, that the code of the controller names."""
    files = (ROOT / "controller").rglob("*.py")
    return frozenset(name for file in files for name in _names(ast.parse(file.read_text(encoding="utf-8"))))


def _names(tree: ast.Module) -> Iterator[str]:
    """`event.get("x")`, `event.variable("x")`, `row["x"]`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(attr="variable"), [ast.Constant(str(name)), *_]):
                yield f"variable_{name}"
            case ast.Call(ast.Attribute(attr="get" | "get_all"), [ast.Constant(str(name)), *_]):
                yield name
            case ast.Subscript(slice=ast.Constant(str(name))):
                yield name
