"""`relais import`: save a company document as a new revision and publish it."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import click
import msgspec

from console.commands import options
from routing.company import Language


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.language
def command(file: Path, language: Language) -> None:
    """Save FILE as the newest revision of its company; a broken file changes nothing."""
    from console.commands.asking import refuse
    from console.commands.publishing import publish
    from schemas.company import load_company
    from schemas.settings import from_environ
    from store.documents import Conflict, Documents

    loaded = load_company(file)
    if isinstance(loaded, list):
        for problem in loaded:
            click.echo(problem.written(file.name, language), err=True)
        click.echo("rien n'a été changé" if language == "fr" else "nothing was changed", err=True)
        sys.exit(1)
    settings = from_environ()
    documents = Documents(settings.database_url)
    documents.upgrade()
    known = documents.load(loaded.account.id)
    # Encoded, for the order of what a document lists by name can be a rule.
    if known is not None and msgspec.json.encode(known[1]) == msgspec.json.encode(loaded):
        publish(documents, loaded.account.id, settings)
        unchanged = (
            "rien de nouveau, reste à la révision" if language == "fr" else "nothing new, still revision"
        )
        click.echo(f"{loaded.account.id}: {unchanged} {known[0]}")
        return
    saved = documents.save(
        loaded, made_from=known[0] if known else 0, author=getpass.getuser(), note=f"imported {file.name}"
    )
    if isinstance(saved, Conflict):
        raise refuse(
            language,
            f"{saved.author} a enregistré la révision {saved.revision} entre-temps ; rien n'a été changé : recommencez",
            f"{saved.author} saved revision {saved.revision} meanwhile; nothing was changed: try again",
        )
    publish(documents, loaded.account.id, settings)
    click.echo(f"{loaded.account.id}: revision {saved.revision}")
