"""Companies that nobody would think of, and that pass the check: every object, every action, in any combination."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from routing.company import CompanyDocument
from schemas.company import load_company

T = TypeVar("T")
Plain = dict[str, Any]

ZONES = ["America/Toronto", "Europe/Paris", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]
CLOCKS = ("all_calls", "queue_calls_only", "capacity_release")
STRATEGIES = ["simultaneous", "fixed_order", "longest_idle", "rotating", "random", "highest_capacity"]
RING_TIMES = list(range(10, 61, 5))
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CLASSES = ["desk", "desktop", "mobile", "other"]
MOBILES = ["+14385550111", "+14385550122", "+14505550166", "+15145550188"]
CALLERS = ["+14505550199", "+14185550177", "+14185550178", "1000", "1001", ""]
PATTERNS = ["+1418555*", "+14185550177", "+1*", "1001", "+33*"]
PROMPTS = ["G", "P", "Q"]
_TRIES = 8


def random_document(chance: Random) -> CompanyDocument:
    """A valid document; after a few that go round in circles, one whose people pass calls on to nobody."""
    for calm in [False] * _TRIES + [True]:
        loaded = load_company(RandomCompany(chance, calm=calm).document())
        if isinstance(loaded, CompanyDocument):
            return loaded
    raise AssertionError([(problem.path, problem.en) for problem in loaded])


class RandomCompany:
    """One document under way: the ids are drawn first, so that everything can name everything."""

    def __init__(self, chance: Random, *, calm: bool) -> None:
        self.chance, self.calm = chance, calm
        self.users = [str(1000 + n) for n in range(self.count(1, 7))]
        self.teams = [f"T-{n}" for n in range(self.count(0, 3))]
        self.queues = {f"Q-{n}": str(7000 + n) for n in range(self.count(0, 2))}
        self.lines = {f"L-{n}": str(7100 + n) for n in range(self.count(0, 2))}
        self.boxes = [str(8000 + n) for n in range(self.count(1, 3))]
        self.handlings = [f"H-{n}" for n in range(self.count(1, 3))]
        self.numbers = [f"N-{n}" for n in range(self.count(1, 5))]
        self.extensions = [
            *self.users,
            *self.queues.values(),
            *self.lines.values(),
            *self.boxes,
            "9000",
            "1090",
        ]

    # --- drawing ----------------------------------------------------------------------------------

    def one(self, values: Sequence[T]) -> T:
        return values[self.chance.randrange(len(values))]

    def some(self, values: Sequence[T], most: int = 4) -> list[T]:
        kept = [value for value in values if self.odds(2)]
        return kept[:most]

    def count(self, least: int, most: int) -> int:
        return self.chance.randint(least, most)

    def odds(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0

    def maybe(self, make: Callable[[], T], one_in: int = 2) -> T | None:
        return make() if self.odds(one_in) else None

    # --- the document -----------------------------------------------------------------------------

    def document(self) -> Plain:
        return _without_none({
            "format": 1,
            "account": self.account(),
            "sites": {"S": {"name": "Site", **self.level()}},
            "groups": {"G": {"name": "Group", "enabled": not self.odds(4), **self.level()}},
            "prompts": {name: {"file": f"{name}.wav", "seconds": self.count(0, 9)} for name in PROMPTS},
            "contacts": {"C": {"name": "Contact", "number": "+14505550166", "country": "CA"}},
            "numbers": {key: self.number(n) for n, key in enumerate(self.numbers)},
            "handlings": {key: self.handling() for key in self.handlings},
            "users": {extension: self.user(extension) for extension in self.users},
            "teams": {key: {"members": self.some(self.users)} for key in self.teams},
            "queues": {key: self.queue(extension) for key, extension in self.queues.items()},
            "shared_lines": {key: self.line(extension) for key, extension in self.lines.items()},
            "boxes": {box: self.box() for box in [*self.boxes, *self.some(self.users)]},
            "capacity_profiles": {"CP": {"limit": 1, "blocking": self.odds(2)}},
            "outbound_profiles": self.profiles() if self.odds(2) else {},
            "announcements": {"9000": {"prompt": self.one(PROMPTS)}},
            "site_devices": {"1090": {"name": "Door", "device": self.device("door_phone")}},
        })  # fmt: skip

    def profiles(self) -> Plain:
        countries = self.one([["CA"], ["FR"], []])
        blocked = ["+1450*"] if self.odds(4) else []
        return {
            "OP": {
                "number": "N-0", "default": self.odds(2), "capacity": ["CP"], "countries": countries,
                "blocked_numbers": blocked,
            },
        }  # fmt: skip

    def account(self) -> Plain:
        return {
            "id": "random",
            "name": "Random",
            "domain": "random.example",
            "time_zone": self.one(ZONES),
            "languages": self.one([["fr"], ["en"], ["fr", "en"], []]),
            "operator": self.internal(self.leaf if self.calm else self.action),
            "strict_outbound_only": self.odds(3),
            "trunk_channels": self.one([0, 2, 10]),
            "hop_limit": self.count(1, 20),
            "visits_per_target": self.count(1, 5),
            "when_presence_unknown": self.one(["ring", "overflow"]),
            "blocked_callers": self.some(["+1418555*"], 1) if self.odds(4) else [],
            "blocked_numbers": self.some(["+1418*", "+33*"], 2) if self.odds(4) else [],
            "allowed_numbers": self.some(["+1*", "+1418*"], 1) if self.odds(5) else [],
            "call_handling_plan": not self.odds(5),
            "extension_length": self.count(3, 6),
            "defaults": self.defaults() if self.odds(3) else {},
        }

    def level(self) -> Plain:
        """What a site or a group may set."""
        return {
            "time_zone": self.one(["", *ZONES]), "languages": self.one([[], ["fr"], ["en", "fr"]]),
            "operator": self.maybe(lambda: self.internal(self.leaf if self.calm else self.action), 3),
            "defaults": self.defaults() if self.odds(3) else {},
        }  # fmt: skip

    def defaults(self) -> Plain:
        """What a level gives to the objects below it."""
        users = {
            "schedule": self.maybe(self.schedule), "open": self.maybe(lambda: self.answering([], "1")),
            "closed": self.maybe(lambda: self.answering([], "1")), "dnd": self.maybe(lambda: self.leaf("1")),
            "press_1": self.odds(2), "confirm_by": self.one(["callee", "caller"]),
            "exceptions": {"X-D": self.period("1")} if self.odds(3) else {},
        }  # fmt: skip
        numbers = {"schedule": self.maybe(self.schedule), "closed": self.actions()}
        return {"users": users, "numbers": numbers, "queues": {"schedule": self.maybe(self.schedule)}}

    def number(self, n: int) -> Plain:
        belongs = (
            {"extension": self.one(self.extensions)}
            if self.odds(3)
            else {"handling": self.one(self.handlings)}
        )
        return {
            "number": f"+1514555010{n}",
            "make_calls": n == 0,
            "receive_calls": not self.odds(8),
            "enabled": n == 0 or not self.odds(8),
            "time_zone": self.one(["", *ZONES]),
            "site": self.one(["", "S"]),
            "group": self.one(["", "G"]),
            "languages": self.one([[], ["en"]]),
            "operator": self.maybe(lambda: self.internal(self.leaf), 5),
            **({} if self.odds(12) else belongs),
        }

    def handling(self) -> Plain:
        return {
            "schedule": self.maybe(self.schedule),
            "exceptions": {f"X-{n}": self.period() for n in range(self.count(0, 2))},
            "rules": [self.rule(n) for n in range(self.count(0, 3))],
            "open": self.actions(),
            "closed": self.actions(),
            "zero_dialing": self.zero(),
            "respect_queue_time": self.odds(2),
            "forced": self.one(["", "", "", "open", "closed"]),
        }

    def user(self, extension: str) -> Plain:
        devices = {f"{extension}{'abc'[n]}": self.device() for n in range(self.count(0, 3))}
        outside = {f"m{n}": self.outside_number(n) for n in range(self.count(0, 2))}
        return {
            "name": f"User {extension}",
            "site": self.one(["", "S"]),
            "group": self.one(["", "G"]),
            "time_zone": self.one(["", *ZONES]),
            "licensed": not self.odds(8),
            "devices": devices,
            "external_numbers": outside,
            "voicemail": True,
            "schedule": self.maybe(self.schedule),
            "exceptions": {f"X-{n}": self.period(extension) for n in range(self.count(0, 2))},
            "rules": [self.rule(n, extension) for n in range(self.count(0, 2))],
            "open": self.answering([*devices, *outside], extension),
            "closed": self.maybe(lambda: self.answering([*devices, *outside], extension)),
            "forward": self.maybe(lambda: {"to": self.action(extension), "enabled": not self.odds(3)}, 4),
            "forward_vs_schedule": self.one(["schedule_first", "forward_first"]),
            "forward_in_open_hours": self.one(["ignore", "apply"]),
            "dnd": self.maybe(lambda: self.action(extension), 3),
            "operator": self.maybe(lambda: self.internal(lambda: self.leaf(extension)), 4),
            "receive_while_on_call": self.odds(3),
            "working_hours": self.maybe(self.schedule, 3),
            "data_access": self.some(self.numbers, 2) if self.odds(3) else [],
            "capacity": {"CP": 0} if self.odds(3) else {},
            "ring_on_break": self.odds(3),
            "busy_in_wrap_up": self.odds(3),
        }

    def answering(self, phones: list[str], extension: str) -> Plain:
        busy = {"action": "call_waiting"} if self.odds(2) else self.action(extension)
        plan = {
            "mode": self.one(["simultaneous", "sequential"]),
            "seconds": self.one(RING_TIMES),
            "order": self.some(phones),
            "classes_off": self.some(CLASSES) if self.odds(4) else [],
        }
        return {"ring": None if self.odds(6) else plan, "busy": busy, "unanswered": self.action(extension)}

    def device(self, kind: str = "") -> Plain:
        kinds = ["sip", "softphone", "teams", "door_phone", "conference", "paging", "other"]
        return {
            "kind": kind or self.one(kinds), "ring_class": self.one(CLASSES), "enabled": not self.odds(6),
        }  # fmt: skip

    def outside_number(self, n: int) -> Plain:
        return {
            "number": MOBILES[n], "country": "CA", "enabled": not self.odds(4), "press_1": self.odds(2),
            "confirm_by": self.one(["callee", "caller"]), "confirm_seconds": self.count(3, 60),
        }  # fmt: skip

    def queue(self, extension: str) -> Plain:
        reasons = ["out_of_hours", "full", "wait", "nobody", "predicted_wait"]
        return {
            "extension": extension,
            "site": self.one(["", "S"]),
            "group": self.one(["", "G"]),
            "exceptions": {f"X-{n}": self.period() for n in range(self.count(0, 1))},
            "teams": self.some(self.teams),
            "members": self.some(self.users),
            "strategy": self.one(STRATEGIES),
            "clock": self.one(CLOCKS),
            "member_seconds": self.count(5, 30),
            "max_wait": self.one([0, 30, 60]),
            "max_waiting": self.count(0, 3),
            "schedule": self.maybe(self.schedule),
            "members_own_hours": self.odds(2),
            "overflow": [
                {"reason": reason, "to": self.action(), "over": 30 if reason == "predicted_wait" else 0}
                for reason in self.some(reasons)
            ],
            "allowed_presences": self.some(["available", "busy", "away"]),
            "wait_if_busy": self.odds(2),
            "respect_queue_time": self.odds(2),
            "welcome": self.one(["", *PROMPTS]),
            "periodic_prompt": self.one(["", *PROMPTS]),
            "periodic_seconds": self.one([0, 10, 60]),
            "announce_position": self.odds(2),
            "announce_wait": self.odds(3),
            "flush_at_close": self.odds(2),
            "priority": self.count(-1, 1),
        }

    def line(self, extension: str) -> Plain:
        return {
            "extension": extension, "members": self.some(self.users), "strategy": self.one(STRATEGIES), "clock": self.one(CLOCKS),
            "seconds": self.count(5, 60), "unanswered": self.action(),
        }  # fmt: skip

    def box(self) -> Plain:
        return {"greeting": self.one(["", *PROMPTS]), "closed_greeting": self.one(["", *PROMPTS])}

    # --- time -------------------------------------------------------------------------------------

    def schedule(self) -> Plain:
        openings = [self.opening() for _ in range(self.count(0, 3))]
        return {"openings": openings, "enabled": not self.odds(4), "time_zone": self.one(["", *ZONES])}

    def opening(self) -> Plain:
        start, end = sorted(self.chance.sample(range(0, 1440, 30), 2))
        overnight = self.odds(4)
        first, last = (end, start) if overnight else (start, end)
        days = self.some(DAYS, 7) or ["mon"]
        months = self.some(list(range(1, 13)), 12) if self.odds(4) else []
        return {
            "days": days,
            "start": _clock(first),
            "end": _clock(last),
            "next_day": overnight,
            "months": months,
        }

    def period(self, owner: str = "") -> Plain:
        dates = self.one([
            {"range": {"first": "2026-12-20", "last": "2027-01-05"}},
            {"range": {"first": "2026-03-08", "last": "2026-11-01"}},
            {"yearly": {"month": 12, "day": 25}},
            {"yearly": {"month": 2, "day": 29}},
            {"days": {"days": [1, 8, 15, 31], "months": self.some(list(range(1, 13)), 12)}},
        ])  # fmt: skip
        start, end = sorted(self.chance.sample(range(0, 1441, 30), 2))
        hours = {} if self.odds(2) or end == 1440 else {"start": _clock(start), "end": _clock(end)}
        return {
            **dates, **hours, "rank": self.count(1, 3), "enabled": not self.odds(6),
            "steps": self.actions(owner) or [self.leaf(owner)],
        }  # fmt: skip

    def rule(self, n: int, owner: str = "") -> Plain:
        return {
            "id": f"R-{n}",
            "enabled": not self.odds(6),
            "even_in_exception": not owner and self.odds(3),
            "callers": self.some(PATTERNS, 2) if self.odds(2) else [],
            "contacts": ["C"] if self.odds(6) else [],
            "called": self.some(self.numbers) if not owner and self.odds(3) else [],
            "weekly": [self.opening()] if self.odds(3) else [],
            "dates": [{"first": "2026-06-01", "last": "2027-02-28"}] if self.odds(4) else [],
            "state": self.one(["", "", "open", "closed"]),
            "steps": self.actions(owner) or [self.leaf(owner)],
        }

    # --- actions ----------------------------------------------------------------------------------

    def actions(self, owner: str = "") -> list[Plain]:
        return [self.action(owner) for _ in range(self.count(0, 3))]

    def action(self, owner: str = "") -> Plain:
        if self.calm or self.odds(2):
            return self.leaf(owner)
        return self.one([
            lambda: {"action": "extension", "extension": self.one(self.extensions), "mailbox": self.one(["original", "target"])},
            lambda: {"action": "number", "number": self.one(self.numbers)},
            lambda: {"action": "queue", "queue": self.one([*self.queues])} if self.queues else self.leaf(owner),
            lambda: {"action": "shared_line", "shared_line": self.one([*self.lines])} if self.lines else self.leaf(owner),
            lambda: {"action": "operator"},
        ])()  # fmt: skip

    def leaf(self, owner: str = "") -> Plain:
        """An action that goes to no other object of the company."""
        return self.one([self.ring, self.greeting, lambda: self.voicemail(owner), self.announce, self.external,
            lambda: {"action": "contact", "contact": "C", "seconds": 20, "press_1": self.odds(2)},
            lambda: {"action": "hangup"}, lambda: {"action": "busy_signal"}])()  # fmt: skip

    def ring(self) -> Plain:
        return {
            "action": "ring", "members": self.some(self.users) or [self.users[0]], "teams": self.some(self.teams),
            "strategy": self.one(STRATEGIES), "clock": self.one(CLOCKS),
            "seconds": self.one([0, 5, 20, 60]), "member_seconds": self.count(5, 40),
            "wait_if_busy": self.odds(2), "zero_dialing": self.maybe(self.zero, 4),
        }  # fmt: skip

    def greeting(self) -> Plain:
        return {
            "action": "greeting", "prompt": self.one(PROMPTS), "dial_extension": self.odds(2), "operator": self.odds(2),
            "plays": self.count(1, 4), "wait_seconds": self.count(0, 5), "then": self.maybe(self.short),
        }  # fmt: skip

    def voicemail(self, owner: str) -> Plain:
        menu = self.odds(2)
        return {
            "action": "voicemail", "box": self.one(["", *self.boxes]) if owner else self.one(self.boxes),
            "greeting": self.one(["", *PROMPTS]), "operator": menu, "operator_target": self.internal(self.short) if menu else None,
            "menu_prompt": self.one(["", *PROMPTS]), "check_voicemail": self.odds(2), "no_greeting": self.odds(5),
        }  # fmt: skip

    def announce(self) -> Plain:
        return {
            "action": "announce",
            "prompt": self.one(PROMPTS),
            "return_date": self.one(["", "2027-01-06"]),
        }

    def external(self) -> Plain:
        return {
            "action": "external", "number": self.one(MOBILES), "country": "CA", "seconds": self.count(5, 60),
            "press_1": self.odds(2), "caller_id": self.one(["", "N-0"]),
        }  # fmt: skip

    def zero(self) -> Plain:
        to = self.one(["company_greeting", "nothing", "target"])
        return {"to": to, "target": self.short() if to == "target" else None}

    def internal(self, make: Callable[[], Plain]) -> Plain:
        """An action that may be an operator: one that stays in the company (Z40)."""
        while (found := make())["action"] in ("external", "contact"):
            pass
        return found

    def short(self) -> Plain:
        """An action within an action."""
        if self.calm:
            return self.one([self.external, self.announce])()
        return self.one([
            lambda: {"action": "extension", "extension": self.one(self.extensions)},
            lambda: {"action": "voicemail", "box": self.one(self.boxes)},
            lambda: {"action": "operator"},
            lambda: {"action": "number", "number": self.one(self.numbers)},
            lambda: {"action": "ring", "members": [self.one(self.users)]},
            lambda: {"action": "greeting", "prompt": "G", "operator": self.odds(2)},
            self.external,
            self.announce,
        ])()  # fmt: skip


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(each) for key, each in value.items() if each is not None or key == "ring"}
    return [_without_none(each) for each in value] if isinstance(value, list) else value
