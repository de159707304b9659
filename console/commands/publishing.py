"""Publishing from the command line: a revision that is saved and cannot be published is told as that."""

from __future__ import annotations

from console.commands.terminal import refused
from schemas.secrets import read_secret
from schemas.settings import Settings
from store.documents import Documents


def publish(documents: Documents, company: str, settings: Settings) -> None:
    """The newest revision, in force within a second; ClickException when its file cannot be written."""
    try:
        documents.publish(company, settings.snapshots, read_secret(settings.var, "device_key"))
    except OSError as error:
        why = f"{error.filename or settings.snapshots}: {error.strerror}"
        raise refused(
            f"{company} est enregistrée, mais n'a pas pu être mise en vigueur ({why}) ; les appels suivent encore la révision"
            " précédente : réparez cela, puis enregistrez de nouveau",
            f"{company} is saved, but could not be put in force ({why}); calls still follow the revision before: mend that,"
            " then save again",
        ) from None
