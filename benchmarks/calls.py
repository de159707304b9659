"""Calls through FreeSWITCH: from INVITE to the first 180 or 183, and the switch's own CPU, against the same call from static XML.

    python benchmarks/calls.py [--rate 50] [--seconds 6] [--rounds 5]

One installation with everything that `relais run` starts, 50 users with a phone and a number each. Calls come from outside, by
turns to the trunk profile (a dialplan of ours, one HTTP request a call) and to a profile beside it whose dialplan is a file of
static XML that rings the same phones; who called hangs up when it rings. Callers and phones live in this process: its own time is
in both sides. CPU is that of the switch's process, without what it uses at rest. Targets (design 5), at 50 calls a second: within
1.25x for both, no call that does not ring. Exit 1 when one is missed; without an installed FreeSWITCH nothing is measured.
"""

from gevent import monkey

monkey.patch_all()

import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import msgspec

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from console.run import freeswitch, switch_socket
from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Observation, Offer
from console.scenarios.stack import Stack, free_ports
from routing.company import Device, Number, User
from schemas.secrets import read_secret
from schemas.settings import Settings, from_environ
from store.documents import Documents
from store.secrets import device_password
from tests.sample import document

USERS, TARGET = 50, 1.25
FIRST, CALLER = 7000, "+14505550199"
_RINGS = ("180", "183")
"""183 where the switch plays the ringing tone, as we ask it to, and the static XML too."""
_LATE_SECONDS = 3.0
_REST_SECONDS = 4.0
_TICKS = os.sysconf("SC_CLK_TCK")
_STATIC = """<document type="freeswitch/xml">
<section name="dialplan">
<context name="relais-trunk">
<extension name="static">
<condition field="destination_number" expression="^.1514556(7[0-9]{3})$">
<action application="multiset" data="^^|hangup_after_bridge=true|continue_on_fail=true|ignore_early_media=true"/>
<action application="set" data="ringback=%(2000,4000,440,480)"/>
<action application="bridge" data="[leg_timeout=20]${sofia_contact(*/$1a@boreal.example)}"/>
</condition>
</extension>
</context>
</section>
</document>
"""


def number(user: int) -> str:
    """Where a user is called."""
    return f"+1514556{FIRST + user}"


class Side(msgspec.Struct):
    """A door for calls, and what each round found: the caller, milliseconds to the ringing, CPU seconds of the switch a call."""

    name: str
    caller: Phone
    milliseconds: list[list[float]] = []
    cpu: list[float] = []
    failed: int = 0

    def line(self) -> str:
        """Medians over the rounds."""
        rounds = [each for each in self.milliseconds if each] or [[math.inf]]
        p50, p99 = (statistics.median(map(each, rounds)) for each in (_p50, _p99))
        return (
            f"{self.name:12} INVITE to ringing: p50 {p50:5.1f} ms, p99 {p99:6.1f} ms   "
            f"CPU of the switch a call {statistics.median(self.cpu) * 1000:5.2f} ms   that did not ring: {self.failed}"
        )


def _p50(times: list[float]) -> float:
    return statistics.median(times or [math.inf])


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


class Calls:
    """Places calls, and hears when they ring."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self._rang: dict[str, float] = {}
        self._callers: dict[str, Phone] = {}
        self.also: Callable[[Observation], None] = lambda _: None
        """Who else hears what callers and phones tell."""

    def observe(self, seen: Observation) -> None:
        """What callers and phones tell: a call ends as soon as it rings."""
        self.also(seen)
        if seen.what == "progress" and seen.detail in _RINGS and seen.call_id in self._began:
            self._rang.setdefault(seen.call_id, seen.at)
            self._callers[seen.call_id].hang_up(seen.call_id)

    def place(self, caller: Phone, rate: float, seconds: float) -> tuple[list[float], int]:
        """Milliseconds of each call that rang, and how many did not within three seconds."""
        self._began, self._rang, self._callers = {}, {}, {}
        started = time.time()
        for n in range(int(rate * seconds)):
            gevent.sleep(max(0.0, started + n / rate - time.time()))
            began = time.time()
            call = caller.call(number(n % USERS), number=CALLER)
            self._began[call], self._callers[call] = began, caller
        deadline = time.time() + _LATE_SECONDS
        while len(self._rang) < len(self._began) and time.time() < deadline:
            gevent.sleep(0.05)
        for call in self._began.keys() - self._rang.keys():
            caller.hang_up(call)
        rang = {call: (at - self._began[call]) * 1000 for call, at in self._rang.items()}
        return list(rang.values()), len(self._began) - len(rang)


def office() -> tuple[dict[str, User], dict[str, Number]]:
    """Users with a phone and a number each."""
    extensions = [str(FIRST + n) for n in range(USERS)]
    users = {each: User(name=f"user {each}", devices={f"{each}a": Device()}) for each in extensions}
    numbers = {f"D-{each}": Number(number=f"+1514556{each}", extension=each) for each in extensions}
    return users, numbers


def publish(stack: Stack, settings: Settings) -> None:
    """The sample company with these users."""
    users, numbers = office()
    known = document()
    grown = msgspec.structs.replace(
        known, users={**known.users, **users}, numbers={**known.numbers, **numbers}
    )
    documents = Documents(settings.database_url)
    found = documents.load("boreal")
    assert found is not None
    documents.save(grown, made_from=found[0], author="benchmark")
    documents.publish("boreal", settings.snapshots, read_secret(settings.var, "device_key"))
    stack.wait_published()


def registered(stack: Stack, calls: Calls, offer: Offer) -> list[Phone]:
    """The phones of these users."""
    key, proxy = read_secret(stack.root, "device_key"), ("127.0.0.1", stack.ports["phones"])
    phones = []
    for n in range(USERS):
        name = f"{FIRST + n}a"
        phone = Phone(name, proxy=proxy, domain="boreal.example", observe=calls.observe)
        phones.append(phone)
        phone.script(offer)
        assert phone.register(device_password(key, "boreal", name, 1)) == 200, name
    return phones


def static_profile(stack: Stack, settings: Settings) -> int:
    """A profile like the trunks', but for its dialplan; its port."""
    (port,) = free_ports(1)
    profiles = settings.var / "fs" / "conf" / "sip_profiles"
    file = settings.var / "static.xml"
    file.write_text(_STATIC)
    text = (profiles / "trunks.xml").read_text()
    text = text.replace('<profile name="trunks">', '<profile name="static">')
    text = text.replace(str(stack.ports["trunks"]), str(port)).replace("sofia_trunks.db", "sofia_static.db")
    text = text.replace(f"XML,XML:{settings.failsafe_file}", f"XML:{file}")
    before, _, rest = text.partition("<gateways>")
    (profiles / "static.xml").write_text(before + rest.partition("</gateways>")[2])
    switch_socket.ask(settings, "api reloadxml", 5.0)
    switch_socket.ask(settings, "api sofia profile static start", 5.0)
    return port


def cpu_seconds(pid: int) -> float:
    """Of a process with all the threads that it has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def installation(offer: Offer) -> Iterator[tuple[Stack, Settings, Calls]]:
    """Everything started, the phones registered."""
    program = freeswitch.find(os.environ)
    if program is None:
        print("no FreeSWITCH is installed: nothing is measured")
        sys.exit(0)
    with tempfile.TemporaryDirectory(prefix="relais-bench-") as folder:
        stack = Stack(root=Path(folder) / "var", switch=str(program), extra={"RELAIS_CHECK_XML": "0"})
        with stack:
            settings = from_environ(stack.environment)
            publish(stack, settings)
            calls = Calls()
            phones = registered(stack, calls, offer)
            try:
                yield stack, settings, calls
            finally:
                for phone in phones:
                    phone.close()


def outside(stack: Stack, calls: Calls, port: int) -> Phone:
    """Who calls from outside, through the profile on this port."""
    return Phone("trunk", proxy=("127.0.0.1", port), domain="127.0.0.1", observe=calls.observe)


def measure(sides: list[Side], calls: Calls, pid: int, given: argparse.Namespace) -> None:
    """The sides in turn; before them a little of each that is not counted, and a look at the switch at rest."""
    for side in sides:
        calls.place(side.caller, given.rate / 2, 2.0)
    gevent.sleep(_REST_SECONDS)
    used = cpu_seconds(pid)
    gevent.sleep(_REST_SECONDS)
    rest = (cpu_seconds(pid) - used) / _REST_SECONDS
    for n in range(given.rounds):
        for side in sides[n % 2 :] + sides[: n % 2]:
            began, used = time.time(), cpu_seconds(pid)
            rang, failed = calls.place(side.caller, given.rate, given.seconds)
            gevent.sleep(1.0)  # the switch takes the legs down
            spent = cpu_seconds(pid) - used - rest * (time.time() - began)
            side.milliseconds.append(rang)
            side.cpu.append(spent / (given.rate * given.seconds))
            side.failed += failed


def report(ours: Side, static: Side, rate: float) -> bool:
    """Every line and every target; True when all are met. Ratios are the medians of the rounds' own."""
    print(f"{rate:.0f} calls a second, load {os.getloadavg()[0]:.1f}")
    print(ours.line())
    print(static.line())
    pairs = zip(ours.milliseconds, static.milliseconds, strict=True)
    time_ratio = statistics.median(_p50(a) / _p50(b) for a, b in pairs)
    cpu_ratio = statistics.median(a / b for a, b in zip(ours.cpu, static.cpu, strict=True))
    found = {
        "INVITE to ringing, against static XML": time_ratio,
        "CPU of the switch, against static XML": cpu_ratio,
    }
    for name, value in found.items():
        print(f"{'met   ' if value <= TARGET else 'MISSED'} {name}, within {TARGET}x: {value:.2f}x")
    return all(value <= TARGET for value in found.values()) and not ours.failed


def main() -> None:
    """Set up, measure, report."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rate", type=float, default=50.0)
    options.add_argument("--seconds", type=float, default=6.0)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    with installation(Offer()) as (stack, settings, calls):
        port = static_profile(stack, settings)
        ours = Side("Relais", outside(stack, calls, stack.ports["trunks"]))
        static = Side("static XML", outside(stack, calls, port))
        measure([ours, static], calls, stack.children()["switch"], given)
        good = report(ours, static, given.rate)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
