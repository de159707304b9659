"""`relais status`: what time it is for the rules, whether the clock is right (LINT-26), and which processes can work."""

from __future__ import annotations

import sys
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, build_opener
from zoneinfo import ZoneInfo

import click

from console.commands import options

if TYPE_CHECKING:
    from routing.company import Language
    from schemas.settings import Settings

_PATIENCE = 3


@click.command("status")
@options.language
def command(language: Language) -> None:
    """Say the time in each company's zone, how right the clock is, and which processes are ready; exit status 1 when one is not."""
    from schemas.settings import from_environ

    settings = from_environ()
    for line in _times(settings):
        click.echo(line)
    for line in _clock(settings, language):
        click.echo(line)
    places = {
        "dialplan": settings.dialplan_listen, "console": settings.console_listen,
        "controller": settings.controller_listen,
    }  # fmt: skip
    ready = {name: _ready(f"http://{address}/health/ready") for name, address in places.items()}
    for name, (good, said) in ready.items():
        click.echo(f"{name:10} {places[name]}  {said}")
        if not good:
            click.echo(f"{name} is not ready", err=True)
    sys.exit(0 if all(good for good, _ in ready.values()) else 1)


def _times(settings: Settings) -> list[str]:
    from presence.clock import Clock
    from store.snapshot import SnapshotReader

    clock, reader = Clock(settings.clock), SnapshotReader(settings.snapshots)
    reader.poll()
    lines = [f"{'server':10} {clock.now():%Y-%m-%d %H:%M:%S} UTC"]
    for ident in reader.companies():
        snapshot = reader.current(ident)
        if snapshot is not None:
            zone = snapshot.document.account.time_zone
            local = clock.now(ident).astimezone(ZoneInfo(zone))
            lines.append(f"{ident:10} {local:%Y-%m-%d %H:%M:%S} {zone}, revision {snapshot.revision}")
    return lines


def _clock(settings: Settings, language: Language) -> list[str]:
    from console.clock_watch import ClockWatch
    from presence.clock import Clock
    from routing.lint_clock import check
    from routing.lint_sentences import sentence

    reading = ClockWatch(Clock(settings.clock), settings.time_server).reading()
    lines = [f"{finding.level:10} {finding.id} {sentence(finding, language)}" for finding in check(reading)]
    if reading.offset is not None:
        lines.append(f"{'clock':10} {reading.offset:+.3f} s, {settings.time_server}")
    return lines


def _ready(url: str) -> tuple[bool, str]:
    opener = build_opener(ProxyHandler({}))  # our own processes are asked by no proxy
    try:
        with opener.open(url, timeout=_PATIENCE) as answer:
            assert isinstance(answer, HTTPResponse)
            return answer.status == 200, answer.readline(100).decode(errors="replace").strip()
    except (OSError, HTTPException) as error:
        return False, str(error)
