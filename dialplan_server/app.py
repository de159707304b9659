"""The web application the switch asks: Flask, one decision a request, always 200 with XML once authenticated."""

from __future__ import annotations

import hmac
import time
from base64 import b64decode
from collections.abc import Callable

import structlog
from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from dialplan_server import directory, encoding
from dialplan_server.form import Form
from dialplan_server.lookup import Question, Refused, read
from dialplan_server.published import Published
from dialplan_server.rendering import Renderer
from presence.clock import Clock
from presence.gathering import NOTHING, Gathered
from routing.compiled import Company
from routing.engine import needs, next_step
from routing.route import RouteRefused
from routing.snapshot import Snapshot

_LOG = structlog.get_logger()
Gather = Callable[[Company, frozenset[str], str, float], Gathered]


class Answering:
    """Everything a worker needs to answer, wired by hand in `__main__`."""

    def __init__(
        self,
        *,
        published: Published,
        renderer: Renderer,
        clock: Clock,
        gather: Gather,
        draw: Callable[[], int],
    ) -> None:
        self.published, self.renderer, self.clock = published, renderer, clock
        self._gather, self._draw = gather, draw
        self.registry = CollectorRegistry()
        names = ("section", "answer")
        self.answers = Counter(
            "relais_dialplan_answers", "Answers to the switch", names, registry=self.registry
        )
        self.seconds = Histogram(
            "relais_dialplan_seconds", "Time to decide and render", registry=self.registry,
            buckets=(0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.05, 0.25),
        )  # fmt: skip

    def dialplan(self, body: bytes) -> bytes:
        """The XML of a dialplan request, whatever the body is."""
        began = time.perf_counter()
        try:
            answer, how = self._dialplan(Form(body))
        except Exception:  # noqa: BLE001 - the last line of defence: a caller never pays for our bug
            _LOG.exception("no decision: the fail-safe answers")
            answer, how = encoding.NOT_FOUND, "failsafe"
        self.answers.labels("dialplan", how).inc()
        self.seconds.observe(time.perf_counter() - began)
        return answer

    def _dialplan(self, form: Form) -> tuple[bytes, str]:
        question = read(form, self.published.companies, self.clock.now)
        if isinstance(question, Refused):
            return self._refuse(form, question), question.code
        return self._decide(question), "decided"

    def _decide(self, question: Question) -> bytes:
        call, company = question.call, question.company
        now = call.received_at
        wanted = needs(company, call, question.history).agents
        gathered = self._gather(company, wanted, question.node, now.timestamp())
        snapshot = Snapshot(now=now, agents=gathered.agents, draw=self._draw())
        decision = next_step(company, call, snapshot, question.history)
        mover = "controller" if gathered.alive else "switch"
        started = int(now.timestamp() * 1000)
        try:
            actions = self.renderer.actions(question, decision, mover=mover, started_ms=started)
        except RouteRefused:
            return self._restart(question, snapshot, mover)
        _LOG.info(
            "decided", call=call.id, company=company.id, step=question.step, does=type(decision.step).__name__,
            rule=decision.rule, reasons=[r.code for r in decision.reasons],
        )  # fmt: skip
        return encoding.document(question.context, actions)

    def _restart(self, question: Question, snapshot: Snapshot, mover: str) -> bytes:
        """The history is too long to be carried: the call begins again at its number (design 2.4)."""
        import msgspec

        fresh = msgspec.structs.replace(question, history=())
        decision = next_step(question.company, question.call, snapshot, ())
        started = int(snapshot.now.timestamp() * 1000)
        return encoding.document(
            question.context, self.renderer.actions(fresh, decision, mover=mover, started_ms=started)
        )

    def _refuse(self, form: Form, refused: Refused) -> bytes:
        _LOG.warning("refused", why=refused.code)
        context = form.get("Hunt-Context")
        if refused.code == "unknown_context" or not context.startswith("relais"):
            return encoding.NOT_FOUND
        known = context in ("relais-trunk", "relais-phone", "relais", "relais-transfer")
        hang_up = [encoding.action("hangup", "UNALLOCATED_NUMBER")]
        return encoding.document(context, hang_up) if known else encoding.NOT_FOUND

    def directory(self, body: bytes) -> bytes:
        """The XML of a directory request."""
        form = Form(body)
        domain, user = form.get("domain") or form.get("sip_auth_realm"), form.get("user")
        if form.get("section") not in ("", "directory") or not domain:
            return encoding.NOT_FOUND
        self.answers.labels("directory", form.get("action")[:24] or "plain").inc()
        snapshot, company = self.published.of_domain(domain)
        if not user:
            return encoding.NOT_FOUND
        return directory.answer(snapshot, company, user[:64], domain[:255])


def create_app(answering: Answering, password: str) -> Flask:
    """The application; `password` is the basic credentials' of user `relais`."""
    app = Flask("dialplan_server")
    expected = f"relais:{password}".encode()

    def allowed() -> bool:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            return kind.lower() == "basic" and hmac.compare_digest(b64decode(given), expected)
        except ValueError:
            return False

    def guarded(answer: Callable[[bytes], bytes]) -> Callable[[], Response]:
        def view() -> Response:
            if not allowed():
                return Response("", 401, {"WWW-Authenticate": 'Basic realm="relais"'})
            return Response(answer(request.get_data()), 200, mimetype="text/xml")

        return view

    rules = {
        "dialplan": answering.dialplan,
        "directory": answering.directory,
        "configuration": lambda _: encoding.NOT_FOUND,
    }
    for section, answer in rules.items():
        app.add_url_rule(f"/freeswitch/{section}", section, guarded(answer), methods=["POST"])
    _add_health(app, answering)
    return app


def _add_health(app: Flask, answering: Answering) -> None:
    @app.get("/health/live")
    def live() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/health/ready")
    def ready() -> Response:
        good = bool(answering.published.companies.by_id)
        return Response("ready\n" if good else "no company\n", 200 if good else 503, mimetype="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(answering.registry), mimetype=CONTENT_TYPE_LATEST)


__all__ = ["NOTHING", "Answering", "create_app"]
