"""The commands of the event socket, in its own terms. Each has a deadline; each argument is checked."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping

from controller.esl.command_text import (
    checked_name,
    checked_uuid,
    command_bytes,
    execute_headers,
    subscription,
)
from controller.esl.completions import BackgroundJob, Completion, Completions, checked_output
from controller.esl.errors import CommandError
from controller.esl.framing import Frame

DEADLINE = 5.0
"""Seconds for an answer, where the caller does not say."""
JOB_DEADLINE = 60.0
"""Seconds for the result of a background job or application, where the caller does not say."""


class Commands:
    """What can be asked of a switch, on top of one exchange. All `deadline`s are seconds from now."""

    completions: Completions

    def exchange(self, data: bytes, deadline: float) -> Frame:
        """Write a whole command, and wait for its answer."""
        raise NotImplementedError

    def send(self, line: str, deadline: float = DEADLINE) -> str:
        """Any command of one line; its `Reply-Text`, or the output of an `api`."""
        return _accepted(self.exchange(command_bytes(line), deadline))

    def api(self, command: str, deadline: float = DEADLINE) -> str:
        """Run an API command in the connection's own thread, and so only one that cannot block."""
        return _accepted(self.exchange(command_bytes(f"api {command}"), deadline))

    def bgapi(
        self,
        command: str,
        *,
        job_uuid: str = "",
        deadline: float = DEADLINE,
        job_deadline: float = JOB_DEADLINE,
    ) -> BackgroundJob:
        """Run an API command in a thread of its own. Its end is a `BACKGROUND_JOB` event, which some
        connection with the same `completions` must be subscribed to."""
        job_uuid = checked_uuid(job_uuid or str(uuids.uuid4()))
        data = command_bytes(f"bgapi {command}", {"Job-UUID": job_uuid})
        job = self.completions.add_job(job_uuid, job_deadline)
        self._ask_for(job, data, deadline)
        return job

    def execute(  # noqa: PLR0913 (what the switch's own message holds)
        self,
        channel: str,
        application: str,
        argument: str = "",
        *,
        event_uuid: str = "",
        lock: bool = False,
        deadline: float = DEADLINE,
        end_deadline: float = JOB_DEADLINE,
    ) -> Completion:
        """Queue an application on a channel. The answer means queued; its end is the completion's."""
        event_uuid = event_uuid or str(uuids.uuid4())
        headers = execute_headers(application, argument, event_uuid, lock)
        data = command_bytes(f"sendmsg {checked_uuid(channel)}", headers)
        completion = self.completions.add_application(event_uuid, channel, end_deadline)
        self._ask_for(completion, data, deadline)
        return completion

    def sendmsg(
        self, channel: str, headers: Mapping[str, str], body: str | None = None, deadline: float = DEADLINE
    ) -> str:
        """Any message to a channel: `hangup`, `nomedia`, an `execute` nobody waits for, …"""
        data = command_bytes(f"sendmsg {checked_uuid(channel)}", headers, body)
        return _accepted(self.exchange(data, deadline))

    def sendevent(
        self, name: str, headers: Mapping[str, str], body: str | None = None, deadline: float = DEADLINE
    ) -> str:
        """Fire an event in the switch; for `CUSTOM` the headers hold its `Event-Subclass`."""
        data = command_bytes(f"sendevent {checked_name(name)}", headers, body)
        return _accepted(self.exchange(data, deadline))

    def subscribe(self, *names: str, custom: tuple[str, ...] = (), deadline: float = DEADLINE) -> None:
        """Ask for events, as JSON, beside those asked for before."""
        self.send(subscription("event json", names, custom), deadline)

    def nixevent(self, *names: str, custom: tuple[str, ...] = (), deadline: float = DEADLINE) -> None:
        """Ask for these events no more."""
        self.send(subscription("nixevent", names, custom), deadline)

    def _ask_for(self, completion: Completion, data: bytes, deadline: float) -> None:
        """Only a sound answer leaves the completion waiting; when it is unknown whether the command
        was obeyed, the caller gets an error and so nobody will ask for the result."""
        accepted = False
        try:
            _accepted(self.exchange(data, deadline))
            accepted = True
        finally:
            if not accepted:
                self.completions.discard(completion.uuid)


def _accepted(reply: Frame) -> str:
    """The text of an answer. A refused `api` is answered like any other command, so both are looked at."""
    text = reply.head.get("reply-text")
    if text is None:
        return checked_output(reply.body.decode("utf-8", "replace"))
    if text.startswith("-"):
        raise CommandError(text)
    return text
