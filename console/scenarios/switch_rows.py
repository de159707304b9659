"""From what SIP phones saw and what the switch's event socket told to the rows of docs/scenarios.md.

Which call something belongs to is known by the id of its caller's leg (`relais_call`), and a SIP Call-ID's by the
events of its channel; these may come a moment after a phone has begun to ring, so rows are made when asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import unquote

import msgspec

from console.scenarios.companies import music_name, prompt_names
from console.scenarios.event_feed import Event
from console.scenarios.sip_script import Observation
from console.scenarios.trunk_world import TrunkWorld
from routing.company import CompanyDocument
from routing.recording import NAME
from routing.what_if_plan import Row, What

_FROM = re.compile(r"sips?:([^@;>]+)@")
_WAITING = "Messages-Waiting: yes"
"""RFC 3842, 5.2."""
_HOLD_SECONDS = 1.0
"""In which the music of a hold begins; a queue's own and a parked caller's is no row."""
_BOX = re.compile(r"/([0-9]+)/msg_[^/]*$")


_KEYS: dict[str, What] = {"0": "listens", "2": "whispers", "3": "barges"}


class Monitoring(msgspec.Struct, frozen=True):
    """A supervisor's leg: its SIP Call-ID, his phone, how he is heard when he answers."""

    sip: str
    device: str
    begins: What | None


class Note(msgspec.Struct, frozen=True):
    """Something that happened at `at` (Unix seconds), in the call of the leg `sip` (its SIP Call-ID)."""

    at: float
    what: What | Literal["answers"]
    who: str
    sip: str
    shows: str = ""
    ended: str = ""
    """Who hung up a phone that had answered, `local` or `remote`."""
    through: str = ""
    dialled: str = ""


class SwitchNotes:
    """What was noted in one case; `dialogs` names the calls by the SIP Call-ID of their callers. Message lights only with
    `lights`: a file that is about something else says nothing of them."""

    def __init__(
        self, ident: str, document: CompanyDocument, world: TrunkWorld, *, lights: bool = False
    ) -> None:
        self._ident, self._document, self._world, self._lights = ident, document, world, lights
        self.dialogs: dict[str, str] = {}
        self._notes: list[Note] = []
        self._calls: dict[str, str] = {}
        self._legs: dict[str, str] = {}
        """What each channel rang or is, by its uuid."""
        self._held_at = -math.inf
        self._talked: set[str] = set()
        """Channels to which a caller was connected."""
        self._placed: set[str] = set()
        """Legs that a placed call began with, by SIP Call-ID: answered, they are its caller's."""
        self._monitors: dict[str, Monitoring] = {}
        """Supervisors' legs by uuid."""

    def observe(self, seen: Observation, trunk: str = "") -> None:
        """What a phone saw, or the far end of a trunk."""
        if seen.what == "notified":
            self._notified(seen)
            return
        said = _of_caller(seen) if seen.call_id in self.dialogs else _of_phone(seen)
        if said is None:
            return
        what, who = said[0], self._world.meant(said[1])
        ended = seen.detail if seen.what == "ended" else ""
        note = Note(seen.at, what, who, seen.call_id, ended=ended)
        if what == "rings":
            shows = _caller_number(seen.detail)
            note = msgspec.structs.replace(note, shows=shows, through=trunk, dialled=said[1])
        self._notes.append(note)

    def _notified(self, seen: Observation) -> None:
        """A message light, of the newest call: what tells a phone belongs to none."""
        if self._lights and self.dialogs and _WAITING in seen.detail:
            self._notes.append(Note(seen.at, "lights", seen.phone, next(reversed(self.dialogs))))

    def placed(self, call: str, name: str) -> None:
        """A program placed a call: it is known by its id, not by the dialog of a caller."""
        self.dialogs[call] = name
        self._calls[call] = call

    def hear(self, event: Event, now: float) -> None:
        """What the switch told of a leg."""
        if self.supervises(event) or event.get("variable_relais_supervises"):
            self._monitor(event, now)
            return
        sip, leg = event.get("variable_sip_call_id", ""), event.get("variable_relais_leg")
        self._legs[event.get("Unique-ID", "")] = _party(event)
        self._calls[sip] = event.get("variable_relais_call", "")
        if event.get("variable_relais_placed") and not event.get("variable_relais_leg"):
            self._placed.add(sip)
        elif leg and event.get("Event-Name") != "CHANNEL_HOLD" and not self._goes_on(event):
            return
        if event.get("Event-Name") == "CHANNEL_BRIDGE":
            self._talked.add(event.get("Bridge-B-Unique-ID", ""))
        match event.get("Event-Name"):
            case "CHANNEL_HOLD":
                self._held_at = now
            case "PLAYBACK_START":
                played = event.get("Playback-File-Path", "")
                heard = prompt_names(played, self._ident, self._document)
                if not heard and now - self._held_at < _HOLD_SECONDS:
                    heard = music_name(played, self._ident, self._document)
                if heard:
                    self._notes.append(Note(now, "hears", heard, sip))
            case "RECORD_START":
                self._notes.append(Note(now, "records", _recorded(event.get("Record-File-Path", "")), sip))
            case "CHANNEL_BRIDGE":
                self._notes.append(Note(now, "talks", self._leg_name(event), sip))

    def _goes_on(self, event: Event) -> bool:
        """Whoever was called talks to somebody else: who called has brought them together."""
        return event.get("Event-Name") == "CHANNEL_BRIDGE" and event.get("Unique-ID", "") in self._talked

    def call_of(self, dialog: str) -> str:
        """The id of the call of a caller's dialog."""
        return self._calls[dialog]

    def supervises(self, event: Event) -> bool:
        """Whether it is of a supervisor's leg."""
        return event.get("Unique-ID", "") in self._monitors

    def _monitor(self, event: Event, now: float) -> None:
        """A supervisor's leg: of which call, how it begins, and the keys that change it."""
        uuid, sip = event["Unique-ID"], event.get("variable_sip_call_id", "")
        if uuid not in self._monitors:
            self._monitors[uuid] = Monitoring(sip, event.get("variable_relais_leg", ""), begins(event))
            self._legs[uuid] = event.get("variable_relais_leg", "")
        if sip:
            self._calls[sip] = event.get("variable_relais_supervises", "")
        what = _KEYS.get(event.get("DTMF-Digit", "")) if event.get("Event-Name") == "DTMF" else None
        if what is not None:
            known = self._monitors[uuid]
            self._notes.append(Note(now, what, known.device, known.sip))

    def rows(self, dialog: str, began: float) -> Iterator[Row]:
        """Of the call whose caller's Call-ID is `dialog`, in seconds since `began`."""
        notes = sorted(
            (note for note in self._notes if self._belongs(note, dialog)), key=lambda note: note.at
        )
        monitors = {known.sip: known for known in self._monitors.values()}
        for place, note in enumerate(notes):
            if note.what == "answers":
                what = monitors[note.sip].begins if note.sip in monitors else None
                if what is not None:
                    yield Row(round(note.at - began, 2), what, note.who, self.dialogs[dialog])
            elif note.sip in monitors and note.ended:
                if not _repeats(note, notes[:place]):
                    yield Row(round(note.at - began, 2), "leaves", note.who, self.dialogs[dialog])
            elif note.sip in self._placed and note.ended:
                # The phone with which a placed call began; its caller's own end is no row.
                if note.ended == "remote":
                    yield Row(round(note.at - began, 2), "clears", "normal", self.dialogs[dialog])
            elif not _repeats(note, notes[:place]):
                yield Row(
                    round(note.at - began, 2), note.what, note.who, self.dialogs[dialog], note.shows, note.through,
                    note.dialled,
                )  # fmt: skip

    def first(self, dialog: str) -> float:
        """When something of a call was noted first; 0 before."""
        return min((note.at for note in self._notes if self._belongs(note, dialog)), default=0.0)

    def latest(self) -> float:
        """When something was noted last; 0 before."""
        return max((note.at for note in self._notes), default=0.0)

    def _leg_name(self, event: Event) -> str:
        """Which leg a caller was bridged to: itself said it when it rang."""
        uuid = event.get("Bridge-B-Unique-ID", "")
        leg = self._legs.get(uuid, uuid)
        return f"+{leg[1:]}" if leg.startswith("x") else leg

    def _belongs(self, note: Note, dialog: str) -> bool:
        if len(self.dialogs) == 1 or note.sip == dialog:
            return True
        call = self._calls.get(note.sip, "")
        return bool(call) and call == self._calls.get(dialog)


def _recorded(path: str) -> str:
    """A box, or `call`: the conversation."""
    box = _BOX.search(path)
    if box is not None:
        return box[1]
    return "call" if NAME.fullmatch(path.rpartition("/")[2]) else path


def _party(event: Event) -> str:
    """What a channel rang, or is, or who calls with it."""
    return (
        event.get("variable_relais_leg") or event.get("variable_relais_device")
        or event.get("Caller-Caller-ID-Number", "")
    )  # fmt: skip


def _of_caller(seen: Observation) -> tuple[What | Literal["answers"], str] | None:
    match seen.what:
        case "failed" if seen.detail != "487":  # the caller gave up
            return "clears", seen.detail
        case "ended" if seen.detail == "remote":
            return "clears", "normal"
    return None


def _caller_number(header: str) -> str:
    """The user of a `From`; the switch writes it with percent signs."""
    found = _FROM.search(header)
    return unquote(found[1]) if found else ""


def begins(event: Event) -> What | None:
    """How a supervisor is heard when he answers; None when he takes the call over at once."""
    if event.get("variable_park_timeout"):
        return None
    aleg, bleg = (event.get(f"variable_eavesdrop_whisper_{side}") == "true" for side in ("aleg", "bleg"))
    return "barges" if aleg else "whispers" if bleg else "listens"


def _of_phone(seen: Observation) -> tuple[What | Literal["answers"], str] | None:
    match seen.what:
        case "answered":
            return "answers", seen.phone
        case "offered":
            return "rings", seen.phone
        case "cancelled" | "refused" | "ended":
            return "stops", seen.phone
    return None


def _repeats(note: Note, before: Sequence[Note]) -> bool:
    """A prompt that is played again is one row, so is a light that is told again; a phone that talked does not stop ringing
    when it hangs up."""
    if note.what == "lights":
        return any((old.what, old.who) == ("lights", note.who) for old in before)
    if note.what == "hears":
        return bool(before) and (before[-1].what, before[-1].who) == ("hears", note.who)
    return note.what == "stops" and any((old.what, old.who) == ("talks", note.who) for old in before)
