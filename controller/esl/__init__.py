"""The event socket of FreeSWITCH: connections that cannot hang, and links to nodes that come back.

`NodeLink` is what a controller uses; `ESLConnection` is one connection of it. Nothing here patches the
standard library: it runs with and without `gevent.monkey`.
"""

from controller.esl.commands import Commands
from controller.esl.completions import BackgroundJob, Completion
from controller.esl.connection import ESLConnection
from controller.esl.counters import Counters
from controller.esl.errors import (
    AccessDenied,
    AuthenticationError,
    ChannelGone,
    CommandError,
    CommandTimeout,
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    ESLError,
    JobLost,
    NotSent,
    Overloaded,
    ProtocolError,
    Unconfirmed,
    UnsafeArgument,
)
from controller.esl.event import Event
from controller.esl.limits import Limits
from controller.esl.link_settings import LinkSettings, NodeAddress
from controller.esl.node_link import LinkHandler, NodeLink, State
from controller.esl.snapshot import Snapshot

__all__ = [
    "AccessDenied",
    "AuthenticationError",
    "BackgroundJob",
    "ChannelGone",
    "CommandError",
    "CommandTimeout",
    "Commands",
    "Completion",
    "ConnectFailed",
    "ConnectTimeout",
    "ConnectionLost",
    "Counters",
    "ESLConnection",
    "ESLError",
    "Event",
    "JobLost",
    "Limits",
    "LinkHandler",
    "LinkSettings",
    "NodeAddress",
    "NodeLink",
    "NotSent",
    "Overloaded",
    "ProtocolError",
    "Snapshot",
    "State",
    "Unconfirmed",
    "UnsafeArgument",
]
