"""A switch to order, and proof that nothing of us stays behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import gevent.socket
import pytest
from scripted_switch import PASSWORD, Peer, Script, ScriptedSwitch, healthy

from controller.esl import ESLConnection


def census() -> tuple[int, int]:
    """Living greenlets and open file descriptors."""
    gc.collect()
    greenlets = sum(isinstance(one, gevent.Greenlet) and not one.dead for one in gc.get_objects())
    return greenlets, len(os.listdir("/proc/self/fd"))


def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Waits for what must become true; fails when it does not."""
    with gevent.Timeout(seconds, AssertionError("it did not come true in time")):
        while not condition():
            gevent.sleep(0.002)


@pytest.fixture
def no_leak() -> Iterator[None]:
    """Greenlets and descriptors are, at the end, as many as at the beginning."""
    # The hub and its resolver open what they need at first use, and keep it.
    gevent.socket.getaddrinfo("localhost", 1)
    greenlets, descriptors = census()
    yield
    until(lambda: census()[0] <= greenlets and census()[1] <= descriptors, 20.0)


@pytest.fixture
def switch(no_leak: None) -> Iterator[Callable[..., ScriptedSwitch]]:
    """Makes switches, and takes them down."""
    made: list[ScriptedSwitch] = []

    def make(script: Script = healthy, **options: Any) -> ScriptedSwitch:
        made.append(ScriptedSwitch(script, **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def connect(switch: Callable[..., ScriptedSwitch]) -> Iterator[Callable[..., tuple[ESLConnection, Peer]]]:
    """A connection to a switch that admits us and then follows `script`; and the switch's end of it."""
    made: list[ESLConnection] = []

    def make(script: Script = Peer.serve, buffer: int = 0, **options: Any) -> tuple[ESLConnection, Peer]:
        def admit_first(peer: Peer) -> None:
            peer.admit()
            script(peer)

        server = switch(admit_first, receive_buffer=buffer)
        connection = ESLConnection("127.0.0.1", server.port, PASSWORD, **options)
        made.append(connection)
        connection.connect()
        if buffer:
            connection.sock.setsockopt(gevent.socket.SOL_SOCKET, gevent.socket.SO_SNDBUF, buffer)
        return connection, server.peers[0]

    yield make
    for one in made:
        one.close("the test is over")
