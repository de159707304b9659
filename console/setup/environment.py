"""Makes `.venv` when it is missing or out of date; run by the system's python3, standard library only.

The stamp `.venv/.ok` holds a digest of the lock file, the metadata and the Python version, so a second run costs nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / ".ok"
LOCK = ROOT / "requirements.lock"
OLDEST = (3, 11)


def main() -> int:
    """Exit status: 0 when the environment is ready."""
    if sys.version_info < OLDEST:
        return _fail(
            f"Relais needs Python {OLDEST[0]}.{OLDEST[1]} or newer, this is {sys.version.split()[0]}"
        )
    wanted = digest()
    if made_here() and STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    print(f"installing {packages()} Python packages into .venv, about a minute, once", flush=True)
    STAMP.unlink(missing_ok=True)  # from here on until the end it is neither the old one nor the new one
    try:
        create()
        install()
    except subprocess.CalledProcessError as error:
        print(error.stdout, file=sys.stderr)
        return _fail(f"failed: {' '.join(map(str, error.cmd[:6]))} … (exit {error.returncode})")
    except KeyboardInterrupt:
        return _fail("stopped; the next `make run` begins here again")
    except OSError as error:
        return _fail(f"failed: {error.filename}: {error.strerror}; install it, then try again")
    STAMP.write_text(wanted)
    return 0


def made_here() -> bool:
    """False for the environment of a checkout that was moved or copied: its programs begin with the path of the old one."""
    settings = VENV / "pyvenv.cfg"
    lines = settings.read_text(encoding="utf-8").splitlines() if settings.exists() else []
    commands = [line for line in lines if line.startswith("command = ")]  # from Python 3.11 on
    return all(line.endswith(f" {VENV}") for line in commands)


def digest() -> str:
    """What the environment depends on."""
    parts = (LOCK.read_bytes(), (ROOT / "setup.cfg").read_bytes(), sys.version.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def packages() -> int:
    """How many the lock file pins."""
    return sum("==" in line and not line[0].isspace() for line in LOCK.read_text().splitlines())


def create() -> None:
    """An empty environment with pip, also where Debian's python3-venv is not installed."""
    if (
        made_here()
        and (VENV / "bin" / "python").exists()
        and _runs(VENV / "bin" / "python", "-m", "pip", "--version")
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not _runs(sys.executable, "-m", "venv", str(VENV)):
        shutil.rmtree(VENV, ignore_errors=True)
        _run(sys.executable, "-m", "venv", "--without-pip", str(VENV))
        with tempfile.TemporaryDirectory() as folder:
            _run(VENV / "bin" / "python", debian_pip(Path(folder)) / "pip", "install", "-q", "pip")


def debian_pip(folder: Path) -> Path:
    """Debian's own pip wheel, unpacked without root; a wheel runs from its file."""
    found = sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    if not found:
        _run("apt-get", "download", "-q", "python3-pip-whl", cwd=folder)
        _run("dpkg", "-x", str(next(folder.glob("*.deb"))), str(folder))
        found = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    return found[-1]


def install() -> None:
    """Everything of the lock file, by hash, then this checkout."""
    python = VENV / "bin" / "python"
    # Debian's pip of 2023 would build source distributions the old way.
    _run(python, "-m", "pip", "install", "-q", "-U", "pip", "setuptools>=77")
    _run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK))
    _run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", str(ROOT))


def _run(*command: object, cwd: Path = ROOT) -> None:
    """CalledProcessError with all that the command said; when it works nobody wants to read it."""
    words = [str(word) for word in command]
    subprocess.run(words, cwd=cwd, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def _runs(*command: object) -> bool:
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode == 0


def _fail(message: str) -> int:
    print(f"relais: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
