"""Saves what phones ask for (star codes, feature keys): a user's own forward, the night switch, as the next revision of his
company, signed by his phone. Judged again on the newest revision, checked as a whole like every other save, published."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import msgspec
import structlog

from console.doors import Offload
from presence.connection import Away
from presence.orders import Order, OrderBook, Reply
from routing.company import AnyAction, CompanyDocument
from routing.compiled import compile_company
from routing.night_switch import NightSwitch
from routing.own_forward import OwnForward, When
from routing.phone_changes import PhoneChange, changed, refusal
from schemas.company import check_company, plain_company
from store.documents import Conflict, Documents

_LOG = structlog.get_logger()
_WAIT_SECONDS = 1.0
_REST_SECONDS = 2.0
_TRIES = 3
"""How often it is made again from what somebody else saved meanwhile."""
NOBODY, CONFLICT = "nobody", "conflict"


class PhoneChanges:
    """`publish` puts a company's newest revision in force."""

    def __init__(
        self, book: OrderBook, documents: Documents, publish: Callable[[str], int], offload: Offload
    ) -> None:
        self._book, self._documents, self._publish, self._offload = book, documents, publish, offload

    def run(self) -> None:
        """Save what comes, for ever."""
        while True:
            try:
                order = self._book.take(_WAIT_SECONDS)
                if order is not None:
                    self._book.reply(order, self.carry(order))
            except Away as error:
                _LOG.warning("phones save nothing now", why=str(error))
                gevent.sleep(_REST_SECONDS)
            except msgspec.MsgspecError as error:
                _LOG.error("an order that cannot be read is left out", why=str(error))

    def carry(self, order: Order) -> Reply:
        """What became of an order; a database that is away is `nobody`."""
        try:
            code = self._offload(self._change, order.company, order.does, _wanted(order))
        except Exception:  # noqa: BLE001 - whoever dialled waits for an answer, whatever the database says
            _LOG.exception("not saved", company=order.company)
            code = NOBODY
        user = order.words.get("user", "")
        _LOG.info("phone change", company=order.company, does=order.does, user=user, refused=code)
        return Reply(code)

    def _change(self, company: str, does: str, wanted: PhoneChange) -> str:
        for _ in range(_TRIES):
            found = self._documents.load(company)
            if found is None or wanted.user not in found[1].users:
                return "mistakes"
            revision, document = found
            code = self._save(document, revision, does, wanted)
            if code != CONFLICT:
                return code
        return CONFLICT

    def _save(self, document: CompanyDocument, revision: int, does: str, wanted: PhoneChange) -> str:
        try:
            after = changed(document, wanted)
        except KeyError:
            return "mistakes"
        if after == document:
            return ""
        refused = refusal(compile_company(document, revision), wanted)
        if refused is not None:
            return refused.code
        checked = check_company(plain_company(after))
        if isinstance(checked, list):
            return "forward_loop" if any(each.code == "forward_loop" for each in checked) else "mistakes"
        saved = self._documents.save(
            checked.document, made_from=revision, author=f"phone {wanted.user}", note=does
        )
        if isinstance(saved, Conflict):
            return CONFLICT
        self._publish(document.account.id)
        return ""


def _wanted(order: Order) -> PhoneChange:
    user = order.words["user"]
    if order.does == "night_switch":
        return NightSwitch(user, order.words["number"], closed=bool(order.words["closed"]))
    text = order.words.get("to", "")
    to: AnyAction | None = msgspec.json.decode(text, type=AnyAction) if text else None
    return OwnForward(user, to, msgspec.convert(order.words.get("when", "always"), When))
