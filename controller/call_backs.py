"""Calls people back who asked a queue for it, when their turn comes (routing.call_backs)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog
from gevent.pool import Group

from controller.esl import ESLError, Unconfirmed
from controller.placing import Over, Placer
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
from routing.calling_back import each_placed, kept_for, needed
from routing.compiled import Company
from routing.placing import RING_SECONDS, Placing

_LOG = structlog.get_logger()
_TAKEN_SECONDS = RING_SECONDS + 20.0
"""A request is another switch's to serve when the one that rings a member for it has not said by then what became of it."""


class CallBacks:
    """Of the companies of one switch; `client` is one of presence.connection.hot."""

    def __init__(
        self, client: Any, clock: Clock, published: Published, stores: Callable[[str], AgentStore], placer: Placer, node: str
    ) -> None:  # fmt: skip
        self._client, self._clock, self._published = client, clock, published
        self._stores, self._placer, self._node = stores, placer, node
        self._under_way: set[str] = set()
        self._placing = Group()
        self._owed: dict[str, Callable[[], None]] = {}
        """What became of requests, by call, while Redis is away to be told: until then they stay under way."""

    def look(self) -> None:
        """Every request of each company whose turn has come; none waits for what a switch says to another."""
        for call in list(self._owed):
            self._settle(call)
        for company in list(self._published.companies.values()):
            store = CallBackStore(self._client, company.id)
            waiting = [request for request in store.all() if request.call not in self._under_way]
            taken = store.taken([request.call for request in waiting])
            requests = self._not_yet(store, [request for request in waiting if request.call not in taken])
            if requests:
                self._serve(company, requests)

    @staticmethod
    def _not_yet(store: CallBackStore, requests: Sequence[CallBackRequest]) -> list[CallBackRequest]:
        """Without those whose member took the call when nobody could be told: they are over."""
        called = store.in_progress([request.call for request in requests])
        for call in called:
            store.over(call)
        return [request for request in requests if request.call not in called]

    def _serve(self, company: Company, requests: list[CallBackRequest]) -> None:
        now = self._clock.now(company.id)
        facts = snapshot_of(self._client, company, needed(company, requests), now)
        for request, placing in each_placed(company, requests, facts):
            if self._reaches(company, placing) and self._takes(company, request, placing):
                self._under_way.add(request.call)
                self._placing.spawn(self._place, company, request, placing)

    def _reaches(self, company: Company, placing: Placing) -> bool:
        """His phones are this switch's, or nobody knows whose; the controller of another one rings its own, in its turn."""
        return node_of_phones(self._client, company.id, placing.devices) in ("", self._node)

    def _takes(self, company: Company, request: CallBackRequest, placing: Placing) -> bool:
        """The request is this switch's, or nobody would keep another one from ringing a second member for it."""
        store = CallBackStore(self._client, company.id)
        if not store.take(request.call, self._node, self._clock.real_seconds(_TAKEN_SECONDS)):
            return False
        kept = self._keeps(company, request, placing)
        if not kept:
            store.give_back(request.call)
        return kept

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
        if not self._rings(order, lambda taken: self._over(company.id, request, placing, taken=taken)):
            self._over(company.id, request, placing, taken=False)

    def _rings(self, order: Order, over: Over) -> bool:
        """False when no phone of his is rung: none is there, or the switch does not answer."""
        try:
            return not self._placer.place(order, over).code
        except Unconfirmed:
            over(None)
            return True
        except ESLError as error:
            _LOG.warning("call back not placed", call=order.id, why=str(error))
        except Exception:  # noqa: BLE001 - it would stay under way for ever, and nobody would be called back
            _LOG.exception("call back not placed", call=order.id)
        return False

    def _over(self, company: str, request: CallBackRequest, placing: Placing, *, taken: bool | None) -> None:
        """The member took it, and calls; or he did not, and another is rung later. When nobody knows it is seen once his phones
        can ring no more (`_TAKEN_SECONDS`)."""
        if taken is None:
            self._under_way.discard(request.call)
            return
        now = self._clock.unix(company)
        again = None if taken else tried(request, now)
        if again is None and not taken:
            _LOG.warning("call back given up", company=company, call=request.call, queue=request.queue)
        released = () if taken else (placing.extension,)
        self._owed[request.call] = partial(self._write, company, request.call, again, released, now)
        self._settle(request.call)

    def _settle(self, call: str) -> None:
        """Write what became of a request; later, when Redis is away: else he would be called back twice."""
        write = self._owed.get(call)
        if write is None:
            return
        try:
            write()
        except Away as error:
            _LOG.warning("call back not written", call=call, why=str(error))
            return
        self._owed.pop(call, None)
        self._under_way.discard(call)

    def _write(
        self, company: str, call: str, again: CallBackRequest | None, released: tuple[str, ...], now: float
    ) -> None:
        store = CallBackStore(self._client, company)
        if again is not None:
            store.keep(again)
        else:
            store.over(call)
        self._stores(company).reservations.release(released, placed_id(call), self._node, now)
