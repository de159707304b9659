"""The processes of an installation, in the order in which they start."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from console.run import freeswitch, redis_server
from console.run.processes import Program
from schemas.settings import Address, Settings, private_redis_socket


def redis_program(settings: Settings) -> Program | None:
    """The private Redis, or None when one was named."""
    if settings.redis_url:
        return None
    path = private_redis_socket(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = settings.var / "redis"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = redis_server.command(redis_server.find_server(settings.var), path, data)
    return Program("redis", line, ready=lambda: redis_server.answers(path), stop_seconds=2.0)


def our_programs(settings: Settings) -> list[Program]:
    """Dialplan workers, console, controller."""
    host = settings.dialplan_listen.host
    ports = [settings.dialplan_worker_ports + k for k in range(settings.dialplan_workers)]
    workers = [
        Program(
            f"dialplan-{k}", [sys.executable, "-m", "dialplan_server", "--worker", str(k)],
            ready=_answers(Address(host, port), "/health/ready"),
            alive=_answers(Address(host, port), "/health/live"),
        )
        for k, port in enumerate(ports)
    ]  # fmt: skip
    console = Program(
        "console", [sys.executable, "-m", "console"], ready=_answers(settings.console_listen, "/health/ready")
    )
    controller = Program(
        "controller", [sys.executable, "-m", "controller"],
        ready=_answers(settings.controller_listen, "/health/live"),
        alive=_answers(settings.controller_listen, "/health/live"), frozen_seconds=5.0,
    )  # fmt: skip
    return [*workers, console, controller]


def switch_program(settings: Settings) -> Program:
    """FreeSWITCH when one is found (and not refused by RELAIS_SWITCH), the demonstration switch otherwise."""
    ready = _listens(settings.event_socket)
    found = None if settings.switch == "demo" else freeswitch.find(os.environ)
    if found is None:
        return Program("switch", [sys.executable, "-m", "demo_switch"], ready=ready)
    freeswitch.configure(settings)
    line = freeswitch.command(found, settings)
    return Program(
        "switch", line, ready=ready, ready_seconds=40.0, ask_to_stop=lambda: freeswitch.stop_softly(settings)
    )


def names_switch(program: Program) -> str:
    """How the switch is called on the screen."""
    return (
        "demonstration switch" if "demo_switch" in program.command else f"FreeSWITCH ({program.command[0]})"
    )


def listens_on(settings: Settings) -> list[tuple[str, Address, bool]]:
    """Every port we need: the setting that changes it, the address, whether it is UDP."""
    host = settings.dialplan_listen.host
    own = [Address(host, settings.dialplan_worker_ports + k) for k in range(settings.dialplan_workers)]
    return [
        ("RELAIS_DIALPLAN_LISTEN", settings.dialplan_listen, False),
        *(("RELAIS_DIALPLAN_WORKER_PORTS", address, False) for address in own),
        ("RELAIS_CONSOLE_LISTEN", settings.console_listen, False),
        ("RELAIS_CONTROLLER_LISTEN", settings.controller_listen, False),
        ("RELAIS_EVENT_SOCKET", settings.event_socket, False),
        ("RELAIS_SIP_PHONES", settings.sip_phones, True),
        ("RELAIS_SIP_TRUNKS", settings.sip_trunks, True),
    ]


def taken_ports(settings: Settings) -> list[str]:
    """One sentence for each port somebody else uses."""
    return [
        f"{address} is in use by another program; choose another with {setting}=host:port"
        for setting, address, udp in listens_on(settings)
        if not _free(address, udp)
    ]


def _free(address: Address, udp: bool) -> bool:
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0 if udp else 1)
        try:
            probe.bind((address.host, address.port))
        except OSError:
            return False
    return True


def _answers(address: Address, path: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(f"http://{address}{path}", timeout=0.5) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False

    return ask


def _listens(address: Address) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            socket.create_connection((address.host, address.port), timeout=0.5).close()
        except OSError:
            return False
        return True

    return ask


def wipe(folder: Path) -> None:
    """An empty folder, for what must not survive a restart."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
