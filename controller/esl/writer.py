"""Commands onto the wire: whole, in order, by one greenlet."""

from __future__ import annotations

from typing import Any

import gevent

from controller.esl.command_queue import CommandQueue
from controller.esl.errors import ConnectionLost


def write_commands(sock: Any, commands: CommandQueue, stall_seconds: float) -> ConnectionLost | None:
    """Until the queue is closed. Returns why the connection must end now, if it must.

    It need not when the write broke: the end is in the stream too, behind what the switch sent until then,
    and the reader comes to it."""
    try:
        while batch := commands.next_batch():
            _write(sock, batch, stall_seconds)
    except OSError as error:
        commands.close(f"writing broke: {error}")
        return None
    except ConnectionLost as error:
        return error
    return ConnectionLost("the queue of commands was closed")


def _write(sock: Any, batch: bytes, stall_seconds: float) -> None:
    limit = gevent.Timeout(stall_seconds)
    try:
        with limit:
            sock.sendall(batch)
    except gevent.Timeout as raised:
        if raised is not limit:
            raise
        raise ConnectionLost("the switch has stopped reading") from None
