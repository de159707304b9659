"""Options that several commands have, so that they are spelt the same everywhere."""

from __future__ import annotations

from pathlib import Path

import click

company = click.option(
    "--company",
    "named",
    required=True,
    type=click.Path(path_type=Path),
    help="A company's document, or the id of a saved company.",
)
language = click.option(
    "--lang", "--language", "language", type=click.Choice(["fr", "en"]), default="en", show_default=True
)
