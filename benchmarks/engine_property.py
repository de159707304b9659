"""At least 200,000 random decisions of the engine, each judged: a valid company never makes it raise, every call ends.

    python benchmarks/engine_property.py [--decisions 200000] [--seed 1]

Companies, calls, moments, agents and histories are drawn (tests/routing/random_company.py, random_calls.py); a third of the cases
are single decisions about a route of another revision, the rest whole calls followed to their end. A failure names the two
seeds that repeat it. `make test` runs a bounded number of the same.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from routing.compiled import Company, compile_company
from tests.routing.random_calls import follow, judged, random_call, random_history, random_snapshot
from tests.routing.random_company import random_document

_CASES_A_COMPANY = 120
_MOST_FAILURES = 10


def case(company: Company, chance: Random) -> int:
    """One call, or one decision about a foreign route. The number of decisions judged."""
    if chance.randrange(3):
        return follow(company, chance)
    call = random_call(company, chance)
    judged(company, call, random_snapshot(company, call.received_at, chance), random_history(company, chance))
    return 1


def run(wanted: int, seed: int) -> int:
    """Failures found."""
    counts: Counter[str] = Counter()
    began = time.perf_counter()
    while counts["decisions"] < wanted and counts["failures"] < _MOST_FAILURES:
        company_seed = f"{seed}/{counts['companies']}"
        company = compile_company(random_document(Random(company_seed)), 1)
        counts["companies"] += 1
        for number in range(_CASES_A_COMPANY):
            try:
                counts["decisions"] += case(company, Random(f"{company_seed}/{number}"))
                counts["cases"] += 1
            except Exception:  # noqa: BLE001 - any exception is what is looked for
                counts["failures"] += 1
                print(f"FAILED: company Random({company_seed!r}), call Random('{company_seed}/{number}')")
                traceback.print_exc(limit=-4, file=sys.stdout)
    seconds = time.perf_counter() - began
    print(
        f"{counts['decisions']} decisions in {counts['cases']} cases of {counts['companies']} companies, {seconds:.0f} s,"
        f" {counts['failures']} failures"
    )
    return counts["failures"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(1 if run(given.decisions, given.seed) else 0)
