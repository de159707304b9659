"""`relais export`: a company document on standard output, as YAML."""

from __future__ import annotations

import click

from console.commands.terminal import refused


@click.command("export")
@click.argument("company", required=False)
def command(company: str | None) -> None:
    """Write the newest revision of COMPANY, or of the only one there is, to standard output."""
    from schemas.company import dump_company
    from schemas.settings import from_environ
    from store.documents import Documents

    documents = Documents(from_environ().database_url)
    companies = documents.companies()
    wanted = company or (companies[0] if len(companies) == 1 else "")
    found = documents.load(wanted) if wanted else None
    if found is None:
        known = ", ".join(companies) or "– (`relais import`)"
        raise refused(
            f"{f'il n’y a pas d’entreprise « {company} »' if company else 'dites quelle entreprise'} ; il y a : {known}",
            f"{f'there is no company “{company}”' if company else 'say which company'}; there are: {known}",
        )
    click.echo(dump_company(found[1]), nl=False)
