"""Phones' own keys for do not disturb and forwarding: what a phone asks is done for its user, and his phones are told what is so,
whoever changed it. What may be is `routing.forwarding`'s; the forward is saved by whoever has the documents (presence.orders).

A key that asks for what may not be changes nothing, and its phone is told what is so: its lamp goes out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import gevent
import msgspec
import structlog
from gevent.queue import Full, Queue

from controller import feature_keys
from controller.esl import ESLError, Event, NodeLink
from controller.feature_keys import Key
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import Away
from presence.feature_phones import FeaturePhones
from presence.orders import OrderDesk
from routing import forwarding
from routing.agent_state import intent_now
from routing.agents import Intent
from routing.compiled import Company
from routing.own_forward import OwnForward
from routing.phone_display import Shown, shown
from routing.reasons import Reason

_LOG = structlog.get_logger()
EVENT, _ANSWER = "PHONE_FEATURE_SUBSCRIBE", "PHONE_FEATURE"
_MOST_WAITING, _READ_AT_ONCE = 1000, 100


class Features:
    """Of one switch. `desk`: where a forward is saved. `is_ours` may be set: False while another controller may have our place."""

    def __init__(
        self, *, link: NodeLink, clock: Clock, published: Published, stores: Callable[[str], AgentStore],
        phones: Callable[[str], FeaturePhones], desk: OrderDesk,
    ) -> None:  # fmt: skip
        self._link, self._clock, self._published, self._stores = link, clock, published, stores
        self._phones, self._desk = phones, desk
        self.is_ours: Callable[[], bool] = lambda: True
        self._keys: Queue[Key] = Queue(_MOST_WAITING)
        self.refused = 0
        """What phones sent that no phone of ours sends."""

    @property
    def concerned(self) -> Mapping[str, Callable[[Event], None]]:
        """Its events, by name."""
        return {EVENT: self._on_key}

    def _on_key(self, event: Event) -> None:
        key = feature_keys.read(event.headers)
        if key is None:
            self.refused += 1
            _LOG.warning("a phone's key is not understood", device=event.get("user")[:64])
            key = feature_keys.read({name: event.get(name) for name in ("user", "host")})
        try:
            if key is not None:
                self._keys.put_nowait(key)
        except Full:
            self.refused += 1

    def run(self) -> None:
        """Obey keys, one after the other, for ever: a forward waits until it is saved."""
        while True:
            key = self._keys.get()
            try:
                if self.is_ours():
                    self._obey(key)
            except (ESLError, *Away) as error:
                _LOG.warning("a phone's key is put off", device=key.device, why=str(error))
            except Exception:  # noqa: BLE001 - one bad key must not end all others
                _LOG.exception("a phone's key", device=key.device)

    def _obey(self, key: Key) -> None:
        company = self._published.companies.get(self._published.company(key.domain) or "")
        owner = company.device_owners.get(key.device, "") if company is not None else ""
        if company is None or not owner:
            return
        if key.asks == "dnd":
            self._declare(company, owner, on=key.on)
        elif key.asks == "forward":
            why = self._forward(company, owner, key.to)
            _LOG.info("forward by a phone's key", company=company.id, user=owner, refused=why)
        self._published.read()
        company = self._published.companies[company.id]
        self._tell(company, owner, self._shown(company, [owner])[owner])

    def _declare(self, company: Company, owner: str, *, on: bool) -> None:
        """Off takes nothing else back than do not disturb."""
        now = self._clock.unix(company.id)
        if on == self._shown(company, [owner])[owner].dnd:
            return
        intent = Intent(kind="dnd" if on else "auto", source="agent", since=now)
        self._stores(company.id).declare(owner, intent)

    def _forward(self, company: Company, owner: str, dialled: str) -> str:
        to = forwarding.target(company, owner, dialled) if dialled else None
        if isinstance(to, Reason):
            return to.code
        refused = forwarding.refusal(company, OwnForward(owner, to))
        if refused is not None:
            return refused.code
        words = {"user": owner, **({"to": msgspec.json.encode(to).decode()} if to is not None else {})}
        return self._desk.give(company.id, "forward", words).code

    # --- what phones show ----------------------------------------------------------------------------

    def look(self) -> None:
        """Whoever's state is another than his phones were told is told again."""
        for company in list(self._published.companies.values()):
            told = self._phones(company.id).told()
            for user in told.keys() - company.document.users.keys():
                self._phones(company.id).forget(user)
            users = sorted(told.keys() & company.document.users.keys())
            for some in (users[at : at + _READ_AT_ONCE] for at in range(0, len(users), _READ_AT_ONCE)):
                for user, now in self._shown(company, some).items():
                    if now != told[user]:
                        self._tell(company, user, now)
                gevent.sleep(0)

    def _tell(self, company: Company, user: str, now: Shown) -> None:
        for device in company.document.users[user].devices:
            for headers in feature_keys.told(device, company.document.account.domain, now):
                self._link.sendevent(device, _ANSWER, headers)
        self._phones(company.id).tell(user, now)

    def _shown(self, company: Company, users: Sequence[str]) -> dict[str, Shown]:
        """Of these, in one question to Redis."""
        now = self._clock.unix(company.id)
        known = self._stores(company.id).agents.read(users, now)
        intents = {user: intent_now(each.inputs, now).kind for user, each in known.items()}
        return {user: shown(company.document, user, intents.get(user, "auto")) for user in users}
