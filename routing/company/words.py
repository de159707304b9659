"""The words of a document: what identifiers, numbers and choices may be."""

from __future__ import annotations

from typing import Literal

Id = str
Extension = str
E164 = str
Minute = int
IsoDate = str
Seconds = int
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Language = Literal["fr", "en"]
SupervisorRight = Literal["monitor", "take_over", "end", "assign"]
Strategy = Literal["simultaneous", "fixed_order", "longest_idle", "rotating", "random", "highest_capacity"]
IdleClock = Literal["all_calls", "queue_calls_only", "capacity_release"]
"""What starts anew the clock of "longest idle" (C17, C8): the end of any call, of the work after it, and becoming
available; of calls of teams, queues and shared lines alone; or only the end of calls and of the work after them."""
ConfirmBy = Literal["callee", "caller"]
RingMode = Literal["simultaneous", "sequential"]
RingClass = Literal["desk", "desktop", "mobile", "other"]
ForwardOrder = Literal["schedule_first", "forward_first"]
ForwardWhenOpen = Literal["ignore", "apply"]
NumberClass = Literal["local", "national", "mobile", "toll_free", "international", "premium", "satellite"]
STANDARD_CLASSES: tuple[NumberClass, ...] = ("local", "national", "mobile", "toll_free", "international")
"""Kinds of numbers that nobody is surprised to pay for."""
TrunkFormat = Literal["e164", "digits", "international", "national"]
"""How a trunk wants a number: `+14505550166`, `14505550166`, with the international prefix of the trunk's country (`0014505550166`),
or as people dial it in that country (Canada `14505550166`, France `0199000199`)."""
TrunkIdentity = Literal["asserted", "remote_party", "from"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
