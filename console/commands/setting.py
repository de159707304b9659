"""`relais setting`: the value that holds for a setting of a company, where it comes from and who locked it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from console.commands import options
from routing.company import Language


@click.command("setting")
@click.argument("path")
@click.option(
    "--company",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The company's document.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.language
def command(path: str, file: Path, as_json: bool, language: str) -> None:
    """Say why the setting PATH is what it is, such as users.1001.open.ring.seconds; exit status 1 when there is none."""
    from routing.resolution import ask_below
    from routing.setting_sentences import setting_text
    from schemas.company import load_company

    chosen: Language = "fr" if language == "fr" else "en"
    loaded = load_company(file)
    if isinstance(loaded, list):
        lines = [f"{problem.path or file.name}: {getattr(problem, chosen)}" for problem in loaded]
        click.echo("\n".join(lines), err=True)
        sys.exit(1)
    answers = ask_below(loaded, path)
    if not answers:
        unknown = {
            "fr": f"Il n'y a pas de réglage {path} dans ce document.",
            "en": f"There is no setting {path} in this document.",
        }
        click.echo(unknown[chosen], err=True)
        sys.exit(1)
    told: Any = msgspec.to_builtins(answers)
    lines = [line for answer in answers for line in setting_text(answer, chosen)]
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines))
