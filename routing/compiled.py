"""A company ready for deciding: the document with its indexes, made once per revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from routing import emergency
from routing.company import AnyAction, CompanyDocument, Handling, Number, Queue, Ring, Schedule, User
from routing.effective import effective
from routing.flows import Flows, outbound_only

ExtensionKind = Literal["user", "queue", "shared_line", "box", "announcement", "site_device"]


class Target(msgspec.Struct, frozen=True):
    """What an extension is: its kind, and the id of the object (the extension itself for most)."""

    kind: ExtensionKind
    id: str


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a decision reads; lookups cost the same with 10 users and with 10,000. `document` is the
    effective one: every setting has the value that its levels came to (`routing.effective`)."""

    document: CompanyDocument
    revision: int
    numbers_by_e164: Mapping[str, str]
    extensions: Mapping[str, Target]
    device_owners: Mapping[str, str]
    zones: Mapping[str, tzinfo]
    personal: Mapping[str, str] = {}
    """Users who own a number, and which (D35)."""
    emergency: frozenset[str] = frozenset()
    """The emergency numbers of its countries, as people dial them."""
    outgoing: str = ""
    """The number that outside calls show when none is chosen: the first of the company's that can make calls, none of a person's."""
    rotations: tuple[str, ...] = ()
    """The groups that rotate, as `routing.members.rotation_key` names them."""
    predicting: frozenset[str] = frozenset()
    """Queues that tell, or act on, how long a caller will wait (`routing.predicted_wait`)."""
    gateways: tuple[str, ...] = ()
    """Those of its trunks; the account's own one is tried whatever it is said to be: there is no other."""
    longest_extension: int = 0
    """Digits of the longest one, which a caller in a greeting is given the time to dial."""
    outbound_only: Mapping[str, frozenset[str]] = {}
    """Users whom teams leave out, by number (`routing.flows.outbound_only`): in strict mode alone (C1)."""

    @property
    def id(self) -> str:
        """The company's id."""
        return self.document.account.id

    def zone(self, *names: str) -> tzinfo:
        """The first zone that is set, the account's when none is (C26)."""
        wanted = next((name for name in names if name), self.document.account.time_zone)
        return self.zones[wanted]

    def number_zone(self, number: Number) -> tzinfo:
        """The schedule's of its handling, then number, group, site, account."""
        handling = self.document.handlings.get(number.handling)
        return self.zone(_zone_of(handling.schedule if handling else None), number.time_zone)

    def user_zone(self, user: User) -> tzinfo:
        """The schedule's, then user, group, site, account."""
        return self.zone(_zone_of(user.schedule), user.time_zone)

    def queue_zone(self, queue: Queue) -> tzinfo:
        """The schedule's, then queue, group, site, account."""
        return self.zone(_zone_of(queue.schedule), queue.time_zone)


def compile_company(
    document: CompanyDocument, revision: int, *, obeyed: CompanyDocument | None = None
) -> Company:
    """The company of a document as saved, which has passed the check. KeyError-free: linear, one pass. `obeyed` is its
    effective one, where that is known already."""
    document = obeyed or effective(document)
    return Company(
        document=document,
        revision=revision,
        numbers_by_e164={number.number: key for key, number in document.numbers.items()},
        extensions=_extensions(document),
        device_owners={device: ext for ext, user in document.users.items() for device in user.devices},
        zones={name: ZoneInfo(name) for name in _zone_names(document)},
        personal={number.owner: key for key, number in document.numbers.items() if number.owner},
        emergency=frozenset(emergency.numbers(countries(document), document.account.emergency_numbers)),
        outgoing=_outgoing(document),
        rotations=tuple(_rotations(document)),
        predicting=frozenset(key for key, queue in document.queues.items() if _predicts(queue)),
        gateways=tuple(dict.fromkeys(trunk.gateway for trunk in document.trunks.values())),
        longest_extension=max(map(len, _extensions(document)), default=0),
        outbound_only=_left_out(document),
    )


def countries(document: CompanyDocument) -> frozenset[str]:
    """Where the company is: its own country and those of its sites."""
    return frozenset(
        {document.account.country, *(site.country for site in document.sites.values() if site.country)}
    )


def _outgoing(document: CompanyDocument) -> str:
    able = (number for number in document.numbers.values() if number.make_calls and number.enabled)
    return next((number.number for number in able if not number.owner), "")


def _predicts(queue: Queue) -> bool:
    return queue.announce_wait or any(each.reason == "predicted_wait" for each in queue.overflow)


def _rotations(document: CompanyDocument) -> Iterator[str]:
    yield from (f"q.{key}" for key, queue in document.queues.items() if queue.strategy == "rotating")
    yield from (f"l.{key}" for key, line in document.shared_lines.items() if line.strategy == "rotating")
    rotating = {key: list(_rotating_steps(handling)) for key, handling in document.handlings.items()}
    for key, number in document.numbers.items():
        yield from (f"n.{key}.{place}" for place in rotating.get(number.handling, ()))


def _rotating_steps(handling: Handling) -> Iterator[str]:
    branches: dict[str, Sequence[AnyAction]] = {"o": handling.open, "c": handling.closed}
    branches |= {f"x-{key}": period.steps for key, period in handling.exceptions.items()}
    branches |= {f"r-{rule.id}": rule.steps for rule in handling.rules}
    for branch, steps in branches.items():
        for index, step in enumerate(steps):
            if isinstance(step, Ring) and step.strategy == "rotating":
                yield f"{branch}.s{index}"


def _left_out(document: CompanyDocument) -> Mapping[str, frozenset[str]]:
    """Where to look is the whole document, so only in the mode that asks for it."""
    return outbound_only(document, Flows(document)) if document.account.strict_outbound_only else {}


def _extensions(document: CompanyDocument) -> dict[str, Target]:
    found: dict[str, Target] = {ext: Target("box", ext) for ext in document.boxes}
    found |= {ext: Target("announcement", ext) for ext in document.announcements}
    found |= {ext: Target("site_device", ext) for ext in document.site_devices}
    found |= {q.extension: Target("queue", key) for key, q in document.queues.items() if q.extension}
    found |= {
        s.extension: Target("shared_line", key) for key, s in document.shared_lines.items() if s.extension
    }
    # Last: a box of the same extension is the user's own settings.
    found |= {ext: Target("user", ext) for ext in document.users}
    return found


def _zone_names(document: CompanyDocument) -> set[str]:
    named = {document.account.time_zone}
    named |= {number.time_zone for number in document.numbers.values()}
    named |= {user.time_zone for user in document.users.values()}
    named |= {queue.time_zone for queue in document.queues.values()}
    for objects in (document.handlings, document.users, document.queues):
        named |= {_zone_of(one.schedule) for one in objects.values()}
    return {name for name in named if name}


def _zone_of(schedule: Schedule | None) -> str:
    return schedule.time_zone if schedule is not None else ""
