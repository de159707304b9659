"""What a queue could never mean: an overflow whose limit is out of its range (D50)."""

from __future__ import annotations

from collections.abc import Iterator

from routing.company import CompanyDocument
from schemas.problems import Found

_PREDICTED_SECONDS = (30, 3600)


def check_queues(document: CompanyDocument) -> Iterator[Found]:
    """Everything about queues that is refused."""
    least, most = _PREDICTED_SECONDS
    for key, queue in document.queues.items():
        for place, overflow in enumerate(queue.overflow):
            if overflow.reason == "predicted_wait" and not least <= overflow.over <= most:
                yield Found(
                    "predicted_wait_range", ("queues", key, "overflow", place, "over"), str(overflow.over),
                    {"least": str(least), "most": str(most)},
                )  # fmt: skip
