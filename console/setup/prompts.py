"""Installs the built-in prompts and the music: Debian's studio recordings, tones where that is impossible.

Layout under the sounds folder: `<language>/core/*.wav` the recordings as they come, `<language>/digits` and `<language>/time`
what the switch's `say` looks for (spoken.yaml), `<language>/<name>.wav` one file for each name of prompts.yaml, `music/default/*.wav`.
All are 8 kHz, mono, 16 bit. `LICENSES` says whose they are. Installed once, shared by every data folder.
"""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable, Iterable
from pathlib import Path

from ruamel.yaml import YAML

RATE = 8000
_SHARED = Path(__file__).resolve().parents[2] / "var" / "sounds"
_NAMES = Path(__file__).with_name("prompts.yaml")
_SPOKEN = Path(__file__).with_name("spoken.yaml")
_SAMPLE = Path(__file__).with_name("sample_prompts.yaml")
_PACKAGES = ("asterisk-core-sounds-fr-wav", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav")
_VOICES = {"fr": "sounds/fr_CA_f_June", "en": "sounds/en_US_f_Allison"}
_STAMP = ".installed"
_VERSION = "5"
_DOWNLOAD_SECONDS = 180


def install(sounds: Path, say: Callable[[str], None]) -> None:
    """Fill the folder when it is not filled, or only in part: the stamp is written last; a data folder elsewhere links to the
    checkout's own."""
    if _installed(sounds):
        return
    if sounds != _SHARED:
        install(_SHARED, say)
        _link(sounds)
        return
    sounds.mkdir(parents=True, exist_ok=True)
    finished = (sounds / _STAMP).exists()
    if finished and all((sounds / language / "core").is_dir() for language in _VOICES):
        for language in _VOICES:  # the recordings are there: an earlier version made less of them
            _join_names(sounds / language, language)
        (sounds / _STAMP).write_text(_stamp())
        return
    with tempfile.TemporaryDirectory() as folder:
        found = _download(Path(folder), say)
        for language in _VOICES:
            _install_language(sounds, language, found)
        _install_music(sounds, found)
        _install_licences(sounds, Path(folder))
    (sounds / _STAMP).write_text(_stamp())


def install_sample(folder: Path, sounds: Path) -> None:
    """The sample company's recordings, all of them and once: whoever takes some away does not get them back."""
    if folder.exists():
        return
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)  # of a set-up that was stopped
    draft.mkdir(parents=True)
    for name, parts in YAML(typ="safe", pure=True).load(_SAMPLE.read_text()).items():
        spoken = [file for language in _VOICES for file in _files(sounds / language, parts)]
        _join(draft / f"{name}.wav", [file for file in spoken if file.exists()])
    draft.rename(folder)


def prompt_names() -> dict[str, list[str]]:
    """Built-in names and the recordings each is made of."""
    loaded = YAML(typ="safe", pure=True).load(_NAMES.read_text())
    return {str(name): [str(part) for part in parts] for name, parts in loaded.items()}


def spoken_names(language: str) -> dict[str, list[str]]:
    """Files that `say` looks for in a language, and the recordings each is made of."""
    loaded = YAML(typ="safe", pure=True).load(_SPOKEN.read_text())
    return {
        str(name): [str(part) for part in parts]
        for of in ("both", language)
        for name, parts in loaded[of].items()
    }


def _installed(sounds: Path) -> bool:
    stamp = sounds / _STAMP
    return stamp.exists() and stamp.read_text() == _stamp()


def _stamp() -> str:
    """What the files are made by: this module's version, and the two lists of names."""
    lists = hashlib.sha256(_NAMES.read_bytes() + _SPOKEN.read_bytes()).hexdigest()
    return f"{_VERSION} {lists[:16]}"


def _link(sounds: Path) -> None:
    sounds.parent.mkdir(parents=True, exist_ok=True)
    if sounds.is_symlink():
        sounds.unlink()
    elif sounds.exists():
        shutil.rmtree(sounds)
    sounds.symlink_to(_SHARED, target_is_directory=True)


def _download(folder: Path, say: Callable[[str], None]) -> Path | None:
    say("fetching prompts and music (50 MB, once)")
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        say("  no apt here: tones instead of voices")
        return None
    try:
        subprocess.run(
            ["apt-get", "download", "-q", *_PACKAGES], cwd=folder, check=True, capture_output=True,
            timeout=_DOWNLOAD_SECONDS,
        )  # fmt: skip
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True, timeout=60)
    except (subprocess.SubprocessError, OSError):
        say("  the packages cannot be had now: tones instead of voices; delete var/sounds to try again")
        return None
    return folder / "usr" / "share" / "asterisk"


def _install_language(sounds: Path, language: str, found: Path | None) -> None:
    home = sounds / language
    home.mkdir(parents=True, exist_ok=True)
    if found is not None:
        shutil.copytree(found / _VOICES[language], home / "core", dirs_exist_ok=True)
        _relink(home / "digits", Path("core/digits"))
    _join_names(home, language)


def _join_names(home: Path, language: str) -> None:
    for name, parts in prompt_names().items():
        _join(home / f"{name}.wav", [file for file in _files(home, parts) if file.exists()])
    for name, parts in spoken_names(language).items():
        files = _files(home, parts)
        if all(file.exists() for file in files):
            (home / name).parent.mkdir(exist_ok=True)
            _join(home / f"{name}.wav", files)


def _files(home: Path, parts: Iterable[str]) -> list[Path]:
    return [home / "core" / f"{part}.wav" for part in parts]


def _relink(link: Path, target: Path) -> None:
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)  # what an earlier version put there
    if not link.is_symlink():
        link.symlink_to(target, target_is_directory=True)


def _install_music(sounds: Path, found: Path | None) -> None:
    folder = sounds / "music" / "default"
    folder.mkdir(parents=True, exist_ok=True)
    pieces = sorted((found / "moh").glob("*.wav")) if found is not None else []
    for piece in pieces:
        shutil.copy(piece, folder)
    if not pieces:
        write_wave(folder / "tones.wav", _melody())


def _install_licences(sounds: Path, folder: Path) -> None:
    parts = [
        f"{file.parent.name}\n\n{file.read_text()}"
        for file in sorted(folder.glob("usr/share/doc/*/copyright"))
    ]
    (sounds / "LICENSES").write_text("\n\n".join(parts) or "Tones made by Relais itself: MIT.\n")


def _join(target: Path, files: Iterable[Path]) -> None:
    """One file of several, 150 ms between; a rising tone when there is none."""
    gap = b"\0\0" * (RATE * 15 // 100)
    sound = gap.join(_samples(file) for file in files)
    write_wave(target, sound or tone((440, 554, 659), 0.25))


def _samples(file: Path) -> bytes:
    with wave.open(str(file)) as source:
        samples: bytes = source.readframes(source.getnframes())
        return samples


def tone(frequencies: Iterable[int], seconds: float) -> bytes:
    """16-bit samples of one sine after the other."""
    count = int(RATE * seconds)
    values = (
        int(9000 * math.sin(2 * math.pi * frequency * n / RATE))
        for frequency in frequencies
        for n in range(count)
    )
    return b"".join(struct.pack("<h", value) for value in values)


def _melody() -> bytes:
    return tone((523, 659, 784, 659, 587, 698, 880, 698), 0.6)


def write_wave(target: Path, samples: bytes) -> None:
    """A whole file or none: written beside, then renamed."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with wave.open(str(draft), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    draft.rename(target)


if __name__ == "__main__":
    try:
        install(_SHARED, print)
    except KeyboardInterrupt:
        sys.exit("relais: stopped; the next `make run` begins here again")
