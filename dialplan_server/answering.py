"""Answers to the switch: gather, decide, render. Whatever is asked, valid XML comes back."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import structlog

from dialplan_server import directory
from dialplan_server.checking import Checks
from dialplan_server.deciding import Settled, settle
from dialplan_server.form import Form
from dialplan_server.lines import Lines
from dialplan_server.lookup import CONTEXTS, Question, Refused, is_number, read
from dialplan_server.metrics import Metrics
from dialplan_server.published import Published
from dialplan_server.rendering import documents
from dialplan_server.rendering.steps import Renderer
from presence.clock import Clock
from presence.gathering import Gathered
from routing.compiled import Company
from routing.contention import contended, not_to_take, without_calls
from routing.decision import Decision
from routing.engine import Needs, needs
from routing.phone_changes import PhoneChange
from routing.recording import Deed
from routing.snapshot import Snapshot
from routing.waiting_line import is_in_line

_LOG = structlog.get_logger()
Gather = Callable[[Company, Needs, str, float, str], Gathered]
Claim = Callable[[Question, Settled, Gathered], bool]
Trace = Callable[[Question, Snapshot, Settled], None]
Tell = Callable[[Question, Settled], None]
_NOT_OURS = ("phone_unknown", "phone_of_another_company")
_UNANSWERED = ("not_found", "domain_unknown", "user_unknown")
"""Of the directory: nobody who is asked for."""
_CLAIMS = 3
"""How often an offer is decided again when somebody had just been taken (design 2.3); then it rings all the same, but for
a queue, where the caller waits a round."""
_MOST_KNOWN_NEEDS = 10_000


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Where a worker gets what a decision may look at: the time, the agents, a random number; where it keeps whom it
    rings and takes the lines by which it calls (`claim`; False: somebody or something had just been taken), says who waits in a
    queue, and tells what was decided (`trace`), to everybody when it is an `emergency`. `save`
    has saved what a phone asks for, `record` a recording paused or gone on with; each says why it was not."""

    clock: Clock
    gather: Gather
    claim: Claim = lambda *_: True
    draw: Callable[[], int]
    lines: Lines
    trace: Trace = lambda *_: None
    emergency: Tell = lambda *_: None
    call_backs: Callable[[Question, Decision], object] = lambda *_: None
    save: Callable[[Question, PhoneChange], str] = lambda *_: "nobody"
    record: Callable[[Question, Deed], str] = lambda *_: "nobody"


class Answering:
    """Everything a worker needs to answer, wired by hand in `wiring`. `checks` are told each answer, and may raise."""

    def __init__(
        self,
        world: World,
        published: Published,
        renderer: Renderer,
        *,
        failsafe_file: str,
        metrics: Metrics,
        checks: Checks = Checks(),  # noqa: B008 - immutable
    ) -> None:
        self.published, self.metrics = published, metrics
        self._world, self._renderer = world, renderer
        self._failsafe_file, self._checks = failsafe_file, checks
        self._needs: dict[tuple[str, int, str, str, str], Needs] = {}

    # --- dialplan -------------------------------------------------------------------------------------

    def dialplan(self, body: bytes) -> bytes:
        """The XML of a dialplan request, whatever the body is."""
        began = time.perf_counter()
        form = Form(body)
        try:
            answer = self._dialplan(form)
            self._checks.dialplan(answer)
        except Exception:  # noqa: BLE001 - the last line of defence: a caller never pays for our bug
            _LOG.exception("no decision: the fail-safe answers")
            self._count("dialplan", "failsafe")
            answer = self._failsafe(form)
        self.metrics.seconds.observe(time.perf_counter() - began)
        return answer

    def _dialplan(self, form: Form) -> bytes:
        question = read(form, self.published.companies, self._world.clock.now)
        if isinstance(question, Refused):
            return self._refuse(form, question)
        answer = self._decide(question)
        self.metrics.decided.inc()
        return answer

    def _decide(self, question: Question) -> bytes:
        gone = frozenset[str]()
        for _ in range(_CLAIMS):
            gathered, snapshot, settled = self._settle(question, gone)
            if self._claimed(question, snapshot, settled, gathered):
                break
            self.metrics.contended.inc()
            gone |= not_to_take(settled.decision)
        else:
            if is_in_line(settled.decision):
                everybody = question.company.document.users.keys()
                settled = settle(question, contended(snapshot, everybody))
            elif gone:
                settled = settle(question, without_calls(snapshot, gone))
        snapshot, settled = self._saved(question, snapshot, settled)
        self._world.lines.keep(question, snapshot, settled)
        self._world.call_backs(question, settled.decision)
        lines = self._renderer.lines(question, settled, "controller" if gathered.alive else "switch")
        self._tell(question, settled)
        self._world.emergency(question, settled)
        self._world.trace(question, snapshot, settled)
        return documents.dialplan(question.context, lines)

    def _saved(self, question: Question, snapshot: Snapshot, settled: Settled) -> tuple[Snapshot, Settled]:
        """What whoever calls asked to be saved is, or it is decided again without that."""
        wanted, deed = settled.decision.saves, settled.decision.records
        unsaved = self._world.save(question, wanted) if wanted is not None else ""
        unsaved = self._world.record(question, deed) if deed else unsaved
        if not unsaved:
            return snapshot, settled
        snapshot = msgspec.structs.replace(snapshot, unsaved=unsaved)
        return snapshot, settle(question, snapshot)

    def _claimed(self, question: Question, snapshot: Snapshot, settled: Settled, gathered: Gathered) -> bool:
        """Without a controller, nothing is known of agents but whom the queues' own offers ring."""
        claimed = self._world.claim(question, settled, gathered)
        return claimed and (gathered.alive or self._world.lines.lock(question, snapshot, settled))

    def _settle(self, question: Question, gone: frozenset[str]) -> tuple[Gathered, Snapshot, Settled]:
        now = question.call.received_at
        gathered = self._world.gather(
            question.company, self._wanted(question), question.node, now.timestamp(), question.call.id
        )
        if gathered.agents is None:
            self.metrics.unknown.inc()
        snapshot = Snapshot(
            now=now, agents=gathered.agents, draw=self._world.draw(), last_served=gathered.last_served,
            lines_in_use=gathered.lines_in_use, trunk_lines=gathered.trunk_lines,
            gateways_down=gathered.gateways_down, waiting=gathered.waiting, outside_calls=gathered.outside_calls,
            calls=gathered.calls, connects=gathered.connects, dispatched=gathered.alive,
        )  # fmt: skip
        snapshot = without_calls(snapshot, gone)
        return gathered, snapshot, settle(question, snapshot)

    def _wanted(self, question: Question) -> Needs:
        """What a first step can touch depends on company, entry and who calls alone: walked once a revision."""
        call, company = question.call, question.company
        if question.history:
            return needs(company, call, question.history)
        key = (company.id, company.revision, call.entry_kind, call.entry, call.owner)
        found = self._needs.get(key)
        if found is None:
            if len(self._needs) >= _MOST_KNOWN_NEEDS:
                self._needs.clear()
            found = self._needs[key] = needs(company, call)
        return found

    def _tell(self, question: Question, settled: Settled) -> None:
        decision = settled.decision
        reasons = [*question.reasons, *(reason.code for reason in decision.reasons)]
        _LOG.info(
            "decided", call=question.call.id, company=question.company.id, step=question.step,
            does=type(decision.step).__name__, rule=decision.rule, reasons=reasons,
        )  # fmt: skip

    def _refuse(self, form: Form, refused: Refused) -> bytes:
        self._count("dialplan", refused.code)
        _LOG.warning("refused", why=refused.code)
        context = form.get("Hunt-Context")
        if context not in CONTEXTS or refused.code == "unknown_section":
            return documents.NOT_FOUND
        cause = "CALL_REJECTED" if refused.code in _NOT_OURS else "UNALLOCATED_NUMBER"
        return documents.hang_up(context, cause)

    def _failsafe(self, form: Form) -> bytes:
        """What the fail-safe file makes of the same request; "not found" leads there too, by the switch's own list."""
        context, number = form.get("Hunt-Context"), form.get("Hunt-Destination-Number")
        if context not in CONTEXTS or not is_number(number):
            return documents.NOT_FOUND
        return documents.into_failsafe(context, number, self._failsafe_file)

    # --- directory --------------------------------------------------------------------------------------

    def directory(self, body: bytes) -> bytes:
        """The XML of a directory request, whatever the body is."""
        try:
            answer, how = self._directory(Form(body))
            self._checks.directory(answer)
        except Exception:  # noqa: BLE001 - the mirror answers, as for every "not found"
            _LOG.exception("no directory: the mirror answers")
            answer, how = documents.NOT_FOUND, "failsafe"
        self._count("directory", how)
        if how in _UNANSWERED:
            _LOG.info("refused", section="directory", why=how)
        return answer

    def _directory(self, form: Form) -> tuple[bytes, str]:
        domain, user = form.get("domain"), form.get("user")
        if form.get("section") not in ("", "directory") or not user or not directory.is_domain(domain):
            return documents.NOT_FOUND, "not_found"
        snapshot, company = self.published.of_domain(domain)
        if snapshot is None or company is None:
            return directory.unknown(domain), "domain_unknown"
        counted = form.get("action") == "message-count" and directory.counted_lines(snapshot, company, user)
        lines = counted or directory.user_lines(snapshot, company, user)
        return directory.answer(company, lines), "user" if lines else "user_unknown"

    def configuration(self, body: bytes) -> bytes:
        """We own no part of the configuration; said at once, for the switch asks at every module's load."""
        return self.refuse("configuration", "not_found")

    def refuse(self, section: str, why: str) -> bytes:
        """What is no question of a switch, or one that nobody here answers."""
        self._count(section, why)
        _LOG.info("refused", section=section, why=why)
        return documents.NOT_FOUND

    def _count(self, section: str, how: str) -> None:
        self.metrics.answers.labels(section, how).inc()
