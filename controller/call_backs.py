"""Calls people back who asked a queue for it, when their turn comes (routing.call_backs)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from controller.esl import ESLError
from controller.placing import Placer
from controller.published import Published
from presence.agents import AgentStore
from presence.call_backs import CallBackStore
from presence.clock import Clock
from presence.connection import Away
from presence.deciding import snapshot_of
from presence.orders import Order
from presence.reservations import Contended
from presence.whereabouts import node_of_phones
from routing.call_backs import CallBackRequest, placed_id, tried
from routing.calling_back import kept_for, needed, next_placed
from routing.compiled import Company
from routing.placing import Placing

_LOG = structlog.get_logger()


class CallBacks:
    """Of the companies of one switch; `client` is one of presence.connection.hot."""

    def __init__(
        self, client: Any, clock: Clock, published: Published, stores: Callable[[str], AgentStore], placer: Placer, node: str
    ) -> None:  # fmt: skip
        self._client, self._clock, self._published = client, clock, published
        self._stores, self._placer, self._node = stores, placer, node
        self._under_way: set[str] = set()

    def look(self) -> None:
        """One request of each company, if its turn has come."""
        for company in list(self._published.companies.values()):
            waiting = CallBackStore(self._client, company.id).all()
            requests = [request for request in waiting if request.call not in self._under_way]
            if requests:
                self._serve(company, requests)

    def _serve(self, company: Company, requests: list[CallBackRequest]) -> None:
        now = self._clock.now(company.id)
        facts = snapshot_of(self._client, company, needed(company, requests), now)
        found = next_placed(company, requests, facts)
        if found is not None and self._reaches(company, found[1]) and self._keeps(company, *found):
            self._place(company, *found)

    def _reaches(self, company: Company, placing: Placing) -> bool:
        """His phones are this switch's, or nobody knows whose; the controller of another one rings its own, in its turn."""
        return node_of_phones(self._client, company.id, placing.devices) in ("", self._node)

    def _keeps(self, company: Company, request: CallBackRequest, placing: Placing) -> bool:
        """The member is kept for it, so that no call of a queue is offered to him meanwhile."""
        reservations, now = self._stores(company.id).reservations, self._clock.unix(company.id)
        known = reservations.read([placing.extension], now)
        offer = kept_for(company, request, placing)
        wanted = offer.reservation(placed_id(request.call), 0, self._node, now)
        return not isinstance(reservations.claim(list(known.values()), wanted), Contended)

    def _place(self, company: Company, request: CallBackRequest, placing: Placing) -> None:
        words = {
            "extension": placing.extension, "to": placing.to, "shown": placing.shown,
            "devices": " ".join(placing.devices), "call": placed_id(request.call), "why": "callback",
        }  # fmt: skip
        order = Order(id=request.call, company=company.id, does="place_call", words=words)
        self._under_way.add(request.call)
        if not self._rings(order, lambda taken: self._over(company.id, request, placing, taken=taken)):
            self._over(company.id, request, placing, taken=False)

    def _rings(self, order: Order, over: Callable[[bool], object]) -> bool:
        """False when no phone of his is rung: none is there, or the switch does not answer."""
        try:
            return not self._placer.place(order, over).code
        except ESLError as error:
            _LOG.warning("call back not placed", call=order.id, why=str(error))
            return False

    def _over(self, company: str, request: CallBackRequest, placing: Placing, *, taken: bool) -> None:
        """The member took it, and calls; or he did not, and another is rung later."""
        store, now = CallBackStore(self._client, company), self._clock.unix(company)
        again = None if taken else tried(request, now)
        try:
            if again is not None:
                store.keep(again)
            else:
                store.over(request.call)
            if not taken:
                call = placed_id(request.call)
                self._stores(company).reservations.release([placing.extension], call, self._node, now)
        except Away as error:
            _LOG.warning("call back not written", call=request.call, why=str(error))
        if again is None and not taken:
            _LOG.warning("call back given up", company=company, call=request.call, queue=request.queue)
        self._under_way.discard(request.call)
