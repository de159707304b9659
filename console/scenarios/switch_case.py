"""One scenario on an installed FreeSWITCH: its phones, its outside world, its calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import gevent
import msgspec
from gevent.pool import Pool

from console.scenarios import companies
from console.scenarios.agenda import Backstage, perform
from console.scenarios.api_door import ApiDoor
from console.scenarios.gateway_file import gateway_file
from console.scenarios.sip_media import Media
from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Offer
from console.scenarios.stack import Stack
from console.scenarios.switch_rows import SwitchNotes
from console.scenarios.trunk_world import TrunkWorld
from presence.clock import Clock
from routing.call_backs import placed_id
from routing.what_if_plan import Row
from schemas.scenario import CallPlan, Scenario
from schemas.secrets import read_secret
from schemas.settings import from_environ
from store.secrets import device_password

_QUIET_SECONDS = 3.0
_INVITED_SECONDS = 2.0
"""In which the phones of a call that is placed are rung."""
_LATE_SECONDS = 25.0
_REGISTER_AT_ONCE = 4


class _LiveCall:
    """One call of a scenario, from its INVITE on."""

    def __init__(self, name: str, plan: CallPlan, caller: Phone, dialog: str) -> None:
        self.name, self.plan, self._caller, self.dialog = name, plan, caller, dialog
        self.media: Media | None = caller.dialogs[dialog].media
        self.began = time.time()

    def going_on(self) -> bool:
        """True until the caller has left."""
        return self.dialog in self._caller.dialogs

    def press(self, keys: str) -> None:
        """The caller presses keys, if he is still there."""
        if self.going_on():
            self._caller.press(self.dialog, keys)

    def hang_up(self) -> None:
        """The caller leaves."""
        self._caller.hang_up(self.dialog)


class _PlacedCall(_LiveCall):
    """A call that a program asked for: its caller is whoever answers one of these phones."""

    def __init__(self, name: str, plan: CallPlan, phones: list[Phone], ident: str) -> None:
        self.name, self.plan, self.dialog, self._phones, self.media = name, plan, ident, phones, None
        self.began = time.time()

    def going_on(self) -> bool:
        """True until none of his phones is in a call, but at the beginning."""
        return time.time() - self.began < _INVITED_SECONDS or any(phone.dialogs for phone in self._phones)

    def hang_up(self) -> None:
        """He leaves."""
        for phone in self._phones:
            for dialog in list(phone.dialogs):
                phone.hang_up(dialog)


class _CallBack(_PlacedCall):
    """A call that begins by itself."""

    first: Callable[[], float]

    @property
    def began(self) -> float:
        """When something of it was seen first; before, when it was begun to look for it."""
        return self.first() or self._looked_at

    @began.setter
    def began(self, at: float) -> None:
        self._looked_at = at


class SwitchCase:
    """The stage of one scenario (console.scenarios.agenda.Stage). `rows` is what happened, once it was played."""

    def __init__(self, ident: str, scenario: Scenario, stack: Stack, clock: companies.ClockFile) -> None:
        self.ident, self.scenario, self._stack = ident, scenario, stack
        self._clock_file, self._clock = clock, Clock(str(clock.path))
        self._world = TrunkWorld(ident, scenario)
        lights = any(row.what == "lights" for row in scenario.timeline)
        self.notes = SwitchNotes(ident, scenario.document, self._world, lights=lights)
        self.rows: tuple[Row, ...] = ()
        self.start = scenario.start.timestamp()
        self._phones: dict[str, Phone] = {}
        self._registered = {
            device
            for device in companies.registered_devices(scenario)
            if not self._world.teams_number(device)
        }
        self._calls: list[_LiveCall] = []
        self._refused: list[Row] = []
        self._api = ApiDoor(from_environ(stack.environment))
        self._acts: list[gevent.Greenlet] = []
        numbers = {phone: self._world.teams_number(phone) or phone for phone in scenario.phones}
        scripts = {
            numbers[phone]: list(map(_offer, offers))
            for phone, offers in scenario.phones.items()
            if numbers[phone][0] == "+"
        }
        self._trunks = {trunk: self._far_end(trunk, scripts) for trunk in self._world.up}
        self._outside = self._trunks[""]

    def _phone(self, name: str, profile: str, trunk: str = "") -> Phone:
        return Phone(
            name, proxy=("127.0.0.1", self._stack.ports[profile]), domain=f"{self.ident}.example",
            observe=partial(self.notes.observe, trunk=trunk),
        )  # fmt: skip

    def _far_end(self, trunk: str, scripts: dict[str, list[Offer]]) -> Phone:
        """Who answers a trunk's calls: the numbers, whose scripts go on whatever trunk they are called by, or what the
        trunk does instead."""
        peer, instead = self._phone("trunk", "trunks", trunk), self.scenario.trunks.get(trunk)
        if instead:
            peer.script(*map(_offer, instead))
        else:
            peer.scripts = {self._world.written(trunk, number): script for number, script in scripts.items()}
        return peer

    def write_gateways(self) -> None:
        """The gateways that lead to this case's outside world."""
        folder = self._stack.root / "gateways"
        folder.mkdir(parents=True, exist_ok=True)
        for trunk, name in self._world.gateways().items():
            text = gateway_file(name, self._trunks[trunk].port)
            (folder / f"{name}.xml").write_text(text)

    def register_all(self) -> None:
        """Every phone that is registered now, once more: a clock that is set forward outlives a registration."""
        pool = Pool(_REGISTER_AT_ONCE)
        for device in self._registered:
            pool.spawn(self._register, device)
        pool.join(raise_error=True)

    def _register(self, device: str, expires: int = 3600) -> None:
        if device not in self._phones:
            self._phones[device] = self._phone(device, "phones")
            self._phones[device].script(*map(_offer, self.scenario.phones.get(device) or (Offer(),)))
        status = self._phones[device].register(self._password(device), expires)
        if status != 200:
            raise RuntimeError(f"{self.scenario.path.stem}: {device} cannot register: {status}")

    def _password(self, device: str) -> str:
        generation = companies.secret_generation(self.scenario, device)
        key = read_secret(self._stack.root, "device_key")
        return device_password(key, self.ident, device, generation)

    def play(self) -> None:
        """Every act, then until as much has happened as was expected, and nothing more for a while."""
        settings = from_environ(self._stack.environment)
        companies.suppose(settings, self.ident, self.scenario, self.sleep)
        self._clock_file.reach({self.ident: self.start})
        perform(Backstage(settings, self._stack, self.ident, self).acts(self.scenario), self)
        while not self._done():
            gevent.sleep(0.1)
        gevent.killall(self._acts)
        self.rows = self._found()
        for call in self._calls:
            call.hang_up()
        # Whoever talks on without a caller leaves too: then the call has a record.
        for phone in (*self._trunks.values(), *self._phones.values()):
            for dialog in list(phone.dialogs):
                phone.hang_up(dialog)

    def recorded(self) -> dict[str, str]:
        """The ids of the calls of which there must be a record, by their names."""
        ours = [call for call in self._calls if self.scenario.leaves_record(call.name)]
        return {call.name: self.notes.call_of(call.dialog) for call in ours}

    def _found(self) -> tuple[Row, ...]:
        found = (row for call in self._calls for row in self.notes.rows(call.dialog, call.began))
        return (*self._refused, *found)

    def _done(self) -> bool:
        now, newest = time.time(), max((call.began for call in self._calls), default=0.0)
        if any(now - call.began <= self._last(call) for call in self._calls):
            return False
        quiet = now - max(self.notes.latest(), newest) > _QUIET_SECONDS
        enough = len(self._found()) >= len(self.scenario.timeline)
        return (quiet and enough) or all(
            now - call.began > self._last(call) + _LATE_SECONDS for call in self._calls
        )

    def _last(self, call: _LiveCall) -> float:
        """Seconds of the call at which something was still to happen."""
        rows = [row.at or 0.0 for row in self.scenario.timeline if row.call == call.name]
        return max([call.plan.hang_up_at or 0.0, *rows, *(at for at, _ in call.plan.press)])

    # --- the stage ---------------------------------------------------------------------------------

    def seconds(self) -> float:
        """Seconds of the play."""
        return self._clock.unix(self.ident) - self.start

    def going_on(self) -> bool:
        """True while a caller is there, or somebody whom a call went on with."""
        talking = any(phone.dialogs for phone in (self._outside, *self._phones.values()))
        return talking or any(call.going_on() for call in self._calls)

    def sleep(self, real_seconds: float) -> None:
        """Other greenlets go on."""
        gevent.sleep(real_seconds)

    def set_clock(self, seconds: float) -> None:
        """It is that second of the play; the phones register again."""
        self._clock_file.reach({self.ident: self.start + seconds})
        self.register_all()

    def place(self, name: str) -> None:
        """A call begins, with what its caller will do."""
        plan = self.scenario.calls[name]
        if plan.call_back:
            self._await_call_back(name, plan)
            return
        if plan.click:
            self._ask_for(name, plan)
            return
        caller, number, password = self._caller(plan)
        dialog = caller.call(plan.to, number=number, password=password)
        self.notes.dialogs[dialog] = name
        call = _LiveCall(name, plan, caller, dialog)
        self._calls.append(call)
        for at, keys in plan.press:
            self._later(at, partial(call.press, keys))
        if plan.hang_up_at is not None:
            self._later(plan.hang_up_at, call.hang_up)

    def _caller(self, plan: CallPlan) -> tuple[Phone, str, str]:
        """Who calls, the number that he shows and his password: a phone here, one in Teams by its gateway, or somebody outside."""
        if not plan.device:
            return self._outside, plan.number, ""
        number = self._world.teams_number(plan.device)
        if number:
            return self._trunks[self._world.ways_to(plan.device)[0]], number, ""
        return self._phones[plan.device], "", self._password(plan.device)

    def _await_call_back(self, name: str, plan: CallPlan) -> None:
        """The call that answers another one's request: it begins when its turn comes."""
        asked = next(call.dialog for call in self._calls if call.name == plan.call_back)
        ident = placed_id(self.notes.call_of(asked))
        call = _CallBack(name, plan, list(self._phones.values()), ident)
        call.first = partial(self.notes.first, ident)
        self.notes.placed(ident, name)
        self._calls.append(call)

    def _ask_for(self, name: str, plan: CallPlan) -> None:
        """A program asks for a call; a refusal is a call too, of one row."""
        began = time.time()
        answer = self._api.place(self.ident, plan.click, plan.to, force=plan.force)
        if answer.isdigit():
            self._refused.append(Row(0.0, "clears", answer, name))
            return
        devices = self.scenario.document.users[plan.click].devices
        phones = [self._phones[device] for device in devices if device in self._phones]
        call = _PlacedCall(name, plan, phones, answer)
        call.began = began
        self.notes.placed(answer, name)
        self._calls.append(call)

    def leave(self, name: str) -> None:
        """Whoever a program placed this call for hangs up."""
        for call in self._calls:
            if call.name == name:
                call.hang_up()

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        self._acts.append(gevent.spawn_later(seconds, act))

    def connect(self, device: str, *, registered: bool) -> None:
        """A phone comes or goes."""
        self._register(device, 3600 if registered else 0)
        (self._registered.add if registered else self._registered.discard)(device)

    def hold(self, device: str, *, on: bool) -> None:
        """A phone holds its conversation, or takes it back."""
        self._must(200, self._phones[device].hold(on=on), device, "hold")

    def transfer(self, device: str, to: str) -> None:
        """A phone sends its conversation elsewhere; to nowhere: it joins its two conversations."""
        phone = self._phones[device]
        self._must(202, phone.transfer(to) if to else phone.join(), device, "transfer")

    def _must(self, wanted: int, status: int, device: str, what: str) -> None:
        if status != wanted:
            raise RuntimeError(f"{self.scenario.path.stem}: {device} cannot {what}: {status}")

    def call_id(self, name: str) -> str:
        """The id of a call that was placed."""
        return self.notes.call_of(self._named(name).dialog)

    def refused(self, name: str, code: str) -> None:
        """A supervisor was refused in a call."""
        call = self._named(name)
        self._refused.append(Row(round(time.time() - call.began, 2), "refuses", code, call.name))

    def _named(self, name: str) -> _LiveCall:
        return next(call for call in self._calls if name in ("", call.name))

    def listen(self, name: str) -> None:
        """The caller of a call that was placed listens from now on."""
        for call in self._calls:
            if call.name == name and call.media is not None:
                call.media.listen()

    def longest_silence(self) -> float:
        """The most seconds in which a caller who listens heard no audio at all, once he had heard some."""
        return max((call.media.longest_gap for call in self._calls if call.media is not None), default=0.0)

    def close(self) -> None:
        """End every phone."""
        for phone in (*self._trunks.values(), *self._phones.values()):
            phone.close()


def _offer(offer: object) -> Offer:
    plain = msgspec.to_builtins(offer)
    return Offer(**{**plain, "press": tuple(map(tuple, plain.get("press", ())))})
