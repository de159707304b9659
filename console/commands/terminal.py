"""The language of whoever sits at the terminal, for commands that are not told one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from routing.company import Language


def spoken() -> Language:
    """French when the terminal's language is (locale(7): `LC_ALL`, `LC_MESSAGES`, `LANG`), English otherwise."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if said.lower().startswith("fr") else "en"


def refused(french: str, english: str) -> click.ClickException:
    """One message, in the terminal's language."""
    return click.ClickException(french if spoken() == "fr" else english)


def too_short(shortest: int) -> click.ClickException:
    """Of a password."""
    return refused(
        f"un mot de passe a {shortest} caractères au moins ; choisissez-en un plus long",
        f"a password has at least {shortest} characters; choose a longer one",
    )


def no_account(name: str) -> click.ClickException:
    """Nobody signs in by this name."""
    return refused(
        f"il n'y a pas de compte « {name} » ; `relais account list` les montre",
        f"there is no account “{name}”; `relais account list` shows them",
    )
