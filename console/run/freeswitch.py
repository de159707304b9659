"""Finds an installed FreeSWITCH, writes its configuration, says how to run it and how to stop it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from schemas.dialplan_fields import DIALPLAN_FIELDS
from schemas.secrets import read_secret
from schemas.settings import Settings

_TEMPLATES = Path(__file__).resolve().parents[2] / "freeswitch_conf"
_PLACES = ("/usr/local/freeswitch/bin/freeswitch", "/usr/bin/freeswitch")
_SWITCH_FOLDERS = (
    "log",
    "db",
    "run",
    "scripts",
    "storage",
    "recordings",
    "cache",
    "temp",
    "certs",
    "grammar",
)
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of ours alone in it
_PASSING = ("log", "temp")
"""Where each answer of the web server is a file for a moment, three times (switch_xml.c, mod_xml_curl.c): a file system in memory
spares the disk. The log itself is in VAR/fs/log (logfile.conf)."""
_NAME = re.compile(r"\{\{(\w+)\}\}")


class TemplateRefused(Exception):
    """A template names something that nobody fills in."""


def find(environ: Mapping[str, str]) -> Path | None:
    """The program, or None: the one FREESWITCH_BIN names and no other, else that of PATH, then the usual places."""
    named = environ.get("FREESWITCH_BIN", "")
    candidates = [named] if named else [shutil.which("freeswitch") or "", *_PLACES]
    return next((Path(candidate) for candidate in candidates if _runs(candidate)), None)


def unusable(environ: Mapping[str, str]) -> str:
    """What FREESWITCH_BIN names, when that is no program; else empty."""
    named = environ.get("FREESWITCH_BIN", "")
    return "" if _runs(named) else named


def _runs(candidate: str) -> bool:
    return bool(candidate) and os.access(candidate, os.X_OK) and Path(candidate).is_file()


def modules_folder(program: Path) -> Path | None:
    """Where this installation keeps its modules."""
    prefix = program.resolve().parent.parent
    for folder in (prefix / "mod", prefix / "lib" / "freeswitch" / "mod", Path("/usr/lib/freeswitch/mod")):
        if (folder / "mod_sofia.so").exists():
            return folder
    return None


def command(program: Path, settings: Settings) -> list[str]:
    """The command line: private folders, in the foreground, no console, no NAT guessing."""
    home = settings.var / "fs"
    line = [str(program), "-nonat", "-nf", "-nc", "-np", "-conf", str(home / "conf")]
    passing = _passing_folder(settings)
    for folder in _SWITCH_FOLDERS:
        line += [f"-{folder}", str((passing if folder in _PASSING else home) / folder)]
    line += ["-sounds", str(settings.sounds)]
    modules = modules_folder(program)
    return [*line, "-mod", str(modules)] if modules else line


def configure(settings: Settings) -> None:
    """Write VAR/fs/conf from the templates, and the gateway file once. TemplateRefused for a hole."""
    home = settings.var / "fs"
    for name in (*_SWITCH_FOLDERS, "voicemail"):
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    clean(settings)
    for name in _PASSING:
        (_passing_folder(settings) / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    values = _values(settings)
    shutil.rmtree(home / "conf", ignore_errors=True)
    for template in sorted((_TEMPLATES / "conf").rglob("*.xml")):
        target = home / "conf" / template.relative_to(_TEMPLATES / "conf")
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, _fill(template, values))
    gateways = settings.var / "gateways"
    gateways.mkdir(exist_ok=True)
    if not (gateways / "trunk.xml").exists():
        _write(gateways / "trunk.xml", _fill(_TEMPLATES / "trunk.xml", values))


def clean(settings: Settings) -> None:
    """Take away what was in memory: of a run that is over, or of one that was killed before this one."""
    if _passing_folder(settings).parent == _MEMORY:
        shutil.rmtree(_passing_folder(settings), ignore_errors=True)


def _passing_folder(settings: Settings) -> Path:
    """A folder of ours alone in memory, else VAR/fs: anybody may write to /dev/shm, and may have been there before us."""
    name = hashlib.sha256(str(settings.var.resolve()).encode()).hexdigest()[:16]
    folder = _MEMORY / f"relais-{os.getuid()}-{name}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return settings.var / "fs"
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return folder if ours else settings.var / "fs"


def profiles() -> set[str]:
    """The SIP profiles the configuration has: a file each."""
    return {file.stem for file in (_TEMPLATES / "conf" / "sip_profiles").glob("*.xml")}


def _write(target: Path, text: str) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _fill(template: Path, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError as error:
            raise TemplateRefused(f"{template.name}: nothing fills {match[0]}") from error

    return re.sub(_NAME, value, re.sub(r"<!--.*?-->", "", template.read_text(), flags=re.S))


def _values(settings: Settings) -> dict[str, str]:
    home = settings.var / "fs"
    plain = {
        "sessions_per_second": "300",
        "max_sessions": "4000",
        "rtp_start": str(settings.rtp_ports[0]),
        "rtp_end": str(settings.rtp_ports[1]),
        "node": settings.node,
        "switch_log_level": "info" if settings.env == "development" else "warning",
        "switch_log_levels": "console,notice,warning,err,crit,alert",
        "event_socket_host": settings.event_socket.host,
        "event_socket_port": str(settings.event_socket.port),
        "event_socket_password": read_secret(settings.var, "event_socket"),
        "directory_mirror": str(settings.directory_mirror),
        "failsafe_file": str(settings.failsafe_file),
        "music": str(settings.sounds / "music"),
        "sounds": str(settings.sounds),
        "voicemail": str(home / "voicemail"),
        "switch_db": str(home / "db"),
        "switch_log": str(home / "log" / "freeswitch.log"),
        "gateways": str(settings.var / "gateways"),
        "sip_phones_ip": settings.sip_phones.host,
        "sip_phones_port": str(settings.sip_phones.port),
        "sip_trunks_ip": settings.sip_trunks.host,
        "sip_trunks_port": str(settings.sip_trunks.port),
        "trunk_proxy": str(settings.trunk_proxy),
    }
    escaped = {name: escape(text, {'"': "&quot;"}) for name, text in plain.items()}
    nodes = [f'      <node type="allow" cidr="{network}"/>' for network in settings.trunk_addresses]
    return {
        **escaped,
        "trunk_addresses": "\n".join(nodes),
        "bindings_dialplan": _bindings(settings, "dialplan"),
        "bindings_directory": _bindings(settings, "directory"),
    }


def _bindings(settings: Settings, section: str) -> str:
    host, shared = settings.dialplan_listen.host, settings.dialplan_listen.port
    own = [settings.dialplan_worker_ports + worker for worker in range(settings.dialplan_workers)]
    password = escape(read_secret(settings.var, "xml_curl"), {'"': "&quot;"})
    fields = DIALPLAN_FIELDS if section == "dialplan" else ()
    blocks = []
    for number, port in enumerate([shared, *own]):
        lines = [
            f'    <binding name="{section} {number}">',
            f'      <param name="gateway-url" value="http://{host}:{port}/freeswitch/{section}" bindings="{section}"/>',
            f'      <param name="gateway-credentials" value="relais:{password}"/>',
            '      <param name="auth-scheme" value="basic"/>',
            '      <param name="timeout" value="1"/>',
            *(f'      <param name="enable-post-var" value="{field}"/>' for field in fields),
            "    </binding>",
        ]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)
