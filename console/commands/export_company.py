"""`relais export`: a company document on standard output, as YAML."""

from __future__ import annotations

import sys

import click


@click.command("export")
@click.argument("company")
def command(company: str) -> None:
    """Write the newest revision of COMPANY to standard output."""
    import msgspec
    from ruamel.yaml import YAML

    from schemas.settings import from_environ
    from store.documents import Documents

    found = Documents(from_environ().database_url).load(company)
    if found is None:
        raise click.ClickException(f"there is no company {company}")
    yaml = YAML(pure=True)
    yaml.width = 120
    yaml.dump(msgspec.to_builtins(found[1]), sys.stdout)
