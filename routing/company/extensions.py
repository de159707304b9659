"""Extensions that are nobody's: boxes, announcements, horns and doors."""

from __future__ import annotations

from routing.company.people import Device
from routing.company.shape import Shape
from routing.company.words import Id, Seconds


class Box(Shape, frozen=True):
    """A voicemail box that is nobody's, such as 8100, or a user's settings of his own."""

    name: str = ""
    greeting: Id = ""
    closed_greeting: Id = ""
    email: str = ""
    max_seconds: Seconds = 300


class AnnouncementExtension(Shape, frozen=True):
    """An extension that only speaks (R08)."""

    prompt: Id
    name: str = ""


class SiteDevice(Shape, frozen=True):
    """A device that belongs to nobody: door phone, conference unit, horn (P27 to P29)."""

    name: str
    device: Device
