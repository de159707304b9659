"""One call from the lookup to the hang-up."""

from __future__ import annotations

from demo_switch.phones import Offer
from tests.demo_switch.lab import Lab


def test_given_a_phone_that_answers_when_called_then_both_legs_tell_the_whole_story(lab: Lab) -> None:
    lab.answers["desk"] = [("set", "hangup_after_bridge=true"), ("bridge", "sofia/internal/9@127.0.0.1:5240")]
    lab.script("9@127.0.0.1:5240", Offer(answer_after=2, hang_up_after=3))
    caller = lab.call("desk")
    lab.finish()
    assert lab.names(caller.uuid)[-6:] == [
        "CHANNEL_BRIDGE", "CALL_UPDATE", "CHANNEL_UNBRIDGE", "CHANNEL_HANGUP",
        "CHANNEL_EXECUTE_COMPLETE bridge", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY",
    ][-6:]  # fmt: skip
    assert [what for what, _ in lab.rows(caller.uuid)] == [
        "call", "ring", "answer", "answer", "bridge", "hangup", "unbridge", "hangup",
    ]  # fmt: skip
