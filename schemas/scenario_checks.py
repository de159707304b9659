"""The sense of a scenario's plain data, after its shape: what names a phone, a person, a call, a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from routing.company import CompanyDocument
from schemas.problems import Found, Steps
from schemas.shape import meant

_SIMULATED = "simulator"


def check_scenario(data: Mapping[str, Any], document: CompanyDocument) -> Iterator[Found]:
    """Everything that is wrong, in the order of a file."""
    yield from check_moments(data)
    yield from _check_people(data, document)
    yield from _check_phones(data, document)
    yield from _check_trunks(data, document)
    yield from _check_calls(data)
    yield from _check_runners(data)


def check_moments(data: Mapping[str, Any]) -> Iterator[Found]:
    """Dates that exist, and none before the beginning."""
    begins = _moment(data["at"])
    if begins is None:
        yield _no_date(("at",), data["at"])
    for steps, text in _moments(data):
        moment = _moment(text)
        if moment is None:
            yield _no_date(steps, text)
        elif (
            begins is not None
            and steps[0] != "agents"
            and moment.replace(tzinfo=None) < begins.replace(tzinfo=None)
        ):
            yield _wrong(steps, text, "avant le début du scénario", "before the scenario begins")


def _moments(data: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    for extension, state in data.get("agents", {}).items():
        if isinstance(state, dict) and "idle_since" in state:
            yield ("agents", extension, "idle_since"), state["idle_since"]
    for name, call in data.get("calls", {}).items():
        if isinstance(call["at"], str):
            yield ("calls", name, "at"), call["at"]
    for place, event in enumerate(data.get("events", ())):
        if isinstance(event["at"], str):
            yield ("events", place, "at"), event["at"]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _check_people(data: Mapping[str, Any], document: CompanyDocument) -> Iterator[Found]:
    named: list[tuple[Steps, str]] = [(("agents", ext), ext) for ext in data.get("agents", {})]
    for place, event in enumerate(data.get("events", ())):
        named += [
            (("events", place, key), event[key])
            for key in ("agent", "supervisor", "sets", "lifts", "opts_out", "opts_in")
            if key in event
        ]
    named += [((*steps, "click"), call["click"]) for steps, call in _calls(data) if "click" in call]
    names = tuple(data.get("calls", ()))
    for place, event in enumerate(data.get("events", ())):
        if "call" in event and event["call"] not in names:
            yield _unknown(("events", place, "call"), event["call"], ("appel", "call"), names)
        if "queue" in event and event["queue"] not in document.queues:
            yield _unknown(
                ("events", place, "queue"), event["queue"], ("file", "queue"), tuple(document.queues)
            )
    for steps, extension in named:
        if extension not in document.users:
            yield _unknown(steps, extension, ("utilisateur", "user"), tuple(document.users))


def device_owners(document: CompanyDocument, data: Mapping[str, Any]) -> dict[str, str]:
    """Whose each device is: those of the company, and those that a change saved in the play brings."""
    found = {device: ext for ext, user in document.users.items() for device in user.devices}
    for event in data.get("events", ()):
        users = event.get("saves", {}).get("users")
        for extension, user in users.items() if isinstance(users, dict) else ():
            devices = user.get("devices") if isinstance(user, dict) else None
            found |= dict.fromkeys(devices if isinstance(devices, dict) else (), extension)
    return found


def _check_phones(data: Mapping[str, Any], document: CompanyDocument) -> Iterator[Found]:
    known = [*device_owners(document, data), *document.site_devices]
    named: list[tuple[Steps, str]] = [
        (("phones", phone), phone) for phone in data.get("phones", {}) if not phone.startswith("+")
    ]
    named += [(("unregistered", place), device) for place, device in enumerate(data.get("unregistered", ()))]
    named += [((*steps, "device"), call["device"]) for steps, call in _calls(data) if "device" in call]
    for place, event in enumerate(data.get("events", ())):
        keys = ("registers", "unregisters", "holds", "resumes", "transfers", "joins")
        named += [(("events", place, key), event[key]) for key in keys if key in event]
    named += [
        (("timeline", n, "lights"), row["lights"])
        for n, row in enumerate(data["timeline"])
        if "lights" in row
    ]
    for steps, device in named:
        if device not in known:
            yield _unknown(steps, device, ("appareil", "device"), tuple(known))


def _check_trunks(data: Mapping[str, Any], document: CompanyDocument) -> Iterator[Found]:
    named: list[tuple[Steps, str]] = [(("trunks", trunk), trunk) for trunk in data.get("trunks", {})]
    named += [
        (("timeline", n, "through"), row["through"])
        for n, row in enumerate(data["timeline"])
        if "through" in row
    ]
    for steps, trunk in named:
        if trunk not in document.trunks:
            yield _unknown(steps, trunk, ("ligne réseau", "trunk"), tuple(document.trunks))


def _calls(data: Mapping[str, Any]) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
    if "call" in data:
        yield ("call",), data["call"]
    for name, call in data.get("calls", {}).items():
        yield ("calls", name), call


def _check_calls(data: Mapping[str, Any]) -> Iterator[Found]:
    if ("call" in data) == ("calls" in data):
        yield _wrong(
            (), "", "il faut « call » ou « calls », l'un des deux", "either “call” or “calls” is needed"
        )
    names = tuple(data.get("calls", ()))
    for place, row in enumerate(data["timeline"]):
        if "calls" in data and "call" not in row and len(names) > 1:
            yield Found("missing_key", ("timeline", place), "", {"key": "call"})
        elif "call" in row and row["call"] not in names:
            yield _unknown(("timeline", place, "call"), row["call"], ("appel", "call"), names)
    rule = data.get("rule", {})
    if isinstance(rule, str) and "calls" in data:
        yield Found("missing_key", ("rule",), "", {"key": "call"})
    for name in rule if isinstance(rule, dict) else ():
        if name not in names:
            yield _unknown(("rule", name), name, ("appel", "call"), names)
    for place, name in enumerate(data.get("unrecorded", ())):
        if name not in names:
            yield _unknown(("unrecorded", place), name, ("appel", "call"), names)


def _check_runners(data: Mapping[str, Any]) -> Iterator[Found]:
    runners = data.get("only", (_SIMULATED,))
    for place, event in enumerate(data.get("events", ())):
        if "kill" in event and _SIMULATED in runners:
            yield _wrong(
                ("events", place, "kill"), event["kill"],
                "le simulateur n'a pas de processus : « only: [demo, freeswitch] »",
                "the simulator has no processes: “only: [demo, freeswitch]”",
            )  # fmt: skip

    for place, row in enumerate(data["timeline"]):
        if "lights" in row and tuple(runners) != ("freeswitch",):
            yield _wrong(
                ("timeline", place, "lights"), row["lights"],
                "seul FreeSWITCH a des voyants : « only: [freeswitch] »",
                "only FreeSWITCH has message lights: “only: [freeswitch]”",
            )  # fmt: skip


def _no_date(steps: Steps, text: str) -> Found:
    return _wrong(steps, text, "cette date n'existe pas", "this date does not exist")


def _wrong(steps: Steps, value: object, french: str, english: str) -> Found:
    return Found("shape", steps, value, {"why": (french, english)})


def _unknown(steps: Steps, value: str, what: tuple[str, str], known: tuple[str, ...]) -> Found:
    return Found("unknown_reference", steps, value, {"what": what, "hint": meant(value, known)}, known[:20])
