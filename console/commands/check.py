"""`relais check`: what is wrong with a company document."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import msgspec

from routing.company import Language


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="en")
def command(file: Path, as_json: bool, language: str) -> None:
    """Say what is wrong with the company in FILE; exit status 1 when something is."""
    from routing.lint import lint
    from routing.lint_sentences import sentence
    from schemas.company import load_company

    loaded = load_company(file)
    problems = loaded if isinstance(loaded, list) else []
    findings = () if isinstance(loaded, list) else lint(loaded)
    if as_json:
        told = {"problems": msgspec.to_builtins(problems), "findings": msgspec.to_builtins(findings)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        chosen: Language = "fr" if language == "fr" else "en"
        lines = [f"{p.path or file.name}: {p.fr if language == 'fr' else p.en}" for p in problems]
        lines += [f"{f.level:5} {f.id}: {sentence(f, chosen)}" for f in findings]
        click.echo("\n".join(lines) or ("tout va bien" if language == "fr" else "ok"))
    sys.exit(1 if problems or any(finding.level == "error" for finding in findings) else 0)
