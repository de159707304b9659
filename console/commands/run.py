"""`relais run`: start everything, stop everything with Ctrl-C."""

from __future__ import annotations

import sys

import click


@click.command("run")
def command() -> None:
    """Start every process of the installation; Ctrl-C stops them all."""
    from console.run.start import run

    sys.exit(run())
