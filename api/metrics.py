"""Prometheus metrics, over all workers when `PROMETHEUS_MULTIPROC_DIR` names their common folder.

Labels are routes, methods, statuses, decisions, categories, rules: all of them ours, none of them sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from scanner.model import Scan

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

LATENCY = Histogram(
    "scanner_request_seconds",
    "Seconds from request to answer.",
    ("method", "route", "status"),
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
DECISIONS = Counter("scanner_decisions", "Texts scanned, by decision.", ("decision",))
HITS = Counter("scanner_hits", "Findings, by category, rule and level.", ("category", "rule", "level"))
DEGRADED = Counter("scanner_degraded", "Scans cut short, by what.", ("what",))
ACTIVATION = Gauge(
    "scanner_activation", "Number of the activation of packs that a worker runs.", multiprocess_mode="liveall"
)
SWAPS = Counter("scanner_pack_swaps", "Changes of the packs that run, over all workers.")

_ALLOW, _REVIEW, _BLOCK = (DECISIONS.labels(name) for name in ("allow", "review", "block"))
_BY_DECISION = {"allow": _ALLOW, "review": _REVIEW, "block": _BLOCK}


def count(scan: Scan) -> None:
    """Count one scan."""
    _BY_DECISION[scan.decision].inc()
    for hit in scan.hits:
        HITS.labels(hit.category, hit.rule, hit.level).inc()
    for what in scan.degraded:
        DEGRADED.labels(what).inc()


def count_many(decisions: dict[str, int]) -> None:
    """Count the decisions of many scans at once; their hits are counted by `count_hits`."""
    for name, number in decisions.items():
        _BY_DECISION[name].inc(number)


def count_hits(scan: Scan) -> None:
    """Count what was found in one scan."""
    for hit in scan.hits:
        HITS.labels(hit.category, hit.rule, hit.level).inc()
    for what in scan.degraded:
        DEGRADED.labels(what).inc()


class _Packs(Collector):
    """The packs of the worker that answers."""

    def __init__(self, versions: Mapping[str, str]) -> None:
        self._versions = versions

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One sample per pack, always 1."""
        family = GaugeMetricFamily("scanner_pack_info", "Packs that run.", labels=("pack", "version"))
        for name, version in self._versions.items():
            family.add_metric((name, version), 1)
        yield family


def exposed(versions: Mapping[str, str]) -> bytes:
    """The text that Prometheus reads."""
    packs = CollectorRegistry()
    packs.register(_Packs(versions))
    if not os.environ.get(FOLDER):
        return generate_latest(REGISTRY) + generate_latest(packs)
    everybody = CollectorRegistry()
    multiprocess.MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
    return generate_latest(everybody) + generate_latest(packs)


def bury_the_dead() -> None:
    """Forget the gauges of workers that are no more."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    for file in Path(folder).glob("gauge_live*_*.db"):
        found = re.search(r"_(\d+)\.db$", file.name)
        if found and not Path(f"/proc/{found[1]}").exists() and Path("/proc/self").exists():
            multiprocess.mark_process_dead(int(found[1]))  # type: ignore[no-untyped-call]


def bury_myself() -> None:
    """Forget this worker's own gauges, at its end."""
    if os.environ.get(FOLDER):
        multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]
