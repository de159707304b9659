"""Connecting: whatever the peer does, one typed error within the deadline, and nothing left open."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent
import pytest
from conftest import until
from gevent import socket
from scripted_switch import PASSWORD, Peer, Script, ScriptedSwitch, healthy, message

from controller.esl import (
    AccessDenied,
    AuthenticationError,
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    ESLConnection,
    NotSent,
)

pytestmark = pytest.mark.timeout(20)
Switch = Callable[..., ScriptedSwitch]


def silent(_peer: Peer) -> None:
    """Nothing, ever."""


def silent_after_greeting(peer: Peer) -> None:
    peer.greet()


def closes_at_once(peer: Peer) -> None:
    peer.hang_up()


def resets_at_once(peer: Peer) -> None:
    peer.reset()


def closes_after_greeting(peer: Peer) -> None:
    peer.greet()
    peer.hang_up()


def closes_after_password(peer: Peer) -> None:
    peer.greet()
    peer.read()
    peer.hang_up()


def refuses_password(peer: Peer) -> None:
    peer.greet()
    peer.read()
    peer.reply("-ERR invalid")
    peer.say_goodbye()


def refuses_address(peer: Peer) -> None:
    peer.send(message("text/rude-rejection", b"Access Denied, go away.\n"))
    peer.hang_up()


def speaks_http(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


FAILURES = [
    (silent, ConnectTimeout),
    (silent_after_greeting, ConnectTimeout),
    (closes_at_once, ConnectFailed),
    (resets_at_once, ConnectFailed),
    (closes_after_greeting, ConnectFailed),
    (closes_after_password, ConnectFailed),
    (refuses_password, AuthenticationError),
    (refuses_address, AccessDenied),
    (speaks_http, ConnectFailed),
]


@pytest.mark.parametrize(("script", "error"), FAILURES, ids=lambda one: one.__name__)
def test_failure_is_typed_and_in_time(switch: Switch, script: Script, error: type[Exception]) -> None:
    connection = ESLConnection("127.0.0.1", switch(script).port, PASSWORD, 0.2)
    endings: list[object] = []
    connection.register_handle("DISCONNECT", endings.append)
    began = time.monotonic()
    with pytest.raises(ConnectFailed) as caught:
        connection.connect()
    assert type(caught.value) is error
    assert time.monotonic() - began < 1
    assert not connection.connected
    until(lambda: all(one.dead for one in connection._greenlets))
    assert endings == []


def test_closed_port(no_leak: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectFailed):
            ESLConnection("127.0.0.1", taken.getsockname()[1], PASSWORD, 1).connect()


def test_black_hole(no_leak: None) -> None:
    # A full backlog drops the next SYN, as a firewall would.
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(ConnectTimeout):
            ESLConnection("127.0.0.1", full.getsockname()[1], PASSWORD, 0.2).connect()


def test_unknown_host(no_leak: None) -> None:
    with pytest.raises(ConnectFailed):
        ESLConnection("switch.invalid", 1, PASSWORD, 3).connect()


def test_greeting_byte_by_byte(switch: Switch) -> None:
    def dribble(peer: Peer) -> None:
        for byte in b"Content-Type: auth/request\n\n":
            peer.send(bytes([byte]))
            gevent.sleep(0)
        peer.read()
        for byte in b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n":
            peer.send(bytes([byte]))
            gevent.sleep(0)
        peer.serve()

    server = switch(dribble)
    connection = ESLConnection("127.0.0.1", server.port, PASSWORD)
    connection.connect()
    assert connection.api("echo x") == "x"
    connection.stop()
    assert server.peers[0].commands[-1] == "exit"


def test_wrong_password_is_not_retried_here(switch: Switch) -> None:
    connection = ESLConnection("127.0.0.1", switch().port, "wrong", 1)
    with pytest.raises(AuthenticationError) as caught:
        connection.connect()
    assert "wrong" not in str(caught.value)


def test_one_object_is_one_connection(switch: Switch) -> None:
    connection = ESLConnection("127.0.0.1", switch().port, PASSWORD, 1)
    with pytest.raises(NotSent):
        connection.api("status")
    connection.connect()
    with pytest.raises(ConnectFailed):
        connection.connect()
    assert connection.api("echo unharmed") == "unharmed"
    connection.stop()
    connection.stop()
    with pytest.raises(NotSent):
        connection.api("status")
    with pytest.raises(ConnectFailed):
        connection.connect()


def test_two_hundred_failures_leave_nothing(switch: Switch) -> None:
    ports = [switch(script).port for script in (closes_at_once, refuses_password, refuses_address, silent)]
    connections = [ESLConnection("127.0.0.1", ports[i % 4], PASSWORD, 0.3) for i in range(200)]
    attempts = [gevent.spawn(one.connect) for one in connections]
    gevent.joinall(attempts, 10)
    assert all(isinstance(one.exception, ConnectFailed) for one in attempts)
    # The peers' ends are closed by the switch; ours by `no_leak`.


def test_killed_while_connecting_leaves_nothing(switch: Switch) -> None:
    server = switch(silent)
    connection = ESLConnection("127.0.0.1", server.port, PASSWORD, 10)
    attempt = gevent.spawn(connection.connect)
    assert server.arrived.wait(5)
    attempt.kill()
    assert isinstance(connection.lost, ConnectionLost)


def test_stopped_while_connecting(switch: Switch) -> None:
    server = switch(silent)
    connection = ESLConnection("127.0.0.1", server.port, PASSWORD, 10)
    attempt = gevent.spawn(connection.connect)
    assert server.arrived.wait(5)
    connection.stop()
    with pytest.raises(ConnectFailed):
        attempt.get(timeout=5)


def test_a_timeout_of_the_caller_stays_his(switch: Switch) -> None:
    connection = ESLConnection("127.0.0.1", switch(silent).port, PASSWORD, 10)
    mine = gevent.Timeout(0.05)
    with pytest.raises(gevent.Timeout) as caught, mine:
        connection.connect()
    assert caught.value is mine


def test_ipv6(switch: Switch, no_leak: None) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        listener = socket.socket(socket.AF_INET6)
        listener.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 loopback here")
    listener.listen()

    def serve() -> None:
        sock, _ = listener.accept()
        try:
            healthy(Peer(sock))
        except (EOFError, OSError):
            sock.close()

    server = gevent.spawn(serve)
    connection = ESLConnection("::1", listener.getsockname()[1], PASSWORD)
    connection.connect()
    assert connection.api("echo six") == "six"
    connection.close("done")
    listener.close()
    server.kill()
