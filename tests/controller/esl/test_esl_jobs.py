"""Results that come as events: by our own ids, whatever the order, and never waited for without end."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest
from conftest import until
from scripted_switch import PASSWORD, Peer, headers_of

from controller.esl import (
    BackgroundJob,
    ChannelGone,
    CommandError,
    Completion,
    ESLConnection,
    JobLost,
    Unconfirmed,
)
from controller.esl.completions import Completions

pytestmark = pytest.mark.timeout(20)
Connect = Callable[..., tuple[ESLConnection, Peer]]


class Clock:
    """Time that passes when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def job_of(peer: Peer) -> str:
    return headers_of(peer.read())["Job-UUID"]


def application_of(peer: Peer) -> str:
    return headers_of(peer.read())["event-uuid"]


def test_the_event_may_come_before_the_reply(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        job = job_of(peer)
        peer.event("BACKGROUND_JOB", body="+OK early\n", Job_UUID=job)
        peer.reply("+OK", Job_UUID=job)

    connection, _ = connect(script)
    assert connection.bgapi("originate x").output() == "+OK early\n"
    assert len(connection.completions) == 0


def test_the_event_may_come_on_another_connection(connect: Connect) -> None:
    completions = Completions()
    events, events_peer = connect(lambda peer: None, completions=completions)

    def script(peer: Peer) -> None:
        events_peer.event("BACKGROUND_JOB", body="+OK there\n", Job_UUID=job_of(peer))
        until(lambda: events.counters.events)
        peer.reply("+OK")

    commands, _ = connect(script, completions=completions)
    job = commands.bgapi("originate x", job_uuid="mine-1")
    assert (job.uuid, job.output()) == ("mine-1", "+OK there\n")
    commands.close("one of the two ends")
    assert isinstance(completions.add_job("next", 1), BackgroundJob)


def test_doubles_and_strangers_are_ignored(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        job = job_of(peer)
        peer.reply("+OK")
        peer.event("BACKGROUND_JOB", body="not ours", Job_UUID="another")
        peer.event("BACKGROUND_JOB", body="no id")
        peer.event("BACKGROUND_JOB", body="first", Job_UUID=job)
        peer.event("BACKGROUND_JOB", body="second", Job_UUID=job)

    connection, _ = connect(script)
    job = connection.bgapi("status")
    until(lambda: connection.counters.events == 4)
    assert (job.done, job.output()) == (True, "first")


def test_a_job_that_never_reports(connect: Connect) -> None:
    connection, _ = connect()
    job = connection.bgapi("status", job_deadline=0.05)
    with pytest.raises(JobLost):
        job.output()


def test_jobs_nobody_waits_for_do_not_gather() -> None:
    clock = Clock()
    completions = Completions(clock)
    lost = [completions.add_job(f"job-{i}", 10) for i in range(100)]
    clock.now = 10.0
    kept = completions.add_job("job-new", 10)
    assert len(completions) == 1
    assert all(job.done for job in lost)
    assert not kept.done
    with pytest.raises(JobLost):
        lost[0].result()


def test_an_id_reused_after_its_end_keeps_its_own_deadline() -> None:
    clock = Clock()
    completions = Completions(clock)
    completions.add_job("same", 10)
    completions.discard("same")
    again = completions.add_job("same", 60)
    clock.now = 20.0
    completions.add_job("other", 10)
    assert not again.done
    with pytest.raises(ValueError, match="already"):
        completions.add_job("same", 10)


def test_a_refused_job_is_forgotten(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.reply("-ERR no threads")
        peer.read()

    connection, _ = connect(script)
    with pytest.raises(CommandError):
        connection.bgapi("originate x")
    assert len(connection.completions) == 0
    with pytest.raises(Unconfirmed):
        connection.bgapi("originate x", deadline=0.05)
    assert len(connection.completions) == 0


def test_output_that_is_a_refusal(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        job = job_of(peer)
        peer.reply("+OK")
        peer.event("BACKGROUND_JOB", body="-ERR USER_BUSY\n", Job_UUID=job)

    connection, _ = connect(script)
    job = connection.bgapi("originate x")
    with pytest.raises(CommandError) as caught:
        job.output()
    assert caught.value.text == "-ERR USER_BUSY"
    assert job.result().body == "-ERR USER_BUSY\n"


def test_an_application_ends(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        uuid = application_of(peer)
        # An application nested in ours ends first, under an id of its own; then ours, twice (`loops`).
        peer.event("CHANNEL_EXECUTE_COMPLETE", Unique_ID="leg", Application="set", Application_UUID="nested")
        for response in ("FILE PLAYED", "AGAIN"):
            peer.event(
                "CHANNEL_EXECUTE_COMPLETE",
                Unique_ID="leg",
                Application_UUID=uuid,
                Application_Response=response,
            )
        peer.reply("+OK")

    connection, peer = connect(script)
    played = connection.execute("leg", "playback", "x.wav", lock=True)
    assert played.result().get("Application-Response") == "FILE PLAYED"
    assert len(connection.completions) == 0
    assert headers_of(peer.commands[1]) == {
        "call-command": "execute",
        "execute-app-name": "playback",
        "execute-app-arg": "x.wav",
        "event-lock": "true",
        "event-uuid": played.uuid,
    }


@pytest.mark.parametrize("last", ["CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY"])
def test_the_channel_ends_before_its_applications(connect: Connect, last: str) -> None:
    def script(peer: Peer) -> None:
        for _ in range(3):
            application_of(peer)
            peer.reply("+OK")
        peer.event(last, Unique_ID="leg", Hangup_Cause="ORIGINATOR_CANCEL")

    connection, _ = connect(script)
    gone: list[Completion] = [connection.execute("leg", "playback", str(i)) for i in range(2)]
    other = connection.execute("other-leg", "playback", "x", end_deadline=0.2)
    for one in gone:
        with pytest.raises(ChannelGone) as caught:
            one.result()
        assert caught.value.cause == "ORIGINATOR_CANCEL"
    assert len(connection.completions) == 1
    with pytest.raises(JobLost):
        other.result()


def test_an_application_on_a_dead_channel(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.reply("-ERR invalid session id [leg]")

    connection, _ = connect(script)
    with pytest.raises(CommandError):
        connection.execute("leg", "playback", "x")
    assert len(connection.completions) == 0
    assert connection.completions._of_channel == {}


def test_waiting_shorter_than_the_deadline(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        job = job_of(peer)
        peer.reply("+OK")
        peer.read()
        peer.event("BACKGROUND_JOB", body="late", Job_UUID=job)
        peer.reply("+OK")

    connection, _ = connect(script)
    job = connection.bgapi("status")
    with pytest.raises(JobLost):
        job.result(0.02)
    connection.send("noop")
    assert job.output() == "late"


def test_a_thousand_jobs_in_any_order(connect: Connect) -> None:
    def script(peer: Peer) -> None:
        jobs = []
        for _ in range(1000):
            jobs.append(job_of(peer))
            peer.reply("+OK")
        for job in reversed(jobs):
            peer.event("BACKGROUND_JOB", body=job, Job_UUID=job)

    connection, _ = connect(script)
    jobs = [gevent.spawn(connection.bgapi, f"status {i}") for i in range(1000)]
    assert all(one.get(timeout=10).output(10) == one.get().uuid for one in jobs)
    assert PASSWORD not in repr(connection)
