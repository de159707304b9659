"""Calls that are recorded: a step's conversation into a file of its own, from the moment the two sides talk (D31)."""

from __future__ import annotations

from pathlib import Path

from dialplan_server.deciding import Settled
from dialplan_server.lookup import Question
from dialplan_server.rendering import encoders
from routing.recording import file_name
from routing.steps import Ring, Wait

_NOT = encoders.settings({"bridge_pre_execute_aleg_app": "", "bridge_pre_execute_aleg_data": ""})


def pairs(question: Question, settled: Settled, recordings: Path) -> str:
    """`multiset`'s pairs. It is on the leg of whoever called: who transfers the call away is recorded no longer, and whoever
    takes it over by his own profile."""
    step = settled.decision.step
    if not isinstance(step, Ring) or not step.recording:
        # What an earlier step of this leg was to be recorded with.
        return "" if question.step == 1 or (isinstance(step, Ring | Wait) and step.key_0) else _NOT
    name = file_name(question.call.id, question.step, question.call.received_at)
    return encoders.settings({
        "bridge_pre_execute_aleg_app": "record_session",
        "bridge_pre_execute_aleg_data": str(recordings / question.company.id / name),
        "RECORD_STEREO": "true" if step.recording == "stereo" else "false",
    })  # fmt: skip
