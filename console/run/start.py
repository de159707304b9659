"""What `relais run` does, from settings to the last line on the screen."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.run import freeswitch, programs
from console.run.freeswitch import TemplateRefused
from console.run.processes import GaveUp, Program
from console.run.redis_server import NoRedis, listens, without_password
from console.run.supervisor import NotReady, Stopped, Supervisor
from console.setup.prompts import install, install_sample
from schemas import secrets
from schemas.settings import Settings, SettingsRefused, from_environ, redis_url

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "schemas" / "examples" / "boreal.yaml"


class InUse(Exception):
    """Another `relais run` keeps this data folder, or it cannot be ours."""


def say(line: str) -> None:
    """One line on the screen."""
    print(line, flush=True)


def run() -> int:
    """Exit status: 0 after Ctrl-C, 1 when something could not start or stay up."""
    try:
        settings = from_environ()
    except SettingsRefused as refused:
        return _refuse(refused.problems)
    os.umask(0o077)  # logs and databases hold people's numbers
    try:
        with _kept(settings.var):
            return _refuse(programs.taken_ports(settings)) or _supervise(settings)
    except InUse as error:
        return _refuse([str(error)])


def _refuse(problems: list[str]) -> int:
    for problem in problems:
        say(f"relais: {problem}")
    return 1 if problems else 0


@contextmanager
def _kept(var: Path) -> Iterator[None]:
    """The data folder for us alone: two Redis servers on the same files would lose both."""
    try:
        (var / "run").mkdir(parents=True, exist_ok=True)
        opened = (var / "run" / "lock").open("a+")
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        raise InUse(f"the data folder {var} cannot be used ({why}); RELAIS_VAR names another") from None
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise InUse(f"{var} is in use by another `relais run`, process {file.read()}") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _supervise(settings: Settings) -> int:
    first_run = not secrets.exists(settings.var, "admin_password")
    if freeswitch.unusable(os.environ):
        say(f"relais: FREESWITCH_BIN names {freeswitch.unusable(os.environ)}, which is no program")
    supervisor = Supervisor(settings.var, _environment(settings), say)
    supervisor.listen_to_signals()
    try:
        _start(supervisor, settings)
        _announce(settings, supervisor, first_run)
        supervisor.watch()
    except Stopped:
        return 0
    except (NotReady, NoRedis, GaveUp, TemplateRefused, programs.NoSwitch) as error:
        say(f"relais: {error}")
        return 1
    finally:  # whatever it was: nothing that we started is left running
        say("stopping")
        supervisor.end()
        freeswitch.clean(settings)
        say("stopped")
    return 0


def _start(supervisor: Supervisor, settings: Settings) -> None:
    for name in ("event_socket", "xml_curl", "device_key"):
        secrets.read_secret(settings.var, name)
    with supervisor.interruptible():
        install(settings.sounds, say)
        install_sample(settings.prompts / SAMPLE.stem, settings.sounds)
    _start_redis(supervisor, settings)
    supervisor.run_once(_store(["seed", str(SAMPLE)]))
    supervisor.start(*programs.our_programs(settings))
    supervisor.start(programs.switch_program(settings))


def _start_redis(supervisor: Supervisor, settings: Settings) -> None:
    with supervisor.interruptible():
        ours = programs.redis_program(settings)
    if ours is not None:
        supervisor.start(ours)
    elif not listens(settings.redis_url):
        say(f"REDIS_URL: nobody answers at {without_password(settings.redis_url)}; going on without it")


def _store(words: list[str]) -> Program:
    return Program(
        f"store-{words[0]}", [sys.executable, "-m", "store", *words], ready=lambda: True, ready_seconds=60.0
    )


def _environment(settings: Settings) -> dict[str, str]:
    ours = {"RELAIS_VAR": str(settings.var), "REDIS_URL": redis_url(settings)}
    return {**os.environ, **ours, "PYTHONUNBUFFERED": "1"}


def _announce(settings: Settings, supervisor: Supervisor, first_run: bool) -> None:
    switch = supervisor.children[-1].program
    say("")
    say("Relais is running.")
    say(f"  console          http://{settings.console_listen}/")
    say(f"  dialplan server  http://{settings.dialplan_listen}/")
    for label, text in _switch_lines(switch, settings):
        say(f"  {label:16} {text}")
    say(f"  data             {settings.var}")
    say(f"  sign in          {_first_account(settings, first_run)}")
    say("  Ctrl-C stops everything.")
    say("")


def _switch_lines(switch: Program, settings: Settings) -> list[tuple[str, str]]:
    """What the switch is, and how the first call is made."""
    if programs.is_demonstration(switch):
        return [
            ("switch", f"demonstration switch, without SIP, at {settings.demo_control}"),
            ("try a call", ".venv/bin/relais demo call --to +15145550100 --press 1004@3"),
        ]
    return [
        (
            "switch",
            f"FreeSWITCH ({switch.command[0]}): phones {settings.sip_phones}, trunks {settings.sip_trunks}",
        ),
        ("register phones", "with what `.venv/bin/relais devices` lists"),
    ]


def _first_account(settings: Settings, first_run: bool) -> str:
    """The file holds the first password until another is set."""
    if not secrets.exists(settings.var, "admin_password"):
        return "with your account; `relais password admin` sets another password"
    if first_run:
        return f"admin / {secrets.read_secret(settings.var, 'admin_password')}"
    return f"admin, password in {settings.var / 'secrets' / 'admin_password'}"
