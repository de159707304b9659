"""What can go wrong on an event socket. Everything derives from `Exception`, through `ESLError`.

ESLError
├── NotSent              the command never reached the wire; the only one safe to repeat unasked
├── Unconfirmed          it reached the wire, at least in part, and its answer was lost
│   └── CommandTimeout   … or did not come in time (when it comes, it is thrown away)
├── CommandError         the switch answered, and refused
├── UnsafeArgument       an argument would have changed the command's meaning; nothing was sent
├── Overloaded           too many commands are waiting; nothing was sent
├── ConnectFailed        no connection could be made
│   ├── ConnectTimeout
│   ├── AccessDenied     the switch's access list refuses this address
│   └── AuthenticationError
├── ConnectionLost       why a connection ended
│   └── ProtocolError    … what came was not the protocol
├── ChannelGone          the channel ended before its application did
└── JobLost              the result of a background job or application will not be known
"""

from __future__ import annotations

from controller.esl.stock import NotConnectedError, OutboundSessionHasGoneAway


class ESLError(Exception):
    """Base of all errors of this package."""


class NotSent(ESLError, NotConnectedError):
    """The command never reached the wire."""


class Unconfirmed(ESLError, NotConnectedError):
    """The command may or may not have been obeyed."""


class CommandTimeout(Unconfirmed):
    """The command was written, and no answer came within its deadline."""


class CommandError(ESLError):
    """The switch refused: `text` is its answer, `-ERR` included."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class UnsafeArgument(ESLError, ValueError):
    """An argument holds what would end its line, or is no name where one is needed."""


class Overloaded(ESLError):
    """The queue of commands is full."""


class ConnectFailed(ESLError, NotConnectedError):
    """Refused, unreachable, unknown host, or closed before we were let in."""


class ConnectTimeout(ConnectFailed):
    """The deadline for connection and authentication together has passed."""


class AccessDenied(ConnectFailed):
    """`text/rude-rejection`: trying again soon is useless."""


class AuthenticationError(ConnectFailed):
    """The password was refused: trying again soon is useless."""


class ConnectionLost(ESLError, NotConnectedError):
    """The connection is over: end of stream, reset, silence, or our own decision."""


class ProtocolError(ConnectionLost):
    """The stream left the protocol, so nothing after it can be trusted."""


class ChannelGone(ESLError, OutboundSessionHasGoneAway):
    """The channel hung up; `cause` is the switch's name for why, or empty."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"channel is gone: {cause or 'cause unknown'}")
        self.cause = cause


class JobLost(ESLError):
    """The result did not come in time, or the connection which would have brought it is lost."""
