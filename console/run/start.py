"""What `relais run` does, from settings to the last line on the screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from console.run import programs
from console.run.processes import GaveUp
from console.run.redis_server import NoRedis
from console.run.supervisor import NotReady, Supervisor
from schemas import secrets
from schemas.settings import Settings, SettingsRefused, from_environ, redis_url

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "schemas" / "examples" / "boreal.yaml"


def say(line: str) -> None:
    """One line on the screen."""
    print(line, flush=True)


def run() -> int:
    """Exit status: 0 after Ctrl-C, 1 when something could not start or stay up."""
    try:
        settings = from_environ()
    except SettingsRefused as refused:
        say("\n".join(f"relais: {problem}" for problem in refused.problems))
        return 1
    taken = programs.taken_ports(settings)
    if taken:
        say("\n".join(f"relais: {sentence}" for sentence in taken))
        return 1
    return _supervise(settings)


def _supervise(settings: Settings) -> int:
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    first_run = not secrets.exists(settings.var, "admin_password")
    supervisor = Supervisor(settings.var, _environment(settings), say)
    supervisor.listen_to_signals()
    try:
        _start(supervisor, settings)
        _announce(settings, supervisor, first_run)
        supervisor.watch()
        status = 0
    except (NotReady, NoRedis, GaveUp) as error:
        say(f"relais: {error}")
        status = 1
    say("stopping")
    supervisor.end()
    say("stopped")
    return status


def _start(supervisor: Supervisor, settings: Settings) -> None:
    from console.setup.prompts import install

    for name in ("event_socket", "xml_curl", "device_key"):
        secrets.read_secret(settings.var, name)
    programs.wipe(settings.var / "run" / "metrics")
    install(settings.sounds, say)
    redis = programs.redis_program(settings)
    if redis is not None:
        supervisor.start(redis)
    _store(settings, "migrate")
    _store(settings, "seed", str(SAMPLE))
    supervisor.start_together(programs.our_programs(settings))
    supervisor.start(programs.switch_program(settings))


def _store(settings: Settings, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "store", *words], env=_environment(settings), capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    if done.returncode != 0:
        raise NotReady(f"the store refused `{words[0]}`:\n{done.stdout}{done.stderr}")


def _environment(settings: Settings) -> dict[str, str]:
    ours = {"RELAIS_VAR": str(settings.var), "REDIS_URL": redis_url(settings)}
    return {**os.environ, **ours, "PYTHONUNBUFFERED": "1"}


def _announce(settings: Settings, supervisor: Supervisor, first_run: bool) -> None:
    switch = programs.names_switch(supervisor.children[-1].program)
    say("")
    say("Relais is running.")
    say(f"  console          http://{settings.console_listen}/")
    say(f"  dialplan server  http://{settings.dialplan_listen}/")
    say(f"  switch           {switch}: phones {settings.sip_phones}, trunks {settings.sip_trunks}")
    say(f"  data             {settings.var}")
    say(f"  sign in          {_first_account(settings, first_run)}")
    say("  Ctrl-C stops everything.")
    say("")


def _first_account(settings: Settings, first_run: bool) -> str:
    """The file holds the first password until another is set."""
    if first_run:
        return f"admin / {secrets.read_secret(settings.var, 'admin_password')}"
    if secrets.exists(settings.var, "admin_password"):
        return f"admin, password in {settings.var / 'secrets' / 'admin_password'}"
    return "with your account; `relais password admin` sets another password"
