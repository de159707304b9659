"""Options that several commands have, spelt the same in each."""

from __future__ import annotations

import click

language = click.option(
    "--lang", "--language", "language", type=click.Choice(["fr", "en"]), default="en", show_default=True
)
