"""Actions that could not be carried out: incomplete, out of place, without an operator or a directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routing.company import (
    AnyAction,
    CallBack,
    CallWaiting,
    CompanyDocument,
    Greeting,
    Ring,
    ToContact,
    ToExtension,
    ToExternal,
    ToOperator,
    Voicemail,
    ZeroDialing,
)
from routing.document_walk import Placed, Steps, each_level
from schemas.problems import Found


def check_actions(document: CompanyDocument, placed: Iterable[Placed]) -> Iterator[Found]:
    """`placed` are all actions of the document."""
    for one in placed:
        yield from _complete(document, one)
        yield from _operator(document, one)
        if one.role == "operator" and isinstance(one.action, ToExternal | ToContact):
            yield Found("operator_not_internal", one.steps, one.action.__struct_config__.tag)
        if isinstance(one.action, CallBack) and (one.steps[0] != "queues" or "overflow" not in one.steps):
            yield Found("only_of_queues", one.steps, "call_back")
        if isinstance(one.action, CallWaiting) and one.role != "busy":
            yield Found("only_when_busy", one.steps, "call_waiting")
    for key, handling in document.handlings.items():
        yield from _zero(handling.zero_dialing, ("handlings", key, "zero_dialing"))
    for key, queue in document.queues.items():
        yield from _zero(queue.zero_dialing, ("queues", key, "zero_dialing"))


def _complete(document: CompanyDocument, placed: Placed) -> Iterator[Found]:
    match placed.action:
        case ToExtension(extension=""):
            yield _missing(placed, "extension")
        case ToExtension(mailbox="original") if placed.owner and not document.users[placed.owner].voicemail:
            yield Found("no_box", (*placed.steps, "mailbox"), placed.owner)
        case Voicemail(box="") if not placed.owner and not placed.for_users:
            yield _missing(placed, "box")
        case Voicemail(box="") if placed.owner and not _written_default(document, placed):
            if not document.users[placed.owner].voicemail and placed.owner not in document.boxes:
                yield Found("no_box", placed.steps, placed.owner)
        case Ring(members=(), teams=()):
            yield _missing(placed, "members")
        case Ring(zero_dialing=zero) if zero is not None:
            yield from _zero(zero, (*placed.steps, "zero_dialing"))
        case ToContact() if not document.contacts:
            yield Found("no_directory", (*placed.steps, "contact"))


def _written_default(document: CompanyDocument, placed: Placed) -> bool:
    """True for what nobody wrote: a user without a box who left `unanswered` out takes C22's default."""
    plain: AnyAction = Voicemail()
    return placed.role == "unanswered" and placed.action == plain


def _zero(zero: ZeroDialing, steps: Steps) -> Iterator[Found]:
    if zero.to == "target" and zero.target is None:
        yield Found("complement_missing", (*steps, "target"), "", {"action": "zero_dialing", "key": "target"})


def _missing(placed: Placed, key: str) -> Found:
    action = str(placed.action.__struct_config__.tag)
    return Found("complement_missing", (*placed.steps, key), "", {"action": action, "key": key})


def _operator(document: CompanyDocument, placed: Placed) -> Iterator[Found]:
    """LINT-20. The menu's operator is named explicitly, `{action: operator}` included (C24)."""
    match placed.action:
        case Voicemail(operator=True, operator_target=None):
            yield Found("operator_without_target", (*placed.steps, "operator_target"))
        case Greeting(operator=True) if not _has_operator(document, ""):
            yield Found("operator_without_target", (*placed.steps, "operator"))
        case ToOperator() if not _has_operator(document, placed.owner) and not _own(placed.steps):
            yield Found("operator_without_target", placed.steps)


def _has_operator(document: CompanyDocument, owner: str) -> bool:
    if document.account.operator is not None:
        return True
    if not owner:
        return any(holder.operator is not None for _, holder in each_level(document))
    user = document.users[owner]
    site, group = document.sites.get(user.site), document.groups.get(user.group)
    return any(one is not None and one.operator is not None for one in (user, group, site))


def _own(steps: Steps) -> bool:
    """An operator that is defined as the operator: the loop check says so."""
    return steps == ("account", "operator")
