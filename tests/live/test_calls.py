"""Calls on a real FreeSWITCH, with SIP phones, through everything that `relais run` starts.

The clock stands at the catalogue's base moment B, Tuesday 13 October 2026, 10:00 in Montréal.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import gevent
import pytest

from console.run import freeswitch
from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Observation, Offer
from console.scenarios.stack import Stack
from schemas.secrets import read_secret
from store.secrets import device_password
from store.tokens import Tokens

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(120),
    pytest.mark.skipif(freeswitch.find(os.environ) is None, reason="no FreeSWITCH is installed"),
]
B = datetime(2026, 10, 13, 10, 0, tzinfo=ZoneInfo("America/Toronto"))
MAIN, CLAIRE, CALLER = "+15145550100", "+15145550110", "+14505550199"


class Office:
    """The sample company with its phones registered, and the outside."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.seen: list[Observation] = []
        self.phones: dict[str, Phone] = {}
        self.outside = Phone(
            "trunk", proxy=("127.0.0.1", stack.ports["trunks"]), domain="127.0.0.1", observe=self.seen.append,
            port=stack.ports["peer"],
        )  # fmt: skip

    @cached_property
    def token(self) -> str:
        tokens = Tokens(f"sqlite:///{self.stack.root / 'relais.db'}")
        return tokens.create("test", role="supervisor", company="", created_by="test", now=datetime.now(UTC))[
            1
        ]

    def phone(self, name: str) -> Phone:
        key = read_secret(self.stack.root, "device_key")
        proxy = ("127.0.0.1", self.stack.ports["phones"])
        phone = Phone(name, proxy=proxy, domain="boreal.example", observe=self.seen.append)
        assert phone.register(device_password(key, "boreal", name, 1)) == 200
        self.phones[name] = phone
        return phone

    def until(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, [(o.phone, o.what, o.detail) for o in self.seen]
            gevent.sleep(0.02)

    def saw(self, phone: str, what: str) -> bool:
        return any(o.phone == phone and o.what == what for o in self.seen)

    def at(self, phone: str, what: str) -> float:
        return next(o.at for o in self.seen if o.phone == phone and o.what == what)

    def quiet(self) -> None:
        for phone in (self.outside, *self.phones.values()):
            for call_id in list(phone.dialogs):
                phone.hang_up(call_id)
        self.until(lambda: not any(p.dialogs for p in (self.outside, *self.phones.values())))
        self.seen.clear()

    def agents(self) -> dict[str, str]:
        import urllib.request

        address = f"http://127.0.0.1:{self.stack.ports['console']}/api/v1/companies/boreal/agents"
        asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return {agent["extension"]: agent["state"] for agent in json.load(answer)["agents"]}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = tmp_path_factory.mktemp("live")
    clock = root / "clock.json"
    clock.write_text(json.dumps({"speed": 1.0, "origin": time.time(), "start": B.timestamp()}))
    found = freeswitch.find(os.environ)
    with Stack(root=root / "var", switch=str(found), clock=clock) as stack:
        office = Office(stack)
        for name in ("1000a", "1001a", "1001b", "1004a"):
            office.phone(name)
        yield office


@pytest.fixture(autouse=True)
def _between_calls(office: Office) -> Iterator[None]:
    yield
    office.quiet()


def test_given_an_extension_dialled_in_the_greeting_then_that_phone_rings_and_is_bridged(
    office: Office,
) -> None:
    office.phones["1004a"].script(Offer(answer_after=1.0))
    call = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    office.outside.press(call, "1004")
    office.until(lambda: office.saw("1004a", "answered"))
    office.until(lambda: office.agents()["1004"] == "on_call")
    office.outside.hang_up(call)
    office.until(lambda: office.agents()["1004"] == "available")


def test_given_0_in_the_greeting_then_the_operator_rings_at_once(office: Office) -> None:
    office.phones["1000a"].script(Offer())
    call = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    pressed = time.time()
    office.outside.press(call, "0")
    office.until(lambda: office.saw("1000a", "offered"))
    assert office.at("1000a", "offered") - pressed < 1.0
    office.until(lambda: office.agents()["1000"] == "ringing")


def test_given_claire_does_not_answer_then_her_phones_ring_one_after_the_other(office: Office) -> None:
    office.phones["1001a"].script(Offer(refuse=603))
    office.phones["1001b"].script(Offer())
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "refused"))
    # She declined: nothing else of hers rings, the caller hears the menu (Z35).
    office.until(lambda: office.saw("trunk", "answered"))
    assert not office.saw("1001b", "offered")


def test_given_the_caller_calls_a_number_nobody_has_then_404(office: Office) -> None:
    office.outside.call("+15145559999", number=CALLER)
    office.until(lambda: office.saw("trunk", "failed"))
    assert [o.detail for o in office.seen if o.what == "failed"] == ["404"]


def test_given_a_name_that_is_an_attack_then_nothing_runs_and_the_phone_rings(
    office: Office, tmp_path: Path
) -> None:
    office.phones["1001a"].script(Offer())
    mark = tmp_path / "pwned"
    name = b"%24{system(touch " + str(mark).encode() + b")} X-PRE-PROCESS \xff,;|[]"
    office.outside.call(CLAIRE, number=CALLER, name=name)
    office.until(lambda: office.saw("1001a", "offered"))
    assert not mark.exists()


def test_given_the_controller_is_killed_while_a_phone_rings_then_the_call_goes_on(office: Office) -> None:
    office.phones["1001a"].script(Offer(refuse=486, refuse_after=1.5))
    office.phones["1000a"].script(Offer())
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "offered"))
    os.kill(office.stack.children()["controller"], signal.SIGKILL)
    # Busy: the operator rings (Z30), moved by the XML itself after a second.
    office.until(lambda: office.saw("1000a", "offered"), 6.0)
    office.until(office.stack.ready, 15.0)


def test_given_a_frozen_dialplan_worker_then_calls_go_on(office: Office) -> None:
    office.phones["1004a"].script(Offer())
    frozen = office.stack.children()["dialplan-0"]
    os.kill(frozen, signal.SIGSTOP)
    try:
        for _ in range(4):
            office.phones["1001a"].script(Offer())
            office.outside.call(CLAIRE, number=CALLER)
        office.until(lambda: sum(o.phone == "1001a" and o.what == "offered" for o in office.seen) >= 1, 8.0)
    finally:
        office.until(lambda: office.stack.children()["dialplan-0"] != frozen, 15.0)


def test_given_ctrl_c_then_everything_stops_within_5_seconds_and_nothing_is_left(tmp_path: Path) -> None:
    with Stack(root=tmp_path / "var", switch=str(freeswitch.find(os.environ))) as stack:
        children = stack.children()
        seconds = stack.stop()
    assert seconds < 5.0
    assert [name for name, pid in children.items() if Path(f"/proc/{pid}").exists()] == []


def _killed(office: Office, name: str) -> None:
    """SIGKILL, and wait until the supervisor has it back."""
    os.kill(office.stack.children()[name], signal.SIGKILL)
    gevent.sleep(0.3)  # the supervisor sees it; what is tested is the call, not the moment
    office.until(office.stack.ready, 20.0)


def test_given_the_controller_is_killed_in_the_greeting_then_the_caller_still_reaches_an_extension(
    office: Office,
) -> None:
    office.phones["1004a"].script(Offer())
    call = office.outside.call(MAIN, number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    os.kill(office.stack.children()["controller"], signal.SIGKILL)
    office.outside.press(call, "1004")
    office.until(lambda: office.saw("1004a", "offered"), 8.0)
    office.until(office.stack.ready, 20.0)


def test_given_the_controller_is_killed_in_a_conversation_then_nobody_hears_of_it_and_the_agent_heals(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(answer_after=0.2))
    call = office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "answered"))
    _killed(office, "controller")
    assert not office.saw("1001a", "ended")
    assert call in office.outside.dialogs
    office.until(lambda: office.agents()["1001"] == "on_call")
    office.outside.hang_up(call)
    office.until(lambda: office.agents()["1001"] == "available", 15.0)


def test_given_the_controller_is_killed_during_a_message_then_it_is_kept_and_the_caller_stays(
    office: Office,
) -> None:
    office.outside.call("+15145550160", number=CALLER)
    office.until(lambda: office.saw("trunk", "answered"))
    _killed(office, "controller")
    assert not office.saw("trunk", "ended")
    box = office.stack.root / "fs" / "voicemail"
    office.until(lambda: any(box.rglob("8400/msg_*.wav")), 25.0)


def test_given_every_dialplan_worker_is_killed_while_a_phone_rings_then_the_fail_safe_goes_on(
    office: Office,
) -> None:
    office.phones["1001a"].script(Offer(refuse=486, refuse_after=2.0))
    office.phones["1001b"].script(Offer())
    office.phones["1000a"].script(Offer())
    office.outside.call(CLAIRE, number=CALLER)
    office.until(lambda: office.saw("1001a", "offered"))
    stopped = [pid for name, pid in office.stack.children().items() if name.startswith("dialplan")]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        # The caller is somewhere: another phone rings, or a prompt or a box answers.
        office.until(
            lambda: office.saw("1000a", "offered") or office.saw("1001b", "offered")
            or office.saw("trunk", "answered"), 12.0,
        )  # fmt: skip
        office.phones["1004a"].script(Offer())
        office.outside.call("+15145550102", number=CALLER)
        office.until(lambda: office.saw("1004a", "offered") or office.saw("trunk", "answered"), 12.0)
    finally:
        for pid in stopped:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # the supervisor was quicker
        office.until(office.stack.ready, 30.0)


def test_given_two_phones_of_a_team_then_both_ring_together_and_the_loser_stops(office: Office) -> None:
    office.phones["1004a"].script(Offer(answer_after=1.5))
    office.phone("1006a").script(Offer())
    office.until(lambda: office.agents()["1006"] == "available")
    office.outside.call("+15145550102", number=CALLER)
    office.until(lambda: office.saw("1004a", "answered"))
    office.until(lambda: office.saw("1006a", "cancelled"))
    assert abs(office.at("1004a", "offered") - office.at("1006a", "offered")) < 0.5
