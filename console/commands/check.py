"""`relais check`: what is wrong with a company document."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec

from console.commands import options
from routing.company import CompanyDocument, Language
from routing.lint_findings import Finding


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--on",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to judge from. Default: today, where the company is.",
)
@options.language
def command(file: Path, as_json: bool, today: datetime | None, language: Language) -> None:
    """Say what is wrong with the company in FILE, or probably not meant, and where; exit status 1 for errors."""
    from routing.lint import lint
    from routing.lint_sentences import sentence
    from schemas.company import Checked, check_company

    checked = check_company(file)
    problems = checked if isinstance(checked, list) else []
    findings: tuple[Finding, ...] = ()
    if isinstance(checked, Checked):
        findings = lint(checked.document, _day(checked.document, today), obeyed=checked.obeyed)
    if as_json:
        told = {"problems": msgspec.to_builtins(problems), "findings": msgspec.to_builtins(findings)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        lines = [problem.written(file.name, language) for problem in problems]
        lines += [f"{f.level:5} {f.id} {f.path}: {sentence(f, language)}" for f in findings]
        click.echo("\n".join(lines) or ("tout va bien" if language == "fr" else "ok"))
    sys.exit(1 if problems or any(finding.level == "error" for finding in findings) else 0)


def _day(document: CompanyDocument, asked: datetime | None) -> date:
    return (asked or datetime.now(ZoneInfo(document.account.time_zone))).date()
