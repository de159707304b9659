"""Takes the orders of pages and programs (presence.orders), and has each carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from controller.esl import ESLError
from presence.orders import Order, OrderBook, Reply

_LOG = structlog.get_logger()
_WAIT_SECONDS = 1.0

Carry = Callable[[Order], Reply]


class OrderTaker:
    """`does`: how each order is carried out, by its name. Only the controller that follows the switch takes any."""

    def __init__(self, book: OrderBook, does: Mapping[str, Carry]) -> None:
        self._book, self._does = book, does

    def take(self) -> None:
        """The next one, if one comes within a second."""
        order = self._book.take(_WAIT_SECONDS)
        if order is not None:
            reply = self._carry(order)
            _LOG.info("order", does=order.does, company=order.company, id=order.id, refused=reply.code)
            self._book.reply(order, reply)

    def _carry(self, order: Order) -> Reply:
        carry = self._does.get(order.does)
        if carry is None:
            return Reply("unknown_order")
        try:
            return carry(order)
        except ESLError as error:
            _LOG.warning("order not carried out", does=order.does, id=order.id, why=str(error))
            return Reply("no_controller")
