"""Calls to the outside: whom, as whom, and how much work an agent may have."""

from __future__ import annotations

from typing import Literal

from routing.company.shape import Shape
from routing.company.words import E164, STANDARD_CLASSES, Id, NumberClass, TrunkFormat, TrunkIdentity


class Contact(Shape, frozen=True):
    """An entry of the external directory."""

    name: str
    number: E164
    country: str = ""


class FraudGuard(Shape, frozen=True):
    """How many outside calls leave, and what is so unusual that they are held (routing.fraud_guard); 0 switches one off."""

    calls_per_minute: int = 20
    calls_per_day: int = 500
    hold_at_calls_per_hour: int = 120
    hold_at_dear_calls: int = 40
    """International, premium and satellite calls of a day."""
    hold_at_countries: int = 6
    """Different ones of a day."""
    hold_at_quiet_calls: int = 15
    """Calls of a day in quiet hours."""
    quiet_from: int = 23
    """Full hours of his own zone, the first included, the last not; the same hour twice: none are quiet."""
    quiet_until: int = 5


class CompanyGuard(FraudGuard, frozen=True):
    """The same of all users of a company together."""

    calls_per_minute: int = 120
    calls_per_day: int = 10_000
    hold_at_calls_per_hour: int = 2000
    hold_at_dear_calls: int = 400
    hold_at_countries: int = 20
    hold_at_quiet_calls: int = 150


class CapacityProfile(Shape, frozen=True):
    """How much work an agent may have at a time (D13 to D29)."""

    limit: int
    reset: Literal["immediate", "end_of_day"] = "immediate"
    blocking: bool = False
    blocking_scope: Literal["any_active", "at_limit"] = "any_active"
    name: str = ""


class OutboundProfile(Shape, frozen=True):
    """What an agent's outside calls look like (D31 to D33)."""

    number: Id
    queue: Id = ""
    capacity: tuple[Id, ...] = ()
    caller_id: Id = ""
    label: str = ""
    default: bool = False
    countries: tuple[str, ...] = ()
    classes: tuple[NumberClass, ...] = STANDARD_CLASSES
    """Kinds of calls, within those countries; satellite networks are of none."""
    blocked_numbers: tuple[str, ...] = ()
    """Outside numbers that its calls do not reach: E.164, whole or a beginning with a trailing `*`."""
    allowed_numbers: tuple[str, ...] = ()
    """The only ones that they reach, when there are any, within those countries and kinds."""
    hold_music: Id = ""
    wait_music: Id = ""
    recording: Literal["none", "automatic"] = "none"
    recording_channels: Literal["stereo", "mono"] = "stereo"
    """Each side on a channel of its own, or both on one."""
    recording_pause: bool = True
    """Who makes the call may pause its recording by a star code (D31)."""
    transfer_to_external: bool = True
    fraud_guard: FraudGuard | None = None
    """Of each user whose calls use this profile; None: the account's."""


class Trunk(Shape, frozen=True):
    """A way to the outside: a gateway of the switch, when it is taken, and how it wants its calls (issue 5, part 5)."""

    gateway: Id
    """The switch's gateway, a file of VAR/gateways."""
    name: str = ""
    enabled: bool = True
    rank: int = 1
    """Trunks of a lower rank are tried first."""
    weight: int = 1
    """Of trunks of one rank: its share of the calls."""
    channels: int = 0
    """Calls at a time; 0: as many as the company may have."""
    country: str = ""
    """Whose prefixes it wants, and which site's emergency calls it takes first; empty: the company's."""
    format: TrunkFormat = "e164"
    prefix: str = ""
    """Written before every number but emergency numbers: what the carrier calls a tech prefix."""
    shown_format: TrunkFormat = "e164"
    """How it wants the number that is shown."""
    identity: TrunkIdentity = "asserted"
    """Where it looks for our number beside `From`: P-Asserted-Identity (RFC 3325), Remote-Party-ID, or nowhere."""
    withheld: bool = False
    """The callee is not to see our number: `From` is anonymous and `Privacy` says `id` (RFC 3323, 3325)."""
    emergency: bool = True
    """It takes emergency calls."""
    leads_to: Literal["outside", "teams"] = "outside"
    """To Microsoft Teams go only the phones that people have there (P25); a call to the outside never does."""
    sources: tuple[str, ...] = ()
    """Networks from which a trunk to Teams calls us, `a.b.c.d/n`; empty: its calls are strangers'."""
    host: str = ""
    """The name under which Teams knows our switch, the host it asks for (its `sip:…@host`); empty: the account's domain."""
