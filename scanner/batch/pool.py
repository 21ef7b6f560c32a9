"""Pool: chunks scanned in several processes, results in order, a bounded number of them on the way."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from scanner.batch.work import Job, Result, Task, do
from scanner.engine import Scanner
from scanner.errors import ScannerError
from scanner.proof import warm

AHEAD = 2
"""Chunks on the way per worker, at most."""
BYTES_AHEAD = 16 * 1024 * 1024
"""Bytes of chunks on the way, unless a single one has more."""


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Pool:
    """Workers that wait for chunks; with one, the work is done in this process. To be used in a `with`.

    The workers begin at once: whatever starts threads (pyarrow does) comes later, so that they can be forked.
    """

    def __init__(self, scanner: Scanner, job: Job, workers: int) -> None:
        self._scanner, self._job, self._workers = scanner, job, workers
        self._executor = None if workers <= 1 else _begun(scanner, job, workers)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if self._executor is None:
            return
        if kind is not None:
            _stop(self._executor)
        self._executor.shutdown(wait=True, cancel_futures=True)

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        """Each task with its result, in order."""
        if self._executor is None:
            yield from ((task, do(task, self._scanner, self._job)) for task in tasks)
            return
        try:
            yield from _flow(self._executor, tasks, self._workers)
        except BrokenProcessPool:
            cure = "try fewer --workers; with --checkpoint the run goes on"
            raise ScannerError(f"a worker process died (out of memory, perhaps): {cure}") from None


def _begun(scanner: Scanner, job: Job, workers: int) -> ProcessPoolExecutor:
    method = _method()
    if method == "fork":  # what is compiled once stays on pages that parent and workers share
        warm(scanner)
        gc.collect()
        gc.freeze()
    context = multiprocessing.get_context(method)
    executor = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(scanner, job))
    executor.submit(_nothing)
    return executor


def _flow(executor: ProcessPoolExecutor, tasks: Iterable[Task], workers: int) -> Iterator[tuple[Task, Result]]:
    pending: deque[tuple[Task, Future[Result]]] = deque()
    held = 0
    for task in tasks:
        size = task.chunk.size
        while pending and (len(pending) >= AHEAD * workers or held + size > BYTES_AHEAD):
            done, future = pending.popleft()
            held -= done.chunk.size
            yield done, future.result()
        pending.append((task, executor.submit(_work, task)))
        held += size
    while pending:
        done, future = pending.popleft()
        yield done, future.result()


def _method() -> str:
    """Fork where nothing else runs in this process, since it needs no second compilation; else spawn."""
    if "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1 and _alone():
        return "fork"
    return "spawn"


def _alone() -> bool:
    """Whether the system sees one thread in this process; where it does not say, only Linux forks."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _stop(executor: ProcessPoolExecutor) -> None:
    """End the workers at once: nobody wants their results any more."""
    for process in list((getattr(executor, "_processes", None) or {}).values()):
        process.terminate()


_own: list[tuple[Scanner, Job]] = []


def stay_lean() -> None:
    """For processes that are ours alone: no pandas, and no memory pool that keeps what it has."""
    sys.meta_path.insert(0, NoPandas())
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


class NoPandas:
    """Keeps pyarrow from loading pandas in a process of ours: 60 MB each, for nothing."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """No module is found here; pandas nowhere."""
        if name == "pandas":
            raise ModuleNotFoundError("no pandas in this process", name=name)


def _begin(scanner: Scanner, job: Job) -> None:
    """Set a worker up: Ctrl-C is the parent's to handle, and without the parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()
    stay_lean()
    _own[:] = [(scanner, job)]
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Task) -> Result:
    scanner, job = _own[0]
    return do(task, scanner, job)


def _nothing() -> None:
    """What makes the workers start."""
