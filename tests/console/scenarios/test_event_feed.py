"""What a scenario runner hears of the switch, over a real socket."""

from __future__ import annotations

import gevent
import pytest
from gevent import socket
from structlog.testing import capture_logs

from console.scenarios.event_feed import Event, EventFeed

_BODY = b'{"Event-Name": "CHANNEL_BRIDGE"}'


def _plays_the_switch(listener: socket.socket) -> None:
    """Admits, tells of one event, and is gone."""
    link, _ = listener.accept()
    link.sendall(b"Content-Type: auth/request\n\n")
    for _ in ("auth", "event"):
        link.recv(1024)
        link.sendall(b"Content-Type: command/reply\nReply-Text: +OK\n\n")
    link.sendall(b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(_BODY), _BODY))
    link.close()


def test_given_a_switch_that_dies_then_it_is_told_in_one_line_and_nothing_breaks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    heard: list[Event] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, capture_logs() as logs:
        switch = gevent.spawn(_plays_the_switch, listener)
        feed = EventFeed(listener.getsockname()[:2], "secret", heard.append)
        with gevent.Timeout(5):
            feed.join()
        switch.join()
        feed.close()
    assert [event["Event-Name"] for event in heard] == ["CHANNEL_BRIDGE"]
    assert [line["event"] for line in logs] == ["the scenario hears nothing more of the switch"]
    assert "Traceback" not in capsys.readouterr().err
