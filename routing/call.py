"""A call as the core sees it: who calls what, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One caller's visit, from the first request to the record.

    `entry` is where the route of this segment begins: the id of a number (`number`), an extension
    dialled by one of our phones (`extension`), or what somebody transferred the call to (`transfer`).
    `caller_number` is E.164 or an extension, already through the allow-list, empty when withheld.
    `owner` is the user whose rights apply, for calls from our own phones and for transfers; `device` the phone of his that
    calls, empty where none is known.
    """

    id: str
    company: str
    entry_kind: Literal["number", "extension", "transfer"]
    entry: str
    caller_number: str
    received_at: datetime
    owner: str = ""
    device: str = ""
    segment: int = 1
    hops: int = 0
    answered: bool = False
    forced: bool = False
    """A supervisor has given him this call whatever his capacity (D13)."""
