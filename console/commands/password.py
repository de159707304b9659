"""`relais password`: another password for an account."""

from __future__ import annotations

import click

from console.commands.terminal import no_account, too_short


@click.command("password")
@click.argument("name", default="admin")
@click.password_option(help="Asked for when it is left out.")
def command(name: str, password: str) -> None:
    """Set the password of the account NAME (admin); who is signed in with it is signed out."""
    from schemas.secrets import forget
    from schemas.settings import from_environ
    from store.__main__ import FIRST_ACCOUNT
    from store.accounts import Accounts
    from store.passwords import SHORTEST, hashed

    if len(password) < SHORTEST:
        raise too_short(SHORTEST)
    settings = from_environ()
    if not Accounts(settings.database_url).set_password(name, hashed(password)):
        raise no_account(name)
    if name == FIRST_ACCOUNT:
        forget(settings.var, "admin_password")
    click.echo(f"{name}: another password is in force")
