"""The processes of an installation, in the order in which they start."""

from __future__ import annotations

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from console.run import freeswitch, redis_server, switch_socket
from console.run.processes import Farewell, Program, sigterm
from schemas.settings import Address, Settings, private_redis_socket


def redis_program(settings: Settings) -> Program | None:
    """The private Redis, or None when one was named."""
    if settings.redis_url:
        return None
    path = private_redis_socket(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = settings.var / "redis"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    server = redis_server.find_server(settings.var, production=settings.env == "production")
    line = redis_server.command(server, path, data)
    return Program(
        "redis", line, ready=lambda: redis_server.answers(path),
        alive=lambda: redis_server.lives(path), frozen_seconds=10.0,
    )  # fmt: skip


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


class NoSwitch(Exception):
    """RELAIS_SWITCH asks for FreeSWITCH and there is none."""


def switch_program(settings: Settings) -> Program:
    """FreeSWITCH when one is found (and not refused by RELAIS_SWITCH), the demonstration switch otherwise."""
    found = _installed(settings)
    if found is not None:
        return _freeswitch_program(found, settings)
    if settings.switch == "freeswitch":
        raise NoSwitch("RELAIS_SWITCH=freeswitch, and no FreeSWITCH is here; name one with FREESWITCH_BIN")
    return Program(
        "switch", [sys.executable, "-m", "demo_switch"], ready=_listens(settings.event_socket), essential=True
    )


def _installed(settings: Settings) -> Path | None:
    return None if settings.switch == "demo" else freeswitch.find(os.environ)


def _freeswitch_program(found: Path, settings: Settings) -> Program:
    freeswitch.configure(settings)
    profiles = freeswitch.profiles()
    return Program(
        "switch", freeswitch.command(found, settings),
        ready=lambda: switch_socket.is_ready(settings, profiles), ready_seconds=40.0, essential=True,
        farewells=(
            Farewell(lambda _: switch_socket.end_kindly(settings), 1.0),
            Farewell(lambda _: switch_socket.hang_up_all(settings), 0.3),
            Farewell(lambda _: switch_socket.end_now(settings), 0.8),
            Farewell(sigterm, 1.0),
        ),
    )  # fmt: skip


def is_demonstration(program: Program) -> bool:
    """Whether this switch is the stand-in, which speaks no SIP."""
    return "demo_switch" in program.command


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
        *([("RELAIS_DEMO_CONTROL", settings.demo_control, False)] if _installed(settings) is None else []),
    ]


def taken_ports(settings: Settings) -> list[str]:
    """One sentence for each port that somebody else uses, or that two settings ask for."""
    problems = []
    asked: dict[tuple[Address, bool], str] = {}
    for setting, address, udp in listens_on(settings):
        other = asked.setdefault((address, udp), setting)
        if other != setting:
            problems.append(f"{address} is asked for twice, by {other} and by {setting}")
        elif not _free(address, udp):
            problems.append(f"{address} is in use by another program; choose another with {setting}")
    return problems


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
    # Our own processes are asked by none of the proxies that the environment may name.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask() -> bool:
        try:
            with opener.open(f"http://{address}{path}", timeout=0.5) as answer:
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
