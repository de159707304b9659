"""The engine alone: one decision, whatever the number of users, and the check and compilation of a large company. CPU time.

    python benchmarks/engine.py [--rounds 5]

Decisions: the median over the situations of the sample company (each thousands of times), then one and the same call in
companies of 10, 1,000 and 10,000 users. Targets (issue "Engine"): under 100 us, within 1.2x, and check + compile of 5,000 users,
all lints included, under 1 s.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from routing.call import Call
from routing.company import CompanyDocument
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.engine import next_step
from routing.lint import lint
from routing.route import Attempt, History, Outcome, OutcomeKind
from routing.snapshot import Agent, AgentState, Snapshot
from schemas.company import Checked, check_company, load_company
from tests import sample
from tests.large_company import large_company

NOON = datetime(2026, 10, 13, 10, 0, tzinfo=ZoneInfo("America/Toronto"))
SITUATIONS = [
    ("main number, greeting", "+15145550100", NOON),
    ("direct number, four phones in a row", "+15145550110", NOON),
    ("direct number, schedule and forward", "+15145550111", NOON),
    ("team of three at once", "+15145550102", NOON),
    ("queue", "+18005550101", NOON),
    ("Lyon, closed, redirected", "+33199000103", NOON.replace(hour=20)),
    ("closed", "+15145550100", NOON.replace(hour=20)),
    ("holiday", "+15145550100", NOON.replace(month=12, day=25)),
]
Task = Callable[[], Decision]


def micros(tasks: Mapping[str, Task], rounds: int) -> dict[str, float]:
    """The median of several rounds of the mean time of a call, in microseconds; the tasks take turns, so that what else
    the machine does falls on all of them."""
    loops = 1000
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            began = time.process_time()
            for _ in range(loops):
                task()
            found[name].append((time.process_time() - began) / loops * 1e6)
    return {name: statistics.median(each) for name, each in found.items()}


def question(company: Company, number: str, now: datetime, history: History = ()) -> Task:
    """One call of `next_step`, everybody idle."""
    entry = company.numbers_by_e164[number]
    call = Call(
        id="c",
        company=company.id,
        entry_kind="number",
        entry=entry,
        caller_number="+14505550199",
        received_at=now,
    )
    snapshot = Snapshot(now=now, agents=idle(company.document))
    return lambda: next_step(company, call, snapshot, history)


def idle(document: CompanyDocument) -> dict[str, Agent]:
    """Everybody registered and free."""
    return {
        extension: Agent(state=AgentState.AVAILABLE, registered=frozenset(user.devices))
        for extension, user in document.users.items()
    }


def sample_decisions(rounds: int) -> float:
    """The median over the situations, microseconds."""
    company = sample.company()
    tasks = {name: question(company, number, now) for name, number, now in SITUATIONS}
    dialled = dialled_1004(company)
    tasks["an extension dialled in the greeting"] = question(company, "+15145550100", NOON, dialled)
    found = micros(tasks, rounds)
    for name, took in found.items():
        print(f"  {name:40} {took:7.1f} us")
    return statistics.median(found.values())


def dialled_1004(company: Company) -> History:
    """The route of a caller who dialled 1004 in the greeting."""
    history: History = ()
    for keys in ("1", "004"):
        decision = question(company, "+15145550100", NOON, history)()
        history = (*history, Attempt(decision.place, Outcome(OutcomeKind.KEYED, keys=keys)))
    return history


def loaded(users: int) -> CompanyDocument:
    """A large company that passed the check."""
    document = load_company(large_company(users))
    assert isinstance(document, CompanyDocument), document
    return document


def any_size(rounds: int) -> float:
    """The dearest of three sizes against the cheapest."""
    sizes = (10, 1000, 10_000)
    tasks = {
        f"{users} users": question(compile_company(loaded(users), 1), "+15146000003", NOON) for users in sizes
    }
    found = micros(tasks, rounds * 3)
    for name, took in found.items():
        print(f"  {name:12} {took:7.1f} us")
    return max(found.values()) / min(found.values())


def check_and_compile(users: int, rounds: int) -> float:
    """CPU seconds, all lints included; the median of several."""
    found = []
    data = large_company(users)
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        passed = check_company(data)
        assert isinstance(passed, Checked), passed
        checked = time.process_time()
        lint(passed.document, date(2026, 10, 13), obeyed=passed.obeyed)
        linted = time.process_time()
        compile_company(passed.document, 1, obeyed=passed.obeyed)
        done = time.process_time()
        found.append(done - began)
        print(
            f"  check {checked - began:.3f} s, lint {linted - checked:.3f} s, compile {done - linted:.3f} s"
        )
    return statistics.median(found)


def told(what: str, found: float, unit: str, target: float) -> bool:
    """A figure beside its target."""
    print(f"{what}: {found:.3g} {unit}, target {target:g} {unit}: {'met' if found <= target else 'MISSED'}")
    return found <= target


def main(rounds: int) -> int:
    """Every figure; exit status 1 when one misses its target."""
    met = [
        told("one decision, sample company, median", sample_decisions(rounds), "us", 100),
        told("10, 1,000 and 10,000 users, ratio", any_size(rounds), "x", 1.2),
        told("check and compile, 5,000 users", check_and_compile(5000, rounds), "s", 1.0),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    sys.exit(main(parser.parse_args().rounds))
