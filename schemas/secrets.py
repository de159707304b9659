"""The installation's secrets: files of VAR/secrets, generated on first use, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_NAMES = ("event_socket", "xml_curl", "admin_password", "device_key")
_BYTES = 24


def read_secret(var: Path, name: str) -> str:
    """The secret, made first when it does not exist. Two processes that make it at once agree on one."""
    if name not in _NAMES:
        raise KeyError(name)
    path = var / "secrets" / name
    if not path.exists():
        _create(path, secrets.token_urlsafe(_BYTES))
    return path.read_text().strip()


def exists(var: Path, name: str) -> bool:
    """True when the secret was made before."""
    return (var / "secrets" / name).exists()


def forget(var: Path, name: str) -> None:
    """The secret is no longer in force."""
    (var / "secrets" / name).unlink(missing_ok=True)


def _create(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
    try:
        os.link(draft, path)  # fails when somebody else was first; theirs stands
    except FileExistsError:
        pass
    finally:
        draft.unlink()
