"""What each kind of device is for (catalogue P12 to P29). Pure.

People talk on telephones, applications, Teams and conference units. A door phone and a horn are things of a building, whoever they
belong to: most answer by themselves, so they ring with nothing else (P28, P29), and nobody can be reached because they are there.
"""

from __future__ import annotations

from routing.company import Device

_OF_BUILDINGS = frozenset({"paging", "door_phone"})


def is_talked_on(device: Device) -> bool:
    """It rings with its user's other phones, keeps him busy, and is how he is reached. Other kinds ring alone, when their own
    extension is dialled."""
    return device.kind not in _OF_BUILDINGS


def may_call_outside(device: Device) -> bool:
    """Whoever stands before a door phone is no user: he calls inside, and for help."""
    return device.kind not in _OF_BUILDINGS


def answers_by_itself(device: Device) -> bool:
    """A horn is told to answer, and is only heard (P28)."""
    return device.kind == "paging"
