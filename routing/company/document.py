"""The whole of one company, as saved."""

from __future__ import annotations

from typing import Literal

from routing.company.extensions import AnnouncementExtension, Box, SiteDevice
from routing.company.levels import Account, Group, Site
from routing.company.media import Music, Prompt
from routing.company.numbers import Handling, Number
from routing.company.outbound import CapacityProfile, Contact, OutboundProfile, Trunk
from routing.company.people import User
from routing.company.shape import Shape
from routing.company.teams import Queue, SharedLine, Team
from routing.company.words import Extension, Id


class CompanyDocument(Shape, frozen=True):
    """The whole of one company, as saved: one revision."""

    format: Literal[1]
    account: Account
    sites: dict[Id, Site] = {}
    groups: dict[Id, Group] = {}
    prompts: dict[Id, Prompt] = {}
    music: dict[Id, Music] = {}
    contacts: dict[Id, Contact] = {}
    numbers: dict[Id, Number] = {}
    handlings: dict[Id, Handling] = {}
    users: dict[Extension, User] = {}
    teams: dict[Id, Team] = {}
    queues: dict[Id, Queue] = {}
    shared_lines: dict[Id, SharedLine] = {}
    boxes: dict[Extension, Box] = {}
    announcements: dict[Extension, AnnouncementExtension] = {}
    site_devices: dict[Extension, SiteDevice] = {}
    capacity_profiles: dict[Id, CapacityProfile] = {}
    outbound_profiles: dict[Id, OutboundProfile] = {}
    trunks: dict[Id, Trunk] = {}
    """Ways to the outside; none: the one of the account's gateway."""
