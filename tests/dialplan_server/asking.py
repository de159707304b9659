"""Asking a dialplan server as the switch does: bodies of fields, answers as lists of applications."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import pytest
from lxml import etree

from dialplan_server.answering import Answering, Claim, Tell, World
from dialplan_server.checking import Checks, Invalid, checker
from dialplan_server.lines import Lines
from dialplan_server.metrics import Metrics
from dialplan_server.published import Published
from dialplan_server.rendering.steps import Renderer
from presence.clock import Clock
from presence.gathering import NOTHING, Gathered
from routing.company import CompanyDocument
from routing.compiled import Company
from routing.engine import Needs
from schemas.relaxng import Kind
from schemas.settings import Settings, from_environ
from store.documents import compiled_snapshot
from store.prompt_files import PromptFiles
from store.snapshot import write_snapshot
from tests.sample import CALLER

CAPTURES = Path(__file__).parents[1] / "captures"
UUID = "47ed607c-f505-4410-8083-3ce885c2fd9f"
PASSWORD = "secret"
HEAD = {"Authorization": "Basic " + b64encode(f"relais:{PASSWORD}".encode()).decode()}
CHECKS = {kind: checker(kind) for kind in get_args(Kind)}
Gather = Callable[[Company, Needs, str, float, str], Gathered]


def settings_in(var: Path, **environ: str) -> Settings:
    """Settings of an installation in `var`."""
    return from_environ({"RELAIS_VAR": str(var), **environ})


def publish(settings: Settings, document: CompanyDocument, revision: int = 1) -> None:
    """A revision of a company, as the store writes it."""
    write_snapshot(settings.snapshots, compiled_snapshot(document, revision, "key"))


def answering(
    settings: Settings,
    when: datetime,
    gather: Gather = lambda *_: NOTHING,
    failing: str = "",
    claim: Claim = lambda *_: True,
    lines: Lines | None = None,
    emergency: Tell = lambda *_: None,
) -> Answering:
    """A worker without a server, at one moment. `failing` names an exception's text for every rendering."""
    published = Published(settings, lambda work: work())
    published.refresh()
    metrics = Metrics()
    prompts = PromptFiles(settings.sounds, settings.prompts, lambda _: metrics.prompts.inc())
    renderer = Renderer(
        prompts=prompts, dialplans=f"XML,XML:{settings.failsafe_file}", recordings=settings.recordings
    )

    def checked(answer: bytes) -> None:
        well_formed(answer)
        if failing:
            raise RuntimeError(failing)

    world = World(
        clock=Clock("", real=when.timestamp), gather=gather, claim=claim, draw=lambda: 4, lines=lines or Lines(None),
        emergency=emergency,
    )  # fmt: skip
    return Answering(
        world, published, renderer, failsafe_file=str(settings.failsafe_file), metrics=metrics,
        checks=Checks(dialplan=checked, directory=well_formed),
    )  # fmt: skip


def body(**fields: str) -> bytes:
    """A body as the switch encodes it; `__` in a name stands for `-`."""
    pairs = {name.replace("__", "-"): quote(value, safe="") for name, value in fields.items()}
    return "&".join(f"{name}={value}" for name, value in pairs.items()).encode()


def call(dialled: str, context: str = "relais-trunk", **more: str) -> bytes:
    """A new call."""
    known = {"Hunt__Context": context, "Hunt__Destination__Number": dialled, "Unique__ID": UUID}
    return body(**{**known, "Hunt__Caller__ID__Number": CALLER, **more})


def hand_over(place: str, number: str = "next-1", **variables: str) -> bytes:
    """A call that comes back from its first step; `variables` without `relais_`."""
    known = {"company": "boreal", "revision": "1", "entry": "number.DID-1001", "step": "1", "place": place,
             "route": "-", "call": UUID, "started": "1000", "legs": "-"}  # fmt: skip
    fields = {f"variable_relais_{name}": value for name, value in {**known, **variables}.items()}
    return call(number, "relais", **fields)


def causes(**by_uuid: str) -> str:
    """`originate_causes`; names are uuids with `_` for `-`."""
    parts = [f"{uuid.replace('_', '-')};{cause}" for uuid, cause in by_uuid.items()]
    return parts[0] if len(parts) == 1 else "ARRAY::" + "|:".join(parts)


def applications(answer: bytes) -> list[tuple[str, str]]:
    """What the answer asks the switch to do, in order; the answer is held to the rules of every answer."""
    root = well_formed(answer)
    return [
        (str(each.get("application")), str(each.get("data"))) for each in root.iterfind(".//condition/action")
    ]


def well_formed(answer: bytes, kind: Kind | None = None) -> etree._Element:
    """The document, held to its grammar and the switch's rules: the test fails at once, whoever would catch an error."""
    found: Kind = "directory" if b'<section name="directory">' in answer else "dialplan"
    try:
        CHECKS[kind or found](answer)
    except Invalid as error:
        pytest.fail(f"{error}\n{answer.decode()}")
    return etree.fromstring(answer)


def data_of(answer: bytes, application: str) -> str:
    """The data of the one action of this name."""
    found = [data for name, data in applications(answer) if name == application]
    assert len(found) == 1, applications(answer)
    return found[0]


def variables_of(answer: bytes) -> dict[str, str]:
    """What the step sets on the caller's leg."""
    pairs = data_of(answer, "multiset").removeprefix("^^|").split("|")
    return dict(pair.partition("=")[::2] for pair in pairs)


def legs_of(answer: bytes) -> dict[str, dict[str, str]]:
    """The legs of the dial string by what is dialled, with their variables."""
    found = {}
    for leg in data_of(answer, "bridge").removeprefix("[").split(",["):
        pairs, _, dialled = leg.partition("]")
        found[dialled] = dict(pair.partition("=")[::2] for pair in pairs.split(","))
    return found
