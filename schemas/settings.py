"""The settings of an installation, parsed once from the environment, every mistake told at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

T = TypeVar("T")
Word = TypeVar("Word", bound=str)


class Address(msgspec.Struct, frozen=True):
    """A host and a port to listen on or to connect to."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the processes of one installation are told. Paths are absolute."""

    var: Path
    env: Literal["development", "production"]
    redis_url: str
    """Empty: a private Redis on a unix socket, see `private_redis_url`."""
    database_url: str
    dialplan_listen: Address
    dialplan_worker_ports: int
    dialplan_workers: int
    console_listen: Address
    controller_listen: Address
    event_socket: Address
    sip_phones: Address
    sip_trunks: Address
    trunk_proxy: Address
    trunk_addresses: tuple[str, ...]
    rtp_ports: tuple[int, int]
    demo_control: Address
    switch: Literal["auto", "freeswitch", "demo"]
    node: str
    more_nodes: dict[str, Address]
    """Other switches that this installation's controller may follow, by their names."""
    clock: str
    time_server: Address | None
    """Whom to ask whether the clock is right."""
    check_xml: bool
    log_level: Literal["debug", "info", "warning", "error"]

    @property
    def snapshots(self) -> Path:
        """Where published companies are."""
        return self.var / "snapshots"

    @property
    def sounds(self) -> Path:
        """Built-in prompts by language, music under `music`."""
        return self.var / "sounds"

    @property
    def prompts(self) -> Path:
        """Companies' own recordings, a folder each."""
        return self.var / "prompts"

    @property
    def recordings(self) -> Path:
        """Recorded calls, a folder for each company."""
        return self.var / "recordings"

    @property
    def failsafe_file(self) -> Path:
        """The dialplan of last resort, rewritten at each published revision."""
        return self.var / "fs" / "failsafe.xml"

    @property
    def directory_mirror(self) -> Path:
        """The directory as a file, rewritten at each published revision."""
        return self.var / "fs" / "directory.xml"


class SettingsRefused(Exception):
    """One line for each setting that cannot be used: its name, its value, what is allowed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Reader:
    """Reads variables and remembers what was wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def read(self, name: str, default: str, parse: Callable[[str], T], allowed: str) -> T:
        """The parsed value; the default's when it is wrong, and the problem noted."""
        text = self._environ.get(name, "") or default
        try:
            return parse(text)
        except ValueError:
            self.problems.append(f"{name}={text!r} cannot be used: {allowed}")
            return parse(default)


def from_environ(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings; SettingsRefused with every problem found."""
    reader = _Reader(os.environ if environ is None else environ)
    address = "host:port, for example 127.0.0.1:8800"
    settings = Settings(
        var=Path(reader.read("RELAIS_VAR", "var", _path, "a folder")),
        env=reader.read(
            "RELAIS_ENV", "development", _one_of("development", "production"), "development or production"
        ),
        redis_url=reader.read("REDIS_URL", "", _redis_url, "redis://host:port/n or unix://path"),
        database_url=reader.read(
            "RELAIS_DATABASE_URL", "", _database_url, "sqlite:///file or postgresql://user:password@host/name"
        ),
        dialplan_listen=reader.read("RELAIS_DIALPLAN_LISTEN", "127.0.0.1:8800", _address, address),
        dialplan_worker_ports=reader.read("RELAIS_DIALPLAN_WORKER_PORTS", "8810", _port, "1 to 65535"),
        dialplan_workers=reader.read(
            "RELAIS_DIALPLAN_WORKERS", str(max(2, os.cpu_count() or 2)), _count, "2 to 64"
        ),
        console_listen=reader.read("RELAIS_CONSOLE_LISTEN", "127.0.0.1:8801", _address, address),
        controller_listen=reader.read("RELAIS_CONTROLLER_LISTEN", "127.0.0.1:8803", _address, address),
        event_socket=reader.read("RELAIS_EVENT_SOCKET", "127.0.0.1:8021", _address, address),
        sip_phones=reader.read("RELAIS_SIP_PHONES", "127.0.0.1:5060", _address, address),
        sip_trunks=reader.read("RELAIS_SIP_TRUNKS", "127.0.0.1:5080", _address, address),
        trunk_proxy=reader.read("RELAIS_TRUNK_PROXY", "127.0.0.1:5090", _address, address),
        trunk_addresses=reader.read(
            "RELAIS_TRUNK_ADDRESSES", "127.0.0.1/32", _networks, "networks, a.b.c.d/n, by commas"
        ),
        rtp_ports=reader.read("RELAIS_RTP_PORTS", "16384-32768", _port_range, "first-last"),
        demo_control=reader.read("RELAIS_DEMO_CONTROL", "127.0.0.1:8802", _address, address),
        switch=reader.read(
            "RELAIS_SWITCH", "auto", _one_of("auto", "freeswitch", "demo"), "auto, freeswitch or demo"
        ),
        node=reader.read("RELAIS_NODE", "node-1", _name, "letters, digits and -"),
        more_nodes=reader.read(
            "RELAIS_MORE_NODES", "", _nodes, "name=host:port by commas, for example node-2=10.0.0.2:8021"
        ),
        clock=reader.read("RELAIS_CLOCK", "", str, "the path of a clock file"),
        time_server=reader.read("RELAIS_TIME_SERVER", "", _time_server, "host, or host:port"),
        check_xml=reader.read("RELAIS_CHECK_XML", "0", _one_of("0", "1"), "0 or 1") == "1",
        log_level=reader.read(
            "RELAIS_LOG_LEVEL",
            "info",
            _one_of("debug", "info", "warning", "error"),
            "debug, info, warning or error",
        ),
    )
    if settings.clock and settings.env == "production":
        reader.problems.append("RELAIS_CLOCK is refused in production: time is not for setting there")
    if reader.problems:
        raise SettingsRefused(reader.problems)
    if not settings.database_url:
        return msgspec.structs.replace(settings, database_url=f"sqlite:///{settings.var / 'relais.db'}")
    return settings


def private_redis_socket(settings: Settings) -> Path:
    """The socket of the private Redis; a short folder of /run or /tmp when the path is too long for one."""
    wanted = settings.var / "redis.sock"
    if len(str(wanted)) < _LONGEST_SOCKET:
        return wanted
    digest = f"{hash_of(str(settings.var)):08x}"
    runtime = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"  # noqa: S108 - the folder below it is 0700
    return Path(runtime) / f"relais-{os.getuid()}-{digest}" / "redis.sock"


def redis_url(settings: Settings) -> str:
    """The Redis to use: the one named, else the private one."""
    return settings.redis_url or f"unix://{private_redis_socket(settings)}"


_LONGEST_SOCKET = 100


def hash_of(text: str) -> int:
    """A small stable number of a text (Python's own changes with each process)."""
    value = 5381
    for byte in text.encode():
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value


def _path(text: str) -> str:
    return str(Path(text).expanduser().absolute())


def _one_of(*words: Word) -> Callable[[str], Word]:
    def parse(text: str) -> Word:
        for word in words:
            if text == word:
                return word
        raise ValueError(text)

    return parse


def _time_server(text: str) -> Address | None:
    return _address(text if ":" in text else f"{text}:123") if text else None


def _database_url(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError(text)
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def _redis_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "unix://", "redis+unix://")):
        raise ValueError(text)
    return text


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError(text)
    return port


def _count(text: str) -> int:
    count = int(text)
    if not 2 <= count <= 64:
        raise ValueError(text)
    return count


def _address(text: str) -> Address:
    host, colon, port = text.rpartition(":")
    if not colon or not host:
        raise ValueError(text)
    return Address(host, _port(port))


def _port_range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if _port(first) >= _port(last):
        raise ValueError(text)
    return int(first), int(last)


def _networks(text: str) -> tuple[str, ...]:
    import ipaddress

    return tuple(str(ipaddress.ip_network(part.strip())) for part in text.split(",") if part.strip())


def _nodes(text: str) -> dict[str, Address]:
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    return {_name(name): _address(address) for name, _, address in pairs}


def _name(text: str) -> str:
    if not text.replace("-", "").isalnum():
        raise ValueError(text)
    return text
