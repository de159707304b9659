"""A second FreeSWITCH in an installation: `node-2`, a process of its own with its own ports and data folder, as docs/settings.md says.
Secrets, sounds and the files of last resort are the first one's."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from console.run import freeswitch, switch_socket
from console.scenarios.sip_phone import Phone
from console.scenarios.stack import Ports, Stack
from console.setup import prompts
from presence import keys
from presence.connection import hot
from presence.ended import read
from schemas.secrets import read_secret
from schemas.settings import Address, Settings, from_environ, redis_url
from store.secrets import device_password
from tests.live.office import FREESWITCH, Office, written_clock

NODE = "node-2"
_RTP, _OTHER_RTP = "16384-24000", (24002, 32000)


class SecondSwitch:
    """The process; `main` are the settings of the installation."""

    def __init__(self, main: Settings, ports: Ports) -> None:
        event_socket, phones, trunks = (Address("127.0.0.1", ports[number]) for number in range(3))
        self.settings = replace(
            main, var=main.var.with_name("second"), node=NODE, event_socket=event_socket, sip_phones=phones, sip_trunks=trunks,
            rtp_ports=_OTHER_RTP,
        )  # fmt: skip
        self._main = main
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; `ready` says when it runs."""
        assert FREESWITCH is not None
        folder = self.settings.var
        (folder / "fs").mkdir(parents=True, exist_ok=True)
        read_secret(self._main.var, "event_socket")  # made by whoever asks first
        for shared in ("secrets", "sounds", "fs/directory.xml", "fs/failsafe.xml"):
            if not (folder / shared).is_symlink():
                (folder / shared).symlink_to(self._main.var / shared)
        freeswitch.configure(self.settings)
        with (folder / "switch.log").open("ab") as log:
            self._process = subprocess.Popen(
                freeswitch.command(FREESWITCH, self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def ready(self) -> bool:
        """It says so."""
        return switch_socket.is_ready(self.settings, freeswitch.profiles())

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """It ends, and what it had in memory is taken away."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        freeswitch.clean(self.settings)


class TwoSwitches(Office):
    """An office of two switches. Phones register where they are told to; `outside` calls at the first switch, `beyond` at the second."""

    def __init__(self, stack: Stack, second: SecondSwitch) -> None:
        super().__init__(stack)
        self.second = second
        self.redis = hot(redis_url(self.settings))
        self._since = "-"
        self.beyond = Phone(
            "beyond", proxy=("127.0.0.1", second.settings.sip_trunks.port), domain="127.0.0.1", observe=self.seen.append
        )  # fmt: skip

    def phone_at_second(self, name: str) -> Phone:
        """A phone of the sample company, registered at the second switch."""
        proxy = ("127.0.0.1", self.second.settings.sip_phones.port)
        phone = Phone(name, proxy=proxy, domain="boreal.example", observe=self.seen.append)
        self.phones[name] = phone
        assert phone.register(self.password(name)) == 200
        return phone

    def password(self, device: str) -> str:
        """Of a phone of the sample company."""
        return device_password(read_secret(self.stack.root, "device_key"), "boreal", device, 1)

    def at_node(self, device: str, node: str) -> bool:
        """The device is known to be registered at this switch."""
        return bool(self.redis.hget(keys.device_nodes("boreal"), device) == node)

    def waits(self) -> int:
        """How many callers have a place in a line."""
        return int(self.redis.hlen(keys.waiting("boreal")))

    def record(self, caller: str) -> str:
        """What became of a caller's last call since phones forgot; empty while it has no record."""
        found = [read(fields) for _, fields in self.redis.xrange(keys.records("boreal"), self._since)]
        told = [each.disposition for each in found if each is not None and each.caller == caller]
        return told[-1] if told else ""

    def lamp(self, extension: str) -> str:
        """What the newest NOTIFY about it says."""
        about = [
            o.detail
            for o in self.seen
            if o.what == "notified" and f"sip:{extension}@boreal.example" in o.detail
        ]
        states = re.findall(r"<state>(\w+)<", about[-1]) if about else []
        return states[0] if states else "terminated" if about else ""

    def follower(self, node: str) -> int:
        """The process whose heartbeat counts at a switch; 0 for nobody's."""
        beats = self.redis.get(keys.heartbeat(node))
        return int(beats.rpartition("-")[2]) if beats else 0

    def is_followed(self) -> bool:
        """The installation's own controller follows both switches."""
        ours = self.stack.children()["controller"]
        return {self.follower(self.settings.node), self.follower(NODE)} == {ours}

    def quiet(self) -> None:
        """Hang up everything and forget."""
        for call in list(self.beyond.dialogs):
            self.beyond.hang_up(call)
        self.until(lambda: not self.beyond.dialogs)
        super().quiet()
        newest = self.redis.xrevrange(keys.records("boreal"), count=1)
        self._since = f"({newest[0][0]}" if newest else "-"

    def close(self) -> None:
        """End the phones."""
        self.beyond.close()
        super().close()


@contextmanager
def two_switches(folder: Path) -> Iterator[TwoSwitches]:
    """An installation with two switches, both followed, at the moment B."""
    ports = Ports(3)
    more = {"RELAIS_MORE_NODES": f"{NODE}=127.0.0.1:{ports[0]}", "RELAIS_RTP_PORTS": _RTP}
    stack = Stack(root=folder / "var", switch=str(FREESWITCH), clock=written_clock(folder), extra=more)
    main = from_environ(stack.environment)
    prompts.install(main.sounds, lambda _: None)
    second = SecondSwitch(main, ports)
    second.start()
    try:
        with stack:  # ready when its controller follows both
            office = TwoSwitches(stack, second)
            yield office
            office.close()
    finally:
        second.close()
