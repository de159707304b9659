"""A PostgreSQL of the tests' own: on a unix socket in a folder of its own, ended with the session."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class PostgreSQL:
    """The programs of one installation, and the server that runs of them."""

    def __init__(self, programs: Path) -> None:
        self._programs, self._home = programs, Path()
        self._names = (f"relais_{n}" for n in itertools.count())
        # It refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None

    @classmethod
    def found(cls) -> PostgreSQL | None:
        """The newest installed; Debian keeps its programs out of the path."""
        places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
        first = shutil.which("initdb") or (str(places[-1]) if places else None)
        return cls(Path(first).resolve().parent) if first else None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Started, and ended."""
        with tempfile.TemporaryDirectory(prefix="relais-test-") as folder:
            self._home = Path(folder)
            if self._user is not None:
                os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
            data = f"{folder}/data"
            self._run(
                "initdb", "-D", data, "-U", "relais", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"
            )
            options = f"-c listen_addresses='' -k {folder} -c fsync=off"
            self._run("pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
            try:
                yield
            finally:
                self._run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")

    def new_database(self) -> str:
        """The URL of an empty one."""
        name = next(self._names)
        self._run("createdb", "-h", str(self._home), "-U", "relais", name)
        return f"postgresql+psycopg://relais@/{name}?host={self._home}"

    def _run(self, program: str, *arguments: str) -> None:
        line: Sequence[str] = (str(self._programs / program), *arguments)
        done = subprocess.run(
            line, user=self._user, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
