"""How much the event-socket layer is tried with: little in every run, the sizes of esl.md D.4 with `RELAIS_LONG=1`."""

from __future__ import annotations

import os

LONG = os.environ.get("RELAIS_LONG", "") not in ("", "0")
EVENTS = 1_000_000 if LONG else 100_000
CALLS = 10_000 if LONG else 2500
FUZZ_SECONDS = 600 if LONG else 2
EVENTS_SECONDS = 600 if LONG else 30
"""The longest that the tests which count events may take."""
