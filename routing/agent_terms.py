"""What a company's document says of its agents: devices, working hours, capacity, and what follows from missed offers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial

import msgspec

from routing import hours
from routing.agents import Terms
from routing.capacity import capacity_of
from routing.company import User
from routing.compiled import Company
from routing.device_kinds import is_talked_on

_NOBODY = Terms(devices=())


class People:
    """Everybody of one revision; what does not depend on the time is made once."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._standing: dict[str, Terms] = {}

    def extensions(self) -> Collection[str]:
        """Everybody."""
        return self.company.document.users.keys()

    def standing(self, extension: str) -> Terms:
        """What holds at any instant. Whether he is in his hours is a decision's own to judge."""
        found = self._standing.get(extension)
        if found is None:
            found = self._standing[extension] = _standing(self.company, extension)
        return found

    def at(self, extension: str, now: float) -> Terms:
        """And what holds at a Unix second."""
        terms, user = self.standing(extension), self.company.document.users.get(extension)
        if user is None or not (_has_hours(user) or any(each.end_of_day for each in terms.capacity.values())):
            return terms
        local = datetime.fromtimestamp(now, UTC).astimezone(self.company.user_zone(user))
        opened = hours.is_open(user.working_hours, local)
        return msgspec.structs.replace(terms, in_hours=opened, day=_day(user, local, opened=opened))


def _standing(company: Company, extension: str) -> Terms:
    user, account = company.document.users.get(extension), company.document.account
    if user is None:
        return _NOBODY
    capacity = capacity_of(company.document, user)
    daily = any(each.end_of_day for each in capacity.values())
    return Terms(
        devices=tuple(key for key, device in user.devices.items() if is_talked_on(device)),
        has_outside=bool(user.own_numbers), capacity=capacity,
        shift_at=partial(_shift, company, user) if daily else None,
        presence_from_capacity=account.presence_from_capacity, missed_offer=account.missed_offer,
        missed_offers=account.missed_offers, rejected_offer=account.rejected_offer,
        default_presence=account.default_presence,
    )  # fmt: skip


def _has_hours(user: User) -> bool:
    return user.working_hours is not None and user.working_hours.enabled


def _shift(company: Company, user: User, now: float) -> str:
    local = datetime.fromtimestamp(now, UTC).astimezone(company.user_zone(user))
    return _day(user, local, opened=hours.is_open(user.working_hours, local))


def _day(user: User, local: datetime, *, opened: bool) -> str:
    """What end-of-day counters belong to: a day, or the hours of that day (D21)."""
    date = local.date().isoformat()
    return f"{date} {'on' if opened else 'off'}" if _has_hours(user) else date
