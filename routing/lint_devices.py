"""Kinds of device that do not do what one would expect of them: phones in Teams (P25), applications on mobiles (P16)."""

from __future__ import annotations

from collections.abc import Iterator

from routing.company import CompanyDocument, User
from routing.device_kinds import is_talked_on
from routing.lint_findings import Finding
from routing.teams_phones import is_in_teams


def check(document: CompanyDocument) -> Iterator[Finding]:
    """The rules about devices by their kind."""
    to_teams = {
        key: trunk for key, trunk in document.trunks.items() if trunk.enabled and trunk.leads_to == "teams"
    }
    for key, trunk in to_teams.items():
        if not trunk.sources:
            path, facts = f"trunks.{key}.sources", {"name": trunk.name or key}
            yield Finding(id="teams_unheard", level="warn", objects=(key,), path=path, facts=facts)
    for extension, user in document.users.items():
        for key, device in user.devices.items() if to_teams else ():
            if device.enabled and device.kind == "teams" and not is_in_teams(device):
                path, facts = f"users.{extension}.devices.{key}.number", {"name": user.name, "device": key}
                yield Finding(
                    id="teams_unnumbered", level="warn", objects=(key, extension), path=path, facts=facts
                )
        if _only_an_application(user):
            path, facts = f"users.{extension}.devices", {"name": user.name}
            yield Finding(id="push_not_sent", level="warn", objects=(extension,), path=path, facts=facts)


def _only_an_application(user: User) -> bool:
    """Everything that rings is an application on a mobile: one that the telephone puts to sleep is registered no more, and nobody
    wakes it."""
    phones = [device for device in user.devices.values() if device.enabled and is_talked_on(device)]
    asleep = all(device.kind == "softphone" and device.ring_class == "mobile" for device in phones)
    return bool(phones) and asleep and not user.own_numbers
