"""The dialplan applications, by name: one function each, `(switch, channel, data)`. What is not here ends the call."""

from __future__ import annotations

from demo_switch.applications import (
    answering,
    digits,
    eavesdropping,
    events,
    moving,
    parking,
    playing,
    recording,
    ringing,
    setting,
    taking,
)
from demo_switch.applications import voicemail as voice
from demo_switch.switch import Application

APPLICATIONS: dict[str, Application] = {
    "answer": Application(answering.answer),
    "pre_answer": Application(answering.pre_answer),
    "ring_ready": Application(answering.ring_ready),
    "respond": Application(answering.respond),
    "hangup": Application(answering.hangup),
    "set": Application(setting.set_one),
    "multiset": Application(setting.set_many),
    "unset": Application(setting.unset),
    "export": Application(setting.export),
    "event": Application(events.event),
    "log": Application(events.log),
    "limit": Application(events.limit),
    "sleep": Application(playing.sleep),
    "playback": Application(playing.playback, media=True),
    "endless_playback": Application(playing.endless_playback, media=True),
    "say": Application(playing.say, media=True),
    "play_and_get_digits": Application(playing.play_and_get_digits, media=True),
    "bind_digit_action": Application(digits.bind),
    "clear_digit_action": Application(digits.clear),
    "digit_action_set_realm": Application(digits.set_realm),
    "bridge": Application(ringing.bridge),
    "transfer": Application(moving.transfer),
    "sched_transfer": Application(moving.sched_transfer),
    "sched_hangup": Application(moving.sched_hangup),
    "eavesdrop": Application(eavesdropping.eavesdrop, media=True),
    "park": Application(parking.park),
    "intercept": Application(taking.intercept, media=True),
    "record_session": Application(recording.record_session),
    "voicemail": Application(voice.voicemail, media=True),
}
