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
@options.company
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.language
def command(path: str, named: Path, as_json: bool, language: Language) -> None:
    """Say why the setting PATH is what it is, such as users.1001.open.ring.seconds; exit status 1 when there is none."""
    from console.commands.asking import document_of
    from routing.resolution import ask_below
    from routing.setting_sentences import setting_text

    answers = ask_below(document_of(named, language)[1], path)
    if not answers:
        unknown = {
            "fr": f"Il n'y a pas de réglage {path} dans ce document.",
            "en": f"There is no setting {path} in this document.",
        }
        click.echo(unknown[language], err=True)
        sys.exit(1)
    told: Any = msgspec.to_builtins(answers)
    lines = [line for answer in answers for line in setting_text(answer, language)]
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines))
