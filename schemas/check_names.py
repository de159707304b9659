"""Names that may exist once only: extensions (P04), device names, phone numbers; and ids within a list."""

from __future__ import annotations

from collections.abc import Iterator

from routing.company import CompanyDocument, Rule, User
from schemas.problems import Found, Steps

Holder = tuple[str, str]
"""Who holds something, in French and in English."""


def check_names(document: CompanyDocument) -> Iterator[Found]:
    """Everything that is named twice."""
    yield from _extensions(document)
    yield from _device_names(document)
    yield from _numbers(document)
    for key, handling in document.handlings.items():
        yield from _rules(handling.rules, ("handlings", key))
    for extension, user in document.users.items():
        yield from _rules(user.rules, ("users", extension))
        yield from _ring_plan_ids(user, extension)


def extension_holders(document: CompanyDocument) -> Iterator[tuple[str, Holder, Steps]]:
    """Every extension that something answers to, by whom, and where it is written. The settings of a user's
    own box are not there."""
    for extension, user in document.users.items():
        yield extension, (user.name, user.name), ("users", extension)
    for key, queue in document.queues.items():
        if queue.extension:
            yield queue.extension, _called("la file", "queue", key), ("queues", key, "extension")
    for key, line in document.shared_lines.items():
        if line.extension:
            yield line.extension, _called("la ligne", "shared line", key), ("shared_lines", key, "extension")
    for extension, box in document.boxes.items():
        if extension not in document.users:
            yield extension, _called("la boîte", "box", box.name), ("boxes", extension)
    for extension, spoken in document.announcements.items():
        yield extension, _called("l'annonce", "announcement", spoken.name), ("announcements", extension)
    for extension, device in document.site_devices.items():
        yield extension, _called("l'appareil", "device", device.name), ("site_devices", extension)


def _called(french: str, english: str, name: str) -> Holder:
    return (f"{french} {name}".strip(), f"the {english} {name}".strip())


def _extensions(document: CompanyDocument) -> Iterator[Found]:
    holders: dict[str, Holder] = {}
    for extension, holder, steps in extension_holders(document):
        if extension in holders:
            yield Found("extension_taken", steps, extension, {"holder": holders[extension]})
        else:
            holders[extension] = holder


def _device_names(document: CompanyDocument) -> Iterator[Found]:
    """A device registers with its id; boxes and site devices are accounts named by their extension."""
    holders = {extension: holder for extension, holder, _ in extension_holders(document)}
    for extension, user in document.users.items():
        for device in user.devices:
            if device in holders:
                steps = ("users", extension, "devices", device)
                yield Found("device_taken", steps, device, {"holder": holders[device]})
            else:
                holders[device] = (user.name, user.name)


def _numbers(document: CompanyDocument) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for key, number in document.numbers.items():
        if number.number in seen:
            other = seen[number.number]
            holder = (f"celui de « {other} »", f"that of “{other}”")
            yield Found("number_taken", ("numbers", key, "number"), number.number, {"holder": holder})
        seen.setdefault(number.number, key)


def _rules(rules: tuple[Rule, ...], steps: Steps) -> Iterator[Found]:
    seen: set[str] = set()
    for place, rule in enumerate(rules):
        if rule.id in seen:
            yield Found("rule_taken", (*steps, "rules", place, "id"), rule.id)
        seen.add(rule.id)


def _ring_plan_ids(user: User, extension: str) -> Iterator[Found]:
    for key in user.external_numbers:
        if key in user.devices:
            yield Found("id_taken", ("users", extension, "external_numbers", key), key)
