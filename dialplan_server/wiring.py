"""One worker's parts, put together by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from dialplan_server.answering import Answering, World
from dialplan_server.call_back_door import CallBackDoor
from dialplan_server.checking import Checks, checks
from dialplan_server.claim_door import ClaimDoor
from dialplan_server.emergencies import Emergencies
from dialplan_server.lines import Lines
from dialplan_server.metrics import Metrics
from dialplan_server.mirror import Mirror
from dialplan_server.phone_change_door import PhoneChangeDoor
from dialplan_server.presence_door import PresenceDoor
from dialplan_server.published import Published
from dialplan_server.recording_door import RecordingDoor
from dialplan_server.rendering.steps import Renderer
from dialplan_server.tracing import Trace
from presence import keys
from presence.clock import Clock
from presence.connection import hot, waiting
from presence.orders import TAKEN_SECONDS, OrderDesk
from presence.pipelines import Pipelines
from schemas.dial_strings import is_file, playable
from schemas.settings import Settings, redis_url
from store.prompt_files import PromptFiles

_LOG = structlog.get_logger()


class FolderRefused(Exception):
    """The data folder's name holds a sign that the switch would read as something else."""


class Worker(msgspec.Struct, frozen=True):
    """What `__main__` runs."""

    answering: Answering
    published: Published
    mirror: Mirror
    trace: Trace


def build(settings: Settings, offload: Callable[[Callable[[], object]], object]) -> Worker:
    """The parts of a worker; FolderRefused when answers could not name the installation's files."""
    for path in (settings.failsafe_file, settings.sounds):
        if not is_file(str(path)):
            raise FolderRefused(f"RELAIS_VAR={settings.var}: only letters, digits and ._-/@+= can be used")
    metrics = Metrics()
    known = _checks(settings, metrics)
    mirror = Mirror(settings, sorry_prompt(settings.sounds), known)
    published = Published(settings, offload, broken=lambda _: metrics.broken.inc())
    clock = Clock(settings.clock)
    draw, pipelines = random.Random(), Pipelines(redis_url(settings))  # noqa: S311 - whose phone rings first is no secret
    trace = Trace(pipelines, settings.node, metrics.traced.inc)
    patient = waiting(redis_url(settings), TAKEN_SECONDS + 1)
    world = World(
        clock=clock,
        gather=PresenceDoor(pipelines, settings.node).ask,
        claim=ClaimDoor(hot(redis_url(settings)), settings.node, metrics.held.inc).claim,
        draw=lambda: draw.getrandbits(31),
        call_backs=CallBackDoor(hot(redis_url(settings))).keep,
        save=PhoneChangeDoor(OrderDesk(hot(redis_url(settings)), patient, keys.document_orders())).save,
        record=RecordingDoor(
            lambda node: OrderDesk(hot(redis_url(settings)), patient, keys.orders(node)), settings.node
        ).ask,
        lines=Lines(pipelines, clock.real_seconds), trace=trace.keep,
        emergency=Emergencies(pipelines).tell,
    )  # fmt: skip
    renderer = Renderer(
        prompts=_prompts(settings, metrics),
        dialplans=f"XML,XML:{settings.failsafe_file}",
        recordings=settings.recordings,
    )
    answering = Answering(
        world, published, renderer,
        failsafe_file=str(settings.failsafe_file), metrics=metrics, checks=known,
    )  # fmt: skip
    return Worker(answering, published, mirror, trace)


def sorry_prompt(sounds: Path) -> str:
    """What is said when nothing else can be done, in both languages; a tone where nothing is installed."""
    files = [sounds / language / "something_wrong.wav" for language in ("fr", "en")]
    found = [str(file) for file in files if file.is_file()]
    return playable(found or ["tone_stream://%(300,300,400);loops=3"])


def _prompts(settings: Settings, metrics: Metrics) -> PromptFiles:
    def missing(name: str) -> None:
        metrics.prompts.inc()
        _LOG.warning("prompt missing", prompt=name)

    return PromptFiles(settings.sounds, settings.prompts, missing)


def _checks(settings: Settings, metrics: Metrics) -> Checks:
    def refused(kind: str) -> None:
        metrics.invalid.labels(kind).inc()

    return checks(refused) if settings.check_xml else Checks()
