"""The company document as typed values: what people set, in the catalogue's words.

One struct per object of the catalogue. `schemas/company.schema.json` describes the same shapes for
people who make mistakes; these types are what the core reads once a document has passed it.
Identifiers match `[A-Za-z0-9][A-Za-z0-9-]{0,31}`, extensions `[0-9]{3,6}`, numbers E.164 with `+`,
times of day are minutes since local midnight (0 to 1440), durations whole seconds.
"""

from __future__ import annotations

from routing.company.actions import (
    Action,
    Announce,
    AnyAction,
    BusySignal,
    CallWaiting,
    Greeting,
    Hangup,
    Ring,
    ToContact,
    ToExtension,
    ToExternal,
    ToNumber,
    ToOperator,
    ToQueue,
    ToSharedLine,
    Voicemail,
    ZeroDialing,
)
from routing.company.document import CompanyDocument
from routing.company.extensions import AnnouncementExtension, Box, SiteDevice
from routing.company.levels import (
    Account,
    Defaults,
    Group,
    Lock,
    NumberDefaults,
    QueueDefaults,
    Site,
    UserDefaults,
)
from routing.company.media import Music, Prompt
from routing.company.numbers import Handling, Number
from routing.company.outbound import CapacityProfile, Contact, OutboundProfile
from routing.company.people import Answering, Device, ExternalNumber, Forward, RingPlan, User
from routing.company.rules import ExceptionalPeriod, Imported, Rule
from routing.company.schedules import DateRange, DaysOfMonths, Opening, Schedule, YearlyDate
from routing.company.shape import Shape, own
from routing.company.teams import Overflow, Queue, SharedLine, Team
from routing.company.words import (
    E164,
    STANDARD_CLASSES,
    WEEKDAYS,
    ConfirmBy,
    Extension,
    ForwardOrder,
    ForwardWhenOpen,
    Id,
    IsoDate,
    Language,
    Minute,
    NumberClass,
    RingClass,
    RingMode,
    Seconds,
    Strategy,
    Weekday,
)

__all__ = [
    "E164",
    "STANDARD_CLASSES",
    "WEEKDAYS",
    "Account",
    "Action",
    "Announce",
    "AnnouncementExtension",
    "Answering",
    "AnyAction",
    "Box",
    "BusySignal",
    "CallWaiting",
    "CapacityProfile",
    "CompanyDocument",
    "ConfirmBy",
    "Contact",
    "DateRange",
    "DaysOfMonths",
    "Defaults",
    "Device",
    "ExceptionalPeriod",
    "Extension",
    "ExternalNumber",
    "Forward",
    "ForwardOrder",
    "ForwardWhenOpen",
    "Greeting",
    "Group",
    "Handling",
    "Hangup",
    "Id",
    "Imported",
    "IsoDate",
    "Language",
    "Lock",
    "Minute",
    "Music",
    "Number",
    "NumberClass",
    "NumberDefaults",
    "Opening",
    "OutboundProfile",
    "Overflow",
    "Prompt",
    "Queue",
    "QueueDefaults",
    "Ring",
    "RingClass",
    "RingMode",
    "RingPlan",
    "Rule",
    "Schedule",
    "Seconds",
    "Shape",
    "SharedLine",
    "Site",
    "SiteDevice",
    "Strategy",
    "Team",
    "ToContact",
    "ToExtension",
    "ToExternal",
    "ToNumber",
    "ToOperator",
    "ToQueue",
    "ToSharedLine",
    "User",
    "UserDefaults",
    "Voicemail",
    "Weekday",
    "YearlyDate",
    "ZeroDialing",
    "own",
]
