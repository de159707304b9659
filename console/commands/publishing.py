"""Publishing from the command line: a revision that is saved and cannot be published is told as that."""

from __future__ import annotations

import click

from schemas.secrets import read_secret
from schemas.settings import Settings
from store.documents import Documents


def publish(documents: Documents, company: str, settings: Settings) -> None:
    """The newest revision, in force within a second; ClickException when its file cannot be written."""
    try:
        documents.publish(company, settings.snapshots, read_secret(settings.var, "device_key"))
    except OSError as error:
        raise click.ClickException(
            f"{company} is saved, but could not be put in force ({error.filename or settings.snapshots}: {error.strerror}); "
            "calls still follow the revision before: mend that, then save again"
        ) from None
