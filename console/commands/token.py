"""`relais token`: tokens of programs that use the API."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from console.commands.terminal import refused

if TYPE_CHECKING:
    from store.tokens import Tokens


@click.group("token")
def command() -> None:
    """Create, list and revoke tokens of the API."""


def _tokens() -> Tokens:
    from schemas.settings import from_environ
    from store.tokens import Tokens

    return Tokens(from_environ().database_url)


@command.command("create")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(["admin", "supervisor", "agent"]), default="admin", show_default=True
)
@click.option("--company", default="", help="Only this company; every company otherwise.")
@click.option("--extension", default="", help="The user of the company for whom it speaks.")
def create(name: str, role: str, company: str, extension: str) -> None:
    """Print a new token; it cannot be shown again."""
    import msgspec

    from console.commands.asking import known_company, known_user
    from store.accounts import Role

    if company:
        known_company(company)
    if extension or role == "agent":
        known_user(company, extension)
    who = f"{getpass.getuser()} (command line)"
    _, text = _tokens().create(
        name, role=msgspec.convert(role, Role), company=company, created_by=who, now=datetime.now(UTC),
        extension=extension,
    )  # fmt: skip
    click.echo(text)


@command.command("list")
def list_tokens() -> None:
    """Id, name, role, company and last use of every token."""
    for token in _tokens().list():
        state = "revoked" if token.revoked_at else f"last used {token.last_used_at or 'never'}"
        click.echo(
            f"{token.id} {token.name:24} {token.role:12} {token.company or 'every company':16} {state}"
        )


@command.command("revoke")
@click.argument("ident", metavar="ID")
def revoke(ident: str) -> None:
    """The token of this ID works no more."""
    if not _tokens().revoke(ident, datetime.now(UTC)):
        raise refused(
            f"il n'y a pas de jeton {ident} en vigueur ; `relais token list` les montre",
            f"there is no token {ident} in force; `relais token list` shows them",
        )
    click.echo(f"{ident}: revoked")
