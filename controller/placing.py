"""Calls that a program asks for somebody (click to call, call-backs): his own phones ring together, and the one that he answers
calls the number, through the dialplan as if he had dialled it (routing.placing).

Nothing waits for him here: once he has answered, the call goes on by itself, whatever becomes of this process.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import partial

import gevent
import structlog

from controller.contacts import contact
from controller.esl import BackgroundJob, ESLError, JobLost, NodeLink
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import Away
from presence.orders import Order, Reply
from routing.compiled import Company
from routing.ended_call import EndedCall
from routing.placing import RING_SECONDS
from routing.shown_names import shown_name
from schemas import dial_strings

_LOG = structlog.get_logger()
Over = Callable[[bool | None], object]
"""Told whether he took the call himself; None: nobody knows, the link to the switch was lost meanwhile."""
_CONTACT_SECONDS = 1.0
_JOB_SECONDS = RING_SECONDS + 15.0


class Placer:
    """Of one switch. `dialplans`: the list of dialplans that the call is looked up in, the fail-safe file last."""

    def __init__(
        self, link: NodeLink, clock: Clock, published: Published, stores: Callable[[str], AgentStore], dialplans: str
    ) -> None:  # fmt: skip
        self._link, self._clock, self._published = link, clock, published
        self._stores, self._dialplans = stores, dialplans

    def place(self, order: Order, over: Over = lambda taken: None) -> Reply:
        """Ring his phones: `words` are `extension`, `to`, `shown` (what his phone shows), `devices` (by blanks), the `call`'s id,
        and `why`, one word that its record keeps."""
        company = self._published.companies.get(order.company)
        if company is None:
            return Reply("unknown_company")
        devices = order.words["devices"].split()
        reached = [(device, where) for device in devices if (where := self._contact(order, device, company))]
        if not reached:
            return Reply("no_phone")
        line = self._originate(order, company, reached)
        self._await(order, over, self._link.bgapi(line, job_deadline=self._clock.real_seconds(_JOB_SECONDS)))
        return Reply()

    def _contact(self, order: Order, device: str, company: Company) -> str:
        ask = partial(self._link.command, device, deadline=_CONTACT_SECONDS)
        return contact(company, order.words["extension"], device, ask)

    def _originate(self, order: Order, company: Company, reached: Sequence[tuple[str, str]]) -> str:
        owner, to = order.words["extension"], dial_strings.dialled(order.words["to"])
        domain = company.document.account.domain
        shown = order.words["shown"] or owner
        common = dial_strings.leg_pairs({
            "originate_timeout": str(RING_SECONDS), "ignore_early_media": "true", "relais_company": company.id,
            "relais_owner": owner, "relais_call": order.words["call"], "relais_placed": order.words["why"],
            "presence_id": f"{owner}@{domain}", "force_transfer_context": "relais-transfer",
            "origination_caller_id_number": shown, "origination_caller_id_name": shown,
            "effective_caller_id_number": owner,
        })  # fmt: skip
        name = dial_strings.name_pair("effective_caller_id_name", shown_name(company, owner))
        legs = ",".join(f"[{self._leg(device)}]{contact}" for device, contact in reached)
        return f"originate {{{common},{name}}}{legs} {to} {self._dialplans} relais-phone"

    @staticmethod
    def _leg(device: str) -> str:
        own = {"origination_uuid": str(uuid.uuid4()), "relais_device": device, "relais_leg": device}
        return dial_strings.leg_pairs(own)

    # --- when he does not answer -------------------------------------------------------------------------

    def _await(self, order: Order, over: Over, job: BackgroundJob) -> None:
        gevent.spawn(self._end, order, over, job, self._clock.unix(order.company))

    def _end(self, order: Order, over: Over, job: BackgroundJob, began: float) -> None:
        over(self._was_taken(order, job, began))

    def _was_taken(self, order: Order, job: BackgroundJob, began: float) -> bool | None:
        """A call that he did not take himself leaves a record too; one that he took, or may have taken, is followed as any other."""
        try:
            job.output()
        except JobLost as error:
            _LOG.warning(
                "nobody knows whether a placed call was taken", call=order.words["call"], why=str(error)
            )
            return None
        except ESLError as error:
            cause = getattr(error, "text", "").removeprefix("-ERR").strip()
            _LOG.info("placed call not taken by its own caller", call=order.words["call"], why=str(error))
            self._keep(order, self._record(order, began, cause))
            return False
        return True

    def _keep(self, order: Order, record: EndedCall) -> None:
        try:
            self._stores(order.company).call_over(order.words["call"], record)
        except Away as away:
            _LOG.warning("record not written", call=order.words["call"], why=str(away))

    def _record(self, order: Order, began: float, cause: str) -> EndedCall:
        words = order.words
        return EndedCall(
            call=words["call"], company=order.company, entry=f"extension.{words['to']}", caller=words["extension"],
            began=began, ended=self._clock.unix(order.company), cause=cause, disposition="not_placed",
            placed=words["why"],
        )  # fmt: skip
