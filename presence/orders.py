"""Orders: what a page or a program asks of the controller that follows a switch, what a phone asks of whoever has the company
documents, and what that one says.

One list a node, taken from by whoever holds the node's lease, and one for the documents, taken from by consoles. An order that
nobody took in time is taken back: whoever gave it is told so, and nothing happens later behind his back. One that was taken and
not answered in time may be carried out: it is `UNCONFIRMED`, never said to be undone.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from presence import keys

TAKEN_SECONDS = 2.0
"""How long a controller may take to say what it makes of an order."""
_STALE_SECONDS = 5.0
_REPLY_SECONDS = 10


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`does` names it, `words` are its arguments; `given` in Unix seconds of the machine."""

    id: str
    company: str
    does: str
    words: Mapping[str, str] = {}
    given: float = 0.0


class Reply(msgspec.Struct, frozen=True):
    """What a controller made of an order: `code` empty when it does it, else why not."""

    code: str = ""
    facts: Mapping[str, str] = {}


NOBODY = Reply("no_controller")
UNCONFIRMED = Reply("unconfirmed")


class OrderDesk:
    """Where orders are given: to a node's controller (`keys.orders`), or to whoever has the documents (`keys.document_orders`).
    `hot` writes, `patient` waits for replies (presence.connection)."""

    def __init__(self, hot: Any, patient: Any, key: str) -> None:
        self._hot, self._patient, self._key = hot, patient, key

    def give(self, company: str, does: str, words: Mapping[str, str]) -> Reply:
        """Raises when Redis is away; NOBODY when no controller took it, UNCONFIRMED when one did and says nothing for as long
        again."""
        ident = str(uuid.uuid4())
        order = Order(id=ident, company=company, does=does, words=words, given=time.time())
        text = msgspec.json.encode(order).decode()
        self._hot.rpush(self._key, text)
        reply = self._reply(ident)
        if reply is None and self._hot.lrem(self._key, 1, text):
            return NOBODY
        return reply or self._reply(ident) or UNCONFIRMED

    def _reply(self, ident: str) -> Reply | None:
        found = self._patient.blpop([keys.reply(ident)], timeout=TAKEN_SECONDS)
        return msgspec.json.decode(found[1], type=Reply) if found is not None else None


class OrderBook:
    """Where orders are taken. `patient` is a client of its own: it waits."""

    def __init__(self, patient: Any, key: str) -> None:
        self._patient, self._key = patient, key

    def take(self, seconds: float) -> Order | None:
        """The next order; None when none came, or one that its giver has given up. Raises when Redis is away."""
        found = self._patient.blpop([self._key], timeout=seconds)
        order = msgspec.json.decode(found[1], type=Order) if found is not None else None
        return order if order is not None and time.time() - order.given < _STALE_SECONDS else None

    def reply(self, order: Order, reply: Reply) -> None:
        """Tell its giver, who waits for it."""
        pipe = self._patient.pipeline(transaction=True)
        pipe.rpush(keys.reply(order.id), msgspec.json.encode(reply).decode())
        pipe.expire(keys.reply(order.id), _REPLY_SECONDS)
        pipe.execute()
