"""Pool: chunks scanned in several processes, results in order, a bounded number of them on the way."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from scanner.batch.work import Job, Result, Task, do
from scanner.engine import Scanner
from scanner.errors import ScannerError

AHEAD = 3
"""Chunks on the way per worker, at most."""
BYTES_AHEAD = 24 * 1024 * 1024
"""Bytes of chunks on the way, unless a single one has more."""

Results = Generator[tuple[Task, Result], None, None]
"""Tasks with their results, in order."""

_Pending = deque[tuple[Task, Future[Result]]]


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(tasks: Iterable[Task], scanner: Scanner, job: Job, workers: int) -> Results:
    """Each task with its result, in order; with one worker in this process."""
    if workers <= 1:
        yield from ((task, do(task, scanner, job)) for task in tasks)
        return
    executor = ProcessPoolExecutor(
        workers, multiprocessing.get_context(_method()), initializer=_begin, initargs=(scanner, job)
    )
    pending: _Pending = deque()
    try:
        yield from _flow(executor, tasks, pending, workers)
    except BrokenProcessPool:
        raise ScannerError(
            "a worker process died (out of memory, perhaps): try fewer --workers; with --checkpoint the run goes on"
        ) from None
    except BaseException:
        _stop(executor)
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _flow(executor: ProcessPoolExecutor, tasks: Iterable[Task], pending: _Pending, workers: int) -> Results:
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


def _begin(scanner: Scanner, job: Job) -> None:
    """Set a worker up: Ctrl-C is the parent's to handle, and without the parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()
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
