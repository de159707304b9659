"""`relais export`: a company document on standard output, as YAML."""

from __future__ import annotations

import click


@click.command("export")
@click.argument("company")
def command(company: str) -> None:
    """Write the newest revision of COMPANY to standard output."""
    from schemas.company import dump_company
    from schemas.settings import from_environ
    from store.documents import Documents

    found = Documents(from_environ().database_url).load(company)
    if found is None:
        raise click.ClickException(f"there is no company {company}")
    click.echo(dump_company(found[1]), nl=False)
