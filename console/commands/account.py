"""`relais account`: who may sign in."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.commands.terminal import no_account, refused, too_short

_LONGEST_NAME = 100
"""Characters that can be typed where one signs in (`console.api.session`)."""


@click.group("account")
def command() -> None:
    """List and add the accounts of people who sign in."""


@command.command("list")
def list_accounts() -> None:
    """Name, role and company of every account."""
    from schemas.settings import from_environ
    from store.accounts import Accounts

    for account in Accounts(from_environ().database_url).all():
        where = f"{account.company or 'every company'} {account.extension}".rstrip()
        click.echo(f"{account.name:24} {account.role:12} {where}")


@command.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(["admin", "supervisor", "agent"]), default="supervisor", show_default=True
)
@click.option("--company", default="", help="Only this company; every company otherwise.")
@click.option("--extension", default="", help="The user of the company that this is.")
@click.option("--language", type=click.Choice(["", "fr", "en"]), default="", help="The browser's otherwise.")
@click.password_option(help="Asked for when it is left out.")
def add(name: str, role: str, company: str, extension: str, language: str, password: str) -> None:
    """Add the account NAME."""
    import msgspec

    from console.commands.asking import known_company, known_user
    from schemas.settings import from_environ
    from store.accounts import Account, Accounts
    from store.passwords import SHORTEST, hashed

    if len(password) < SHORTEST:
        raise too_short(SHORTEST)
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise refused(
            f"un nom a de 1 à {_LONGEST_NAME} caractères", f"a name has from 1 to {_LONGEST_NAME} characters"
        )
    if company:
        known_company(company)
    if extension or role == "agent":
        known_user(company, extension)
    given = {"name": name, "role": role, "company": company, "language": language, "extension": extension}
    account = msgspec.convert(given, Account)
    if not Accounts(from_environ().database_url).add(account, hashed(password), datetime.now(UTC)):
        raise refused(
            f"il y a déjà un compte « {name} » ; choisissez un autre nom, ou `relais password {name}`",
            f"there is an account “{name}” already; choose another name, or `relais password {name}`",
        )
    click.echo(f"{name}: added")


@command.command("link")
@click.argument("name")
@click.argument("extension", default="")
def link(name: str, extension: str) -> None:
    """Tie the account NAME to the user EXTENSION of its company, or to nobody when it is left out."""
    from console.commands.asking import known_user
    from schemas.settings import from_environ
    from store.accounts import Accounts

    accounts = Accounts(from_environ().database_url)
    company = next((each.company for each in accounts.all() if each.name == name), None)
    if company is None:
        raise no_account(name)
    if extension:
        known_user(company, extension)
    accounts.link(name, extension)
    click.echo(f"{name}: {extension or 'nobody'}")
