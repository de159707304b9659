"""Each scenario in a company of its own, side by side in one installation: published, with its recordings,
its instant and its agents' states."""

from __future__ import annotations

import json
import os
import threading
import time
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from console.scenarios.trunk_world import renamed
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from routing.agents import Intent
from routing.company import CompanyDocument
from schemas.scenario import Scenario, Supposed
from schemas.scenario_events import Publishes
from schemas.secrets import read_secret
from schemas.settings import Settings, redis_url
from store.documents import Conflict, Documents

_READ_SECONDS = 0.5
"""In which every process has read the clock file again; they look every 50 ms when they need the time."""
_KNOWN_SECONDS, _LOOK_SECONDS = 30.0, 0.05
_SWITCH_MUSIC = "local_stream://default"
_MUSIC_SECONDS = 30.0
_ELSEWHERE = "elsewhere"
"""The node of calls that a scenario only supposes: no controller takes them for lost."""


class ClockFile:
    """The clock of an installation, as a runner sets it: one speed, an offset a company."""

    def __init__(self, path: Path, speed: float, sleep: Callable[[float], object] = time.sleep) -> None:
        self._sleep = sleep
        self.path, self._offsets, self._lock = path, dict[str, float](), threading.Lock()
        self._stamp = 0
        self._origin, self._speed = time.time(), speed
        self._write()

    def reach(self, instants: Mapping[str, float]) -> None:
        """Return when it is the instant of each company (Unix seconds), in every process."""
        reached = time.time() + _READ_SECONDS
        gone = (reached - self._origin) * self._speed + self._origin
        with self._lock:
            self._offsets |= {company: instant - gone for company, instant in instants.items()}
            self._write()
        self._sleep(max(0.0, reached - time.time()))

    def _write(self) -> None:
        new = self.path.with_suffix(".new")
        setting = {
            "speed": self._speed, "origin": self._origin, "start": self._origin, "offsets": self._offsets,
        }  # fmt: skip
        new.write_text(json.dumps(setting))
        # Readers look at the time of the last change; two changes in one tick of the kernel must differ.
        self._stamp = max(time.time_ns(), self._stamp + 1_000_000)
        os.utime(new, ns=(self._stamp, self._stamp))
        os.replace(new, self.path)


def own_companies(scenarios: Sequence[Scenario]) -> dict[str, Scenario]:
    """Each scenario with its document renamed: company `s<n>`, SIP domain `s<n>.example`, and a gateway of
    that name beside those of its trunks."""
    return {f"s{n}": _renamed(scenario, f"s{n}") for n, scenario in enumerate(scenarios, start=1)}


def _renamed(scenario: Scenario, ident: str) -> Scenario:
    events = tuple(
        replace(event, document=_document(event.document, ident))
        if isinstance(event, Publishes) else event
        for event in scenario.events
    )  # fmt: skip
    return replace(scenario, document=_document(scenario.document, ident), events=events)


def _document(document: CompanyDocument, ident: str) -> CompanyDocument:
    account = replace(document.account, id=ident, domain=f"{ident}.example", gateway=ident)
    return renamed(replace(document, account=account), ident)


def publish(settings: Settings, companies: dict[str, Scenario]) -> None:
    """Save, publish and give every recording the length it should have."""
    documents = Documents(settings.database_url)
    key = read_secret(settings.var, "device_key")
    for ident, scenario in companies.items():
        saved = documents.save(scenario.document, made_from=0, author="scenario", note=scenario.title)
        if isinstance(saved, Conflict):
            raise RuntimeError(f"{ident} exists already")
        _record(settings.prompts / ident, scenario.document)
        documents.publish(ident, settings.snapshots, key)


def _record(folder: Path, document: CompanyDocument) -> None:
    """Silence everywhere; music of as many seconds as nobody waits to hear the end of."""
    lengths = {prompt.file: prompt.seconds or 0.5 for prompt in document.prompts.values() if prompt.file}
    lengths |= {file: _MUSIC_SECONDS for music in document.music.values() for file in music.files}
    for name, seconds in lengths.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(b"\0\0" * int(8000 * seconds))


def suppose(
    settings: Settings, ident: str, scenario: Scenario, sleep: Callable[[float], object] = time.sleep
) -> None:
    """The agents' states the scenario begins with, once every registration is known: whoever comes back from offline is idle
    from then on. `offline` is a matter of registrations."""
    store, now = AgentStore(hot(redis_url(settings)), ident), scenario.start.timestamp()
    _await_devices(store, registered_devices(scenario), sleep)
    for extension in scenario.document.users:
        supposed = scenario.agents.get(extension, Supposed())
        store.suppose_idle(extension, supposed.idle_since, now)
        if supposed.state == "on_call":
            leg = LegActivity(owner=extension, state="answered", call="supposed", node=_ELSEWHERE, since=now)
            store.leg(f"supposed-{extension}", leg)
        elif supposed.state not in ("offline", "available"):
            store.declare(extension, msgspec.convert({"kind": supposed.state, "since": now}, Intent))


def _await_devices(store: AgentStore, devices: Sequence[str], sleep: Callable[[float], object]) -> None:
    deadline = time.monotonic() + _KNOWN_SECONDS
    while missing := set(devices) - store.devices().keys():
        if time.monotonic() > deadline:
            raise RuntimeError(f"no controller says that these are registered: {', '.join(sorted(missing))}")
        sleep(_LOOK_SECONDS)


def registered_devices(scenario: Scenario) -> list[str]:
    """The devices that are registered when the call comes; of those that are nobody's, the ones that the file speaks of."""
    people = [
        device
        for extension, user in scenario.document.users.items()
        if scenario.agents.get(extension, Supposed()).state != "offline"
        for device in user.devices
        if device not in scenario.unregistered
    ]
    return [*people, *(device for device in scenario.document.site_devices if _is_meant(scenario, device))]


def _is_meant(scenario: Scenario, device: str) -> bool:
    calling = {call.device for call in scenario.calls.values()}
    return device in {*scenario.phones, *calling, *(row.who for row in scenario.timeline)}


def secret_generation(scenario: Scenario, device: str) -> int:
    """Of which generation a device's password is, in the document that has it."""
    saved = [event.document for event in scenario.events if isinstance(event, Publishes)]
    documents = (scenario.document, *saved)
    known = [
        each.device for document in documents for key, each in document.site_devices.items() if key == device
    ]
    known += [
        user.devices[device]
        for document in documents
        for user in document.users.values()
        if device in user.devices
    ]
    return known[0].secret_generation


def music_name(played: str, ident: str, document: CompanyDocument) -> str:
    """What a company calls the music that was played to somebody on hold; its first one of the switch for the switch's own,
    empty for what is none."""
    folder, _, file = played.removeprefix("file_string://").partition("!")[0].rpartition("/")
    custom = {file: key for key, music in document.music.items() for file in music.files}
    system = next((key for key, music in document.music.items() if music.kind == "system"), "default")
    if played == _SWITCH_MUSIC:
        return system
    return custom.get(file, "") if folder.endswith(f"/prompts/{ident}") else ""


def prompt_names(played: str, ident: str, document: CompanyDocument) -> str:
    """What a person would call what was played: prompts of the company by id, built-in ones by name; nothing for music."""
    music = {file for each in document.music.values() for file in each.files}
    by_file = {prompt.file: key for key, prompt in document.prompts.items() if prompt.file}
    names = []
    for part in played.removeprefix("file_string://").split("!"):
        folder, _, file = part.rpartition("/")
        if folder.endswith(f"/prompts/{ident}") and file not in music:
            names.append(by_file.get(file, file))
        elif folder.rpartition("/")[2] in ("fr", "en"):
            names.append(file.removesuffix(".wav"))
    return "+".join(dict.fromkeys(names))
