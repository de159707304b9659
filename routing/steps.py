"""The steps of a call: everything a decision can ask a switch to do. Values, no behaviour.

A step that can fail ends in a hand-over (design 2.5); `ends_route` tells those after which nothing
comes. Prompts are named by their id in the company (`prompt`) or by a built-in name.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class PromptRef(msgspec.Struct, frozen=True):
    """A prompt of the company (`company` true) or one of the built-in ones, by name.
    `language` is empty for the company's own recordings; `date`, or a `number` that is not 0, is spoken after it."""

    name: str
    company: bool = False
    language: str = ""
    date: str = ""
    number: int = 0


class Confirm(msgspec.Struct, frozen=True):
    """Press 1 on an outside leg (Z17): who must press, and for how long he is asked."""

    by: Literal["callee", "caller"] = "callee"
    seconds: int = 10
    language: str = ""
    """What the callee hears is in this language: for whom the call is, by the recording `name` of the company, else by its
    `extension`, else by the number that was `called`; and the number of the `caller`, empty when it is withheld."""
    name: str = ""
    extension: str = ""
    called: str = ""
    caller: str = ""


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """One phone to ring. `id` is unique within the step: the device's id, or `x` + digits.
    `owner` is the user it rings for; exactly one of `device` and `number` is set."""

    id: str
    owner: str
    seconds: int
    device: str = ""
    number: str = ""
    caller_id: str = ""
    trunk: str = ""
    """Of an outside number: which of the company's trunks; empty: the account's own gateway. Of a phone in Teams: the trunk that
    leads there; it is a phone, so `number` is empty."""
    own_number: bool = False
    """An outside number of the owner's own: who talks there is on a call (4.2)."""
    pages: bool = False
    """A horn: it answers by itself and is only heard (P28)."""
    apart: bool = False
    """No attended transfer brings it together with somebody else (`routing.transfers`)."""
    confirm: Confirm | None = None
    rule: str = ""
    """Id of the rule that makes it ring (design 2.10)."""


class Step(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of all steps."""


class Ask(Step, frozen=True, kw_only=True):
    """Answer, play prompts, read ONE key: greeting (R35) or voicemail menu (Z35). Any key stops the
    prompt. Played `plays` times with `wait_seconds` of silence after each, then: no input."""

    prompts: tuple[PromptRef, ...]
    keys: str
    """Keys that mean something, of `0-9*#`; another key is an outcome too (an invalid one)."""
    plays: int
    wait_seconds: int


class CollectMore(Step, frozen=True, kw_only=True):
    """Read the rest of a number whose first key is known; silence, `seconds` between keys."""

    first: str
    max_more: int
    seconds: int


class Ring(Step, frozen=True, kw_only=True):
    """Ring all legs together for at most `seconds` each; the first to answer (and confirm) wins.
    `key_0`: the caller's leg is answered first and 0 is an outcome of the step (R46)."""

    legs: tuple[Leg, ...]
    seconds: int
    key_0: bool = False
    hold_music: str = ""
    uses: str = ""
    """The capacity profile of the caller of which this call takes a unit."""
    caller_music: str = ""
    """What the other side hears while the caller holds; empty: the switch's own."""
    early_media: bool = False
    """The caller hears what comes of the one outside leg before an answer: the network's announcements."""
    recording: Literal["", "mono", "stereo"] = ""
    """How the conversation is recorded; empty: it is not."""
    music: str | None = None
    """What the caller hears meanwhile, answered: a queue's music, empty for the switch's own; None: ringing."""


class Voicemail(Step, frozen=True, kw_only=True):
    """Record into a box. `greeting` replaces the box's own; `skip_greeting` when a menu played it."""

    box: str
    greeting: PromptRef | None = None
    skip_greeting: bool = False


class CheckVoicemail(Step, frozen=True, kw_only=True):
    """The caller listens to a box after giving its PIN (Z41)."""

    box: str


class Announce(Step, frozen=True, kw_only=True):
    """Play, then hang up (R06). Keys are ignored, nothing is recorded."""

    prompts: tuple[PromptRef, ...]


class Play(Step, frozen=True, kw_only=True):
    """Play and go on with the route, e.g. "this extension is not valid". `key_0`: as of a ring step."""

    prompts: tuple[PromptRef, ...]
    key_0: bool = False


class Wait(Step, frozen=True, kw_only=True):
    """Prompts once, then music for `seconds`, then the route goes on (RQT, wait_if_busy; queues).
    `dispatched`: a controller may join the caller with a phone meanwhile (design 2.8). `key_0`: as of a ring step."""

    seconds: int
    prompts: tuple[PromptRef, ...] = ()
    music: str = ""
    dispatched: bool = False
    key_0: bool = False


class PickUp(Step, frozen=True, kw_only=True):
    """Join the caller with a channel that rings others, or waits, and with nobody who talks already."""

    channel: str


HangupWhy = Literal[
    "normal", "busy", "unavailable", "unallocated", "rejected", "loop", "invalid", "congestion"
]


class Hangup(Step, frozen=True, kw_only=True):
    """End the call. `busy` is 486, or the busy tone when answered; `unavailable` is 480;
    `unallocated` 404, `rejected` 603, `loop` 483 with EXCHANGE_ROUTING_ERROR, `invalid` 484, `congestion` 503;
    `normal` after an answer. `prompts` are heard before, without an answer."""

    why: HangupWhy = "normal"
    prompts: tuple[PromptRef, ...] = ()


AnyStep = Ask | CollectMore | Ring | Voicemail | CheckVoicemail | Announce | Play | Wait | PickUp | Hangup
