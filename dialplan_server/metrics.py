"""What a worker counts. Workers share a folder of counters, so that any of them can tell the sum of all.

The files are named by the worker's number, not by its process: a restarted worker counts on, and no files pile up.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

_BUCKETS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5)
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def share(folder: Path, worker: int) -> None:
    """Count together with the other workers. Before any Metrics is made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ[_FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: worker)  # type: ignore[no-untyped-call]


class Metrics:
    """Counters of one worker; `text` is what /metrics shows."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.answers = Counter(
            "relais_dialplan_answers", "Answers to the switch", ("section", "answer"), registry=self._registry
        )
        self.seconds = Histogram(
            "relais_dialplan_seconds", "Time to decide and render", registry=self._registry, buckets=_BUCKETS
        )
        self.decided = self.answers.labels("dialplan", "decided")
        self.prompts = Counter(
            "relais_dialplan_prompts_missing", "Prompts that were not there", registry=self._registry
        )
        self.unknown = Counter(
            "relais_dialplan_presence_unknown", "Decisions without agents' states", registry=self._registry
        )
        self.contended = Counter(
            "relais_dialplan_contended", "Offers decided again, because an agent had just been taken",
            registry=self._registry,
        )  # fmt: skip
        self.traced = Counter(
            "relais_dialplan_traced", "Decisions told behind their answers", registry=self._registry
        )
        self.held = Counter(
            "relais_dialplan_outside_calls_held", "Users and companies whose outside calls the fraud guard held",
            registry=self._registry,
        )  # fmt: skip
        self.invalid = Counter(
            "relais_dialplan_xml_invalid", "Documents of ours that RELAIS_CHECK_XML held back", ("document",),
            registry=self._registry,
        )  # fmt: skip
        self.broken = Counter(
            "relais_dialplan_snapshots_broken", "Published files that cannot be read", registry=self._registry
        )

    def text(self) -> bytes:
        """Everything, of all workers when they share."""
        if not os.environ.get(_FOLDER):
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library has no types here
        return generate_latest(registry)
