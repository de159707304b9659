"""Files that suppose people's states for a question (`agents.schema.json`): YAML or JSON, checked against the company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from routing.company import CompanyDocument
from schemas.document_text import Unreadable, parse
from schemas.problems import Found, Problem, in_words
from schemas.scenario import Supposed
from schemas.shape import Shape, meant

SCHEMA = Path(__file__).with_name("agents.schema.json")


class SupposedPeople(msgspec.Struct, frozen=True, kw_only=True):
    """`agents` by extension; whoever is not named is idle, and every device that is not named is registered."""

    agents: Mapping[str, Supposed] = {}
    unregistered: tuple[str, ...] = ()
    presence_known: bool = True


def load_agents(text: str, document: CompanyDocument) -> SupposedPeople | list[Problem]:
    """What a file supposes; else everything that is wrong with it."""
    read = parse(text)
    if isinstance(read, Unreadable):
        return [in_words(read.found, read.line)]
    data: Any = read.data
    found = _shape().mistakes(data) or list(_unknown(data, document))
    if found:
        return [in_words(each, read.lines.get(each.steps, 0)) for each in found]
    return SupposedPeople(
        agents={extension: _supposed(state) for extension, state in data.get("agents", {}).items()},
        unregistered=tuple(data.get("unregistered", ())), presence_known=data.get("presence") != "unknown",
    )  # fmt: skip


def _supposed(state: str | Mapping[str, str]) -> Supposed:
    if isinstance(state, str):
        return Supposed(state)
    since = state.get("idle_since", "")
    return Supposed(state.get("is", "available"), datetime.fromisoformat(since).timestamp() if since else 0.0)


def _unknown(data: Mapping[str, Any], document: CompanyDocument) -> Iterator[Found]:
    devices = [*(key for user in document.users.values() for key in user.devices), *document.site_devices]
    for extension in data.get("agents", {}):
        if extension not in document.users:
            yield _nothing(("agents", extension), extension, ("Le poste", "user"), tuple(document.users))
    for place, device in enumerate(data.get("unregistered", ())):
        if device not in devices:
            yield _nothing(("unregistered", place), device, ("L'appareil", "device"), tuple(devices))


def _nothing(
    steps: tuple[str | int, ...], value: str, what: tuple[str, str], known: tuple[str, ...]
) -> Found:
    return Found("unknown_reference", steps, value, {"what": what, "hint": meant(value, known)})


@cache
def _shape() -> Shape:
    return Shape(SCHEMA)
