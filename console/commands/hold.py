"""`relais hold`: outside calls that the fraud guard holds, and lifting a hold."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from console.commands.terminal import refused

if TYPE_CHECKING:
    from presence.agents import AgentStore
    from presence.clock import Clock
    from schemas.settings import Settings


@click.group("hold")
def command() -> None:
    """List and lift holds of outside calls (docs/outbound.md)."""


@command.command("list")
@click.argument("company")
def list_holds(company: str) -> None:
    """Whose outside calls are held in COMPANY, since when, and why."""
    from routing.outside_calls import OutsideCalls
    from store.documents import Documents

    store, _ = _reached(company)
    loaded = Documents(_settings().database_url).load(company)
    users = loaded[1].users if loaded is not None else {}
    read = store.agents.read(list(users), 0.0)
    counted: dict[str, OutsideCalls] = {
        "(company)": store.company_calls(),
        **{extension: known.inputs.outside_calls for extension, known in read.items()},
    }
    for who, calls in counted.items():
        if calls.held is not None:
            since = datetime.fromtimestamp(calls.held.since, UTC).isoformat(timespec="seconds")
            click.echo(f"{who:12} {calls.held.why:22} {calls.held.reached:6} since {since}")


@command.command("lift")
@click.argument("company")
@click.argument("extension", required=False, default="")
def lift(company: str, extension: str) -> None:
    """Outside calls of EXTENSION leave again; without it, those of the whole COMPANY."""
    store, clock = _reached(company)
    source, now = f"{getpass.getuser()} (command line)", clock.unix(company)
    lifted = store.lift_hold(extension, source, now) if extension else store.lift_company_hold(source, now)
    if not lifted:
        who = extension or company
        raise refused(
            f"les appels de {who} à l'extérieur ne sont pas retenus ; `relais hold list {company}` montre ceux qui le sont",
            f"outside calls of {who} are not held; `relais hold list {company}` shows those that are",
        )
    click.echo(f"{extension or company}: lifted")


def _settings() -> Settings:
    from schemas.settings import from_environ

    return from_environ()


def _reached(company: str) -> tuple[AgentStore, Clock]:
    from console.commands.asking import known_company
    from presence.agents import AgentStore
    from presence.clock import Clock
    from presence.connection import hot
    from schemas.settings import redis_url

    known_company(company)
    settings = _settings()
    return AgentStore(hot(redis_url(settings)), company), Clock(settings.clock)
