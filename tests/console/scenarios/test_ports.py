"""Ports of installations that start at the same time: nobody gets one of another's."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from console.scenarios.stack import Ports, Stack


def test_given_many_that_look_at_once_then_no_port_twice_and_none_that_connections_are_given() -> None:
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: Ports(10), range(60)))
    ports = [row[number] for row in rows for number in range(10)]
    assert len(set(ports)) == len(ports)
    first_given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(ports) < first_given


def test_given_an_installation_then_its_row_is_left_alone_by_others_until_it_is_gone(tmp_path: Path) -> None:
    stack = Stack(root=tmp_path)
    own = sorted(stack.ports.values())
    assert len(set(own)) == len(own)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", own[0] - 1))
