"""What a kept set of packs would decide differently from the one that runs, on the operator's reference corpus.

Compared in a process of its own, so that answers do not wait for it: one at a time, a few in a row, results kept.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from api.logs import failure
from scanner.ledger import active

SECONDS = 180
"""How long one comparison may take."""

KEPT = 16
"""Comparisons whose results are kept."""

WAITING = 4
"""Comparisons that may be under way or wait; more are `busy`."""

SHIPPED_CASES = Path(__file__).parents[1] / "fixtures" / "cases"

State = Literal["same", "ready", "working", "busy", "failed", "no_corpus"]
Files = Mapping[str, bytes]
Compare = Callable[[Files, Files, Path, int], dict[str, Any]]

_log = logging.getLogger("api.impact")


@dataclass(frozen=True, slots=True)
class Found:
    """How far a comparison is, and its result when it is there."""

    state: State
    result: Mapping[str, Any] | None = None


def corpus(configured: Path | None) -> Path | None:
    """The reference corpus: what is configured, else the labelled cases of a checkout; None when there is none."""
    if configured is not None:
        return configured if configured.exists() else None
    return SHIPPED_CASES if SHIPPED_CASES.is_dir() else None


class Impacts:
    """The comparisons of one worker."""

    def __init__(self, reference: Path | None, limit: int, compare: Compare | None = None) -> None:
        self._reference, self._limit = reference, limit
        self._compare = compare or compared
        self._pool: ThreadPoolExecutor | None = None
        self._kept: OrderedDict[tuple[str, ...], Future[dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, before: Files, after: Files) -> Found:
        """The comparison of two sets' files; the first to ask starts it. Never waits."""
        digests = active.digest_of(before), active.digest_of(after)
        if digests[0] == digests[1]:
            return Found("same")
        path = corpus(self._reference)
        if path is None:
            return Found("no_corpus")
        name = (*digests, _stamp(path))
        with self._lock:
            future = self._kept.get(name)
            if future is None:
                if sum(not one.done() for one in self._kept.values()) >= WAITING:
                    return Found("busy")
                future = self._kept[name] = self._start(before, after, path)
                self._drop()
            self._kept.move_to_end(name)
        if not future.done():
            return Found("working")
        error = future.exception()
        return Found("ready", future.result()) if error is None else Found("failed")

    def _start(self, before: Files, after: Files, path: Path) -> Future[dict[str, Any]]:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="impact")
        return self._pool.submit(self._logged, before, after, path)

    def _logged(self, before: Files, after: Files, path: Path) -> dict[str, Any]:
        try:
            return self._compare(before, after, path, self._limit)
        except Exception as error:
            _log.error("the comparison of two sets of packs failed", extra=failure(error))
            raise

    def _drop(self) -> None:
        """Keep the latest results; what is under way stays."""
        old = [name for name, one in self._kept.items() if one.done()]
        for name in old[: max(0, len(self._kept) - KEPT)]:
            del self._kept[name]

    def stop(self) -> None:
        """Start nothing more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _stamp(path: Path) -> str:
    """What changes with the corpus: names, sizes and times of its files."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return repr([(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file()])


def compared(before: Files, after: Files, path: Path, limit: int) -> dict[str, Any]:
    """`scanner lexicon impact` of two sets, in another process."""
    with tempfile.TemporaryDirectory(prefix="packs-") as folder:
        sides = []
        for name, files in (("before", before), ("after", after)):
            side = Path(folder, name)
            active.unpack(files, side)
            sides.append(str(side))
        command = [sys.executable, "-m", "scanner", "lexicon", "impact", *sides, str(path), "--json"]
        done = subprocess.run(
            [*command, "--limit", str(limit)], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the comparison ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
