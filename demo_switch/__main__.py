"""`python -m demo_switch`: the demonstration switch of this installation, wired by hand."""

from gevent import monkey

monkey.patch_all()

import os
import signal

import gevent
import gevent.event
import structlog

from demo_switch.assembly import Plan, Running, build, gateways_of
from demo_switch.control import Control
from demo_switch.http_lookup import Binding
from demo_switch.media import read_table
from demo_switch.phones import FRIENDLY, FRIENDLY_OUTSIDE, Phones
from demo_switch.switch import Switch
from presence.clock import Clock
from schemas import logs
from schemas.dialplan_fields import DIALPLAN_FIELDS
from schemas.secrets import read_secret
from schemas.settings import Address, Settings, from_environ

_LOG = structlog.get_logger()
_MIRROR_SECONDS = 1.0
_LOOKUP_SECONDS = 1.0


def bindings(settings: Settings) -> dict[str, list[Binding]]:
    """The shared port first, then each worker's own (decision 0006)."""
    host = settings.dialplan_listen.host
    own = [Address(host, settings.dialplan_worker_ports + k) for k in range(settings.dialplan_workers)]
    password = read_secret(settings.var, "xml_curl")

    def to(section: str, only: frozenset[str]) -> list[Binding]:
        return [
            Binding(f"http://{address}/freeswitch/{section}", _LOOKUP_SECONDS, "relais", password, only)
            for address in (settings.dialplan_listen, *own)
        ]

    return {"dialplan": to("dialplan", frozenset(DIALPLAN_FIELDS)), "directory": to("directory", frozenset())}


def build_switch(settings: Settings) -> Switch:
    """The switch of these settings; phones without a script are friendly in development."""
    plan = Plan(
        switchname=settings.node, bindings=bindings(settings), mirror=str(settings.directory_mirror),
        dialplan=f"XML,XML:{settings.failsafe_file}", sounds=str(settings.sounds),
        durations=read_table(os.environ.get("RELAIS_DEMO_DURATIONS", "")),
        gateways=gateways_of(settings.var / "gateways"),
    )  # fmt: skip
    phones = Phones(FRIENDLY, FRIENDLY_OUTSIDE) if registers_all(settings) else Phones()
    return build(plan, Clock(settings.clock), phones)


def registers_all(settings: Settings) -> bool:
    """RELAIS_DEMO_REGISTER: `all` or `none`; all in development."""
    default = "all" if settings.env == "development" and not settings.clock else "none"
    return os.environ.get("RELAIS_DEMO_REGISTER", default) == "all"


def register_everybody(switch: Switch) -> None:
    """Register every device of the mirror, also those that are published later; runs until killed."""
    while True:
        known = {each.address for each in switch.registrations}
        for user in switch.directory.mirrored_users():
            if user.may_register and f"{user.id}@{user.domain}" not in known:
                switch.registrations.register(user, expires=365 * 24 * 3600)
        gevent.sleep(_MIRROR_SECONDS)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = from_environ()
    logs.configure("demo_switch", settings.log_level)
    switch = build_switch(settings)
    password = read_secret(settings.var, "event_socket")
    running = Running(switch, (settings.event_socket.host, settings.event_socket.port), password)
    control = Control(
        switch, f"XML,XML:{settings.failsafe_file}", (settings.demo_control.host, settings.demo_control.port)
    )
    control.start()
    running.start()
    if registers_all(settings):
        switch.spawn(register_everybody, switch)
    _LOG.info("ready", event_socket=str(settings.event_socket), control=str(settings.demo_control))
    ended = gevent.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, ended.set)
    ended.wait()
    control.stop()
    running.stop()


if __name__ == "__main__":
    main()
