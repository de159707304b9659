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
Strategy = Literal["simultaneous", "fixed_order", "longest_idle", "rotating", "random", "highest_capacity"]
ConfirmBy = Literal["callee", "caller"]
RingMode = Literal["simultaneous", "sequential"]
RingClass = Literal["desk", "desktop", "mobile", "other"]
ForwardOrder = Literal["schedule_first", "forward_first"]
ForwardWhenOpen = Literal["ignore", "apply"]
NumberClass = Literal["local", "national", "mobile", "toll_free", "international", "premium", "satellite"]
STANDARD_CLASSES: tuple[NumberClass, ...] = ("local", "national", "mobile", "toll_free", "international")
"""Kinds of numbers that nobody is surprised to pay for."""
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
