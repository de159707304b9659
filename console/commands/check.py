"""`relais check`: what is wrong with a company document."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import msgspec


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="en")
def command(file: Path, as_json: bool, language: str) -> None:
    """Say what is wrong with the company in FILE; exit status 1 when something is."""
    from schemas.company import load_company

    loaded = load_company(file)
    problems = loaded if isinstance(loaded, list) else []
    if as_json:
        click.echo(json.dumps([msgspec.to_builtins(problem) for problem in problems], ensure_ascii=False))
    elif problems:
        for problem in problems:
            click.echo(f"{problem.path or file.name}: {problem.fr if language == 'fr' else problem.en}")
    else:
        click.echo("ok" if language == "en" else "tout va bien")
    sys.exit(1 if problems else 0)
