"""What is still missing before anybody can call out: the prerequisites in their order, with the state of each (D04 to D07, D13 to D16,
D32), and what may become of each number (D08, D36 to D41). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from routing.company import CompanyDocument, Number, OutboundProfile
from routing.lint_sentences import Sentence
from routing.outbound_numbers import Home, destination

StepId = Literal[
    "number", "make_calls", "voice_queue", "capacity_users", "outbound_profile", "default_profile"
]
StepState = Literal["done", "to_do", "waits"]
"""`waits`: for a step before it."""


class SetupStep(msgspec.Struct, frozen=True):
    """A step of the set-up; `objects` are the ids that make it done."""

    id: StepId
    state: StepState
    objects: tuple[str, ...] = ()


SENTENCES: dict[StepId, Sentence] = {
    "number": Sentence("Ajoutez un numéro de téléphone (numbers).", "Add a phone number (numbers)."),
    "make_calls": Sentence(
        "Permettez à un numéro en service de passer des appels (numbers.…make_calls).",
        "Let a number in service make calls (numbers.…make_calls).",
    ),
    "voice_queue": Sentence(
        "Attachez une file vocale à un profil sortant (outbound_profiles.…queue).",
        "Attach a voice queue to an outbound profile (outbound_profiles.…queue).",
    ),
    "capacity_users": Sentence(
        "Mettez des utilisateurs dans un profil de capacité (users.…capacity).",
        "Put users into a capacity profile (users.…capacity).",
    ),
    "outbound_profile": Sentence(
        "Faites un profil sortant d'un numéro qui peut appeler et d'un profil de capacité qui a des utilisateurs "
        "(outbound_profiles).",
        "Make an outbound profile of a number that can call and a capacity profile that has users (outbound_profiles).",
    ),
    "default_profile": Sentence(
        "Choisissez le profil sortant par défaut, dont les numéros personnels ont besoin (outbound_profiles.…default).",
        "Choose the default outbound profile, which personal numbers need (outbound_profiles.…default).",
    ),
}
"""What to do for each step, whether it is done or not."""


_NEEDS: dict[StepId, tuple[StepId, ...]] = {
    "make_calls": ("number",),
    "outbound_profile": ("make_calls", "capacity_users"),
    "default_profile": ("outbound_profile",),
}
"""Which steps one cannot be done without (T122); the others depend on none."""


def checklist(document: CompanyDocument) -> tuple[SetupStep, ...]:
    """The steps in their order. One that is done is done even if one before it is not."""
    found: dict[StepId, SetupStep] = {}
    for ident, objects in _objects(document):
        waits = any(found[each].state != "done" for each in _NEEDS.get(ident, ()))
        state: StepState = "done" if objects else "waits" if waits else "to_do"
        found[ident] = SetupStep(ident, state, objects)
    return tuple(found.values())


def _objects(document: CompanyDocument) -> Iterator[tuple[StepId, tuple[str, ...]]]:
    profiles = document.outbound_profiles.items()
    held = {key for user in document.users.values() for key in user.capacity}
    yield "number", tuple(document.numbers)
    yield (
        "make_calls",
        tuple(key for key, each in document.numbers.items() if each.make_calls and each.enabled),
    )
    voice = (each.queue for _, each in profiles if _is_voice(document, each.queue))
    yield "voice_queue", tuple(dict.fromkeys(voice))
    yield "capacity_users", tuple(key for key in document.capacity_profiles if key in held)
    yield "outbound_profile", tuple(key for key, each in profiles if _is_complete(document, each, held))
    yield "default_profile", tuple(key for key, each in profiles if each.default)


def _is_voice(document: CompanyDocument, queue: str) -> bool:
    found = document.queues.get(queue)
    return found is not None and found.channel == "voice"


def _is_complete(document: CompanyDocument, profile: OutboundProfile, held: set[str]) -> bool:
    number = document.numbers.get(profile.number)
    return (
        number is not None and number.make_calls and number.enabled and not held.isdisjoint(profile.capacity)
    )


# --- numbers -----------------------------------------------------------------------------------------------

Unassignable = Literal["", "toll_free", "already_assigned", "number_not_outbound"]
NumberState = Literal["ready", "connected", "personal", "disabled"]


class NumberPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A number, what its plan has, what became of it, and why it cannot be somebody's own (`unassignable`; empty: it can)."""

    id: str
    number: str
    label: str
    kind: str
    makes_calls: bool
    receives_calls: bool
    state: NumberState
    owner: str
    unassignable: Unassignable


def number_plans(document: CompanyDocument) -> tuple[NumberPlan, ...]:
    """Of every number, in the order of the document."""
    return tuple(_plan(document, key, number) for key, number in document.numbers.items())


def _plan(document: CompanyDocument, key: str, number: Number) -> NumberPlan:
    return NumberPlan(
        id=key, number=number.number, label=number.label, kind=number.kind, makes_calls=number.make_calls,
        receives_calls=number.receive_calls, state=_state(document, key, number), owner=number.owner,
        unassignable=_unassignable(document, key, number),
    )  # fmt: skip


def _state(document: CompanyDocument, key: str, number: Number) -> NumberState:
    if not number.enabled:
        return "disabled"
    if number.owner:
        return "personal"
    return "connected" if _is_used(document, key, number) else "ready"


def _unassignable(document: CompanyDocument, key: str, number: Number) -> Unassignable:
    """A number configured elsewhere is not offered (D38), nor one that is free to call (D36), nor one that cannot call."""
    to = destination(number.number, Home(document.account.country))
    if number.kind == "toll_free" or (to is not None and to.kind == "toll_free"):
        return "toll_free"
    if number.owner or _is_used(document, key, number):
        return "already_assigned"
    return "" if number.make_calls else "number_not_outbound"


def unassignable_to(document: CompanyDocument, key: str, extension: str) -> Unassignable:
    """Why the number cannot become this user's own (D39); the one he has, and one that leads to him alone, can."""
    number = document.numbers[key]
    if number.owner == extension:
        return ""
    if not number.owner and number.extension == extension:
        number = msgspec.structs.replace(number, extension="")
    return _unassignable(document, key, number)


def _is_used(document: CompanyDocument, key: str, number: Number) -> bool:
    profiles = document.outbound_profiles.values()
    shown = any(key in (profile.number, profile.caller_id) for profile in profiles)
    return bool(number.handling or number.extension) or shown


def assignable_users(document: CompanyDocument) -> tuple[str, ...]:
    """Who can be given a number of his own: enabled for routing (D41), without one (D39)."""
    owners = {number.owner for number in document.numbers.values()}
    return tuple(
        key for key, user in document.users.items() if user.routable and user.licensed and key not in owners
    )
