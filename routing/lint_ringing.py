"""Who rings, and what callers hear while they do (LINT-10, 11, 22, 24, 25, 28, 30 to 32).

What holds for people and numbers is that of the effective document, whichever level gave it; a finding leads to the setting of
the object, where it is asked for and changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from routing.company import (
    Answering,
    AnyAction,
    CompanyDocument,
    Hangup,
    Ring,
    RingPlan,
    ToContact,
    ToExtension,
    ToExternal,
    User,
    Voicemail,
    ZeroDialing,
)
from routing.device_kinds import is_talked_on
from routing.document_walk import Placed
from routing.effective import written
from routing.lint_findings import Finding, path_text
from routing.own_forward import is_suspended

_MOST_TOGETHER = 10
_MOST_IN_TURN = 100
_MOST_IN_QUEUE = 50
_MOST_WAITING = 60
_LONGEST_WAIT = 30 * 60


def check(document: CompanyDocument, obeyed: CompanyDocument, placed: Sequence[Placed]) -> Iterator[Finding]:
    """The rules about ringing; `placed` are all actions of the document."""
    for extension, user in obeyed.users.items():
        yield from _user(_as_meant(user, document.users[extension]), extension)
    yield from _forwards(obeyed)
    for one in placed:
        if isinstance(one.action, Ring):
            yield from _ring(document, one, one.action)
        if isinstance(one.action, Voicemail) and one.action.video:
            objects = (one.owner or str(one.steps[1]),)
            yield Finding(id="video_as_voicemail", level="info", objects=objects, path=path_text(one.steps))
    yield from _zero_dialing(document, obeyed)
    yield from _queues(document)
    yield from _presences(document)
    yield from _unlicensed(document, placed)
    yield from _silent_prompts(document)


def _as_meant(user: User, own: User) -> User:
    """Without the closed context that a level gives to somebody who is never closed; his own is looked at before he has hours."""
    closes = user.schedule is not None and user.schedule.enabled
    given = user.closed is not None and own.closed is None
    return msgspec.structs.replace(user, closed=None) if given and not closes else user


def _user(user: User, extension: str) -> Iterator[Finding]:
    path = f"users.{extension}"
    if user.open.ring is None and (user.devices or user.external_numbers):
        facts = {"name": user.name}
        yield Finding(
            id="open_silent", level="warn", objects=(extension,), path=f"{path}.open.ring", facts=facts
        )
    for name, answering in (("open", user.open), ("closed", user.closed)):
        if answering is not None and isinstance(answering.unanswered, Hangup) and not _rings(user, answering):
            where = f"{path}.{name}.unanswered"
            yield Finding(
                id="LINT-22", level="warn", objects=(extension,), path=where, facts={"context": name}
            )
    for key, device in user.devices.items():
        closed = user.closed.ring if user.closed is not None else None
        planned = _in_plan(user.open.ring, key) or _in_plan(closed, key)
        if device.enabled and not is_talked_on(device) and planned:
            where = f"{path}.devices.{key}"
            yield Finding(id="LINT-30", level="warn", objects=(key, extension), path=where)
    for key, external in user.external_numbers.items():
        if external.enabled and external.press_1 and external.confirm_by == "caller":
            where = f"{path}.external_numbers.{key}.confirm_by"
            yield Finding(id="LINT-25", level="warn", objects=(extension, key), path=where)
            yield from _key_1_twice(user, extension, key)


def _key_1_twice(user: User, extension: str, outside: str) -> Iterator[Finding]:
    """C5: the caller is asked for 1 to be connected, and then by the menu for 1 to leave a message."""
    for name, answering in (("open", user.open), ("closed", user.closed)):
        menu = answering.unanswered if answering is not None else None
        if answering is None or not isinstance(menu, Voicemail) or not _in_plan(answering.ring, outside):
            continue
        if menu.operator or menu.check_voicemail:
            where = f"users.{extension}.{name}.unanswered"
            facts = {"name": user.name}
            yield Finding(
                id="key_1_twice", level="info", objects=(extension, outside), path=where, facts=facts
            )


def _rings(user: User, answering: Answering) -> bool:
    plan = answering.ring
    if plan is None:
        return False
    devices = any(
        device.enabled
        and is_talked_on(device)
        and device.ring_class not in plan.classes_off
        and _in_plan(plan, key)
        for key, device in user.devices.items()
    )
    return devices or any(
        external.enabled and _in_plan(plan, key) for key, external in user.external_numbers.items()
    )


def _in_plan(plan: RingPlan | None, key: str) -> bool:
    return plan is not None and (not plan.order or key in plan.order)


def _forwards(document: CompanyDocument) -> Iterator[Finding]:
    """LINT-10 and LINT-11. A call that is forwarded outside holds two lines: in, and out again."""
    outside = {key: user for key, user in document.users.items() if _forwards_outside(user)}
    using = [key for key, user in outside.items() if not is_suspended(user)]
    channels = document.account.trunk_channels
    for key, user in outside.items():
        path = f"users.{key}.forward"
        if any(device.kind == "softphone" and device.enabled for device in user.devices.values()):
            yield Finding(id="LINT-10", level="info", objects=(key,), path=path, facts={"name": user.name})
        if not is_suspended(user):
            facts = {"name": user.name, "peak": str(2 * len(using)), "channels": str(channels)}
            yield Finding(id="LINT-11", level="info", objects=(key,), path=path, facts=facts)


def _forwards_outside(user: User) -> bool:
    forward = user.forward
    return forward is not None and forward.enabled and isinstance(forward.to, ToExternal | ToContact)


def _ring(document: CompanyDocument, placed: Placed, ring: Ring) -> Iterator[Finding]:
    path = path_text(placed.steps)
    if _needs_answer(ring.zero_dialing):
        yield Finding(id="LINT-25", level="warn", objects=(path,), path=f"{path}.zero_dialing")
    members = set(ring.members)
    for team in ring.teams:
        members.update(document.teams[team].members)
    most = _MOST_TOGETHER if ring.strategy == "simultaneous" else _MOST_IN_TURN
    if len(members) > most:
        facts = {"what": "members", "count": str(len(members)), "most": str(most)}
        yield Finding(id="LINT-32", level="warn", objects=(path,), path=path, facts=facts)


def _needs_answer(zero: ZeroDialing | None) -> bool:
    return zero is not None and zero.to != "nothing"


def _zero_dialing(document: CompanyDocument, obeyed: CompanyDocument) -> Iterator[Finding]:
    """LINT-24 where calls of open hours go elsewhere than to users; LINT-25 where users ring, then or in any other branch,
    at any of its numbers."""
    meant: dict[str, list[tuple[AnyAction, ...]]] = {}
    for key, handling in obeyed.handlings.items():
        periods = (period.steps for period in handling.exceptions.values())
        rules = (rule.steps for rule in handling.rules)
        meant.setdefault(written(key), []).extend((handling.open, handling.closed, *rules, *periods))
    for key, handling in document.handlings.items():
        if not _needs_answer(handling.zero_dialing):
            continue
        path = f"handlings.{key}.zero_dialing"
        if not _rings_users(document, handling.open):
            yield Finding(id="LINT-24", level="warn", objects=(key,), path=path)
        if any(_rings_users(document, steps) for steps in meant[key]):
            yield Finding(id="LINT-25", level="warn", objects=(key,), path=path)


def _rings_users(document: CompanyDocument, steps: tuple[AnyAction, ...]) -> bool:
    return any(
        isinstance(step, Ring) or (isinstance(step, ToExtension) and step.extension in document.users)
        for step in steps
    )


def _queues(document: CompanyDocument) -> Iterator[Finding]:
    for key, queue in document.queues.items():
        members = set(queue.members)
        for team in queue.teams:
            members.update(document.teams[team].members)
        most = _MOST_TOGETHER if queue.strategy == "simultaneous" else _MOST_IN_QUEUE
        for what, count, limit in (
            ("members", len(members), most),
            ("max_waiting", queue.max_waiting, _MOST_WAITING),
            ("max_wait", queue.max_wait, _LONGEST_WAIT),
        ):
            if count > limit:
                facts = {"what": what, "count": str(count), "most": str(limit)}
                yield Finding(id="LINT-32", level="warn", objects=(key,), path=f"queues.{key}", facts=facts)
    for key, line in document.shared_lines.items():
        together = line.strategy == "simultaneous"
        most = _MOST_TOGETHER if together else _MOST_IN_TURN
        if len(line.members) > most:
            facts = {"what": "members", "count": str(len(line.members)), "most": str(most)}
            yield Finding(id="LINT-32", level="warn", objects=(key,), path=f"shared_lines.{key}", facts=facts)


def _presences(document: CompanyDocument) -> Iterator[Finding]:
    """LINT-28: whoever missed an offer is set away, and a queue offers calls to people who are away (D45). Without a change
    of presence, how many offers are missed before it says nothing."""
    if document.account.missed_offer != "away":
        if document.account.missed_offers > 1:
            facts, path = {"count": str(document.account.missed_offers)}, "account.missed_offers"
            yield Finding(
                id="missed_offers_useless",
                level="info",
                objects=(document.account.id,),
                path=path,
                facts=facts,
            )
        return
    for key, queue in document.queues.items():
        if "away" in queue.allowed_presences:
            path = f"queues.{key}.allowed_presences"
            yield Finding(id="LINT-28", level="warn", objects=(key,), path=path)


def _unlicensed(document: CompanyDocument, placed: Sequence[Placed]) -> Iterator[Finding]:
    """LINT-31: each user without a licence at each place that leads to him."""
    without = {key for key, user in document.users.items() if not user.licensed}
    if not without:
        return
    for user, path in _targets(document, placed):
        if user in without:
            facts = {"name": document.users[user].name}
            yield Finding(id="LINT-31", level="warn", objects=(user,), path=path, facts=facts)


def _targets(document: CompanyDocument, placed: Sequence[Placed]) -> Iterator[tuple[str, str]]:
    for key, number in document.numbers.items():
        yield number.extension, f"numbers.{key}.extension"
    for one in placed:
        if isinstance(one.action, ToExtension):
            yield one.action.extension, path_text(one.steps)
        if isinstance(one.action, Ring):
            yield from ((member, path_text(one.steps)) for member in one.action.members)
    for key, team in document.teams.items():
        yield from ((member, f"teams.{key}.members") for member in team.members)
    for key, queue in document.queues.items():
        yield from ((member, f"queues.{key}.members") for member in queue.members)
    for key, line in document.shared_lines.items():
        yield from ((member, f"shared_lines.{key}.members") for member in line.members)


def _silent_prompts(document: CompanyDocument) -> Iterator[Finding]:
    for key, prompt in document.prompts.items():
        if not prompt.file and not prompt.builtin:
            yield Finding(id="prompt_silent", level="warn", objects=(key,), path=f"prompts.{key}")
