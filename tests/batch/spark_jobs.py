"""What the Spark tests submit.

spark_jobs.py killed SOURCE TARGET MARKER          scan on a cluster in which a worker and an executor die
spark_jobs.py again SOURCE TARGET LEDGER           scan in 1 and in 8 partitions, and charge what is charged already
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

FATAL = {"worker": 200, "executor": 600}
"""Rows at which a process dies, once each."""


def main() -> None:
    """Do what the command line says."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    what, *arguments = sys.argv[1:]
    session = SparkSession.builder.getOrCreate()
    {"killed": killed, "again": again}[what](session, *arguments)
    session.stop()


def killed(session: Any, source: str, target: str, marker: str) -> None:
    """Results of SOURCE in TARGET; files MARKER.worker and MARKER.executor say that each was killed."""
    print("workers", executors(session))
    found = scanned(session, source, 8)
    found = found.mapInArrow(killer(marker), found.schema)
    found.write.parquet(target)


def executors(session: Any) -> int:
    """How many executors there are, once both are; the driver counts as one too."""
    for _ in range(240):
        count = int(session.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) - 1
        if count >= 2:
            break
        time.sleep(0.5)
    return count


def again(session: Any, source: str, target: str, ledger: str) -> None:
    """Results in TARGET1 and TARGET8; then the job itself once more over a ledger that has everything."""
    from scanner.batch import spark_job  # noqa: PLC0415

    for partitions in (1, 8):
        scanned(session, source, partitions).write.parquet(f"{target}{partitions}")
    options = spark_job._options([source, f"{target}job", "--ledger", ledger, "--budget", "0", "--order", "place"])
    print("code", spark_job.run(session, options))


def scanned(session: Any, source: str, partitions: int) -> Any:
    from scanner.batch.spark import scan_dataframe  # noqa: PLC0415

    rows = session.read.parquet(source)
    return scan_dataframe(rows, partitions=partitions, order=["place"], keep=["place"])


def killer(marker: str) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Lets batches pass until a fatal row; then the first process to see it dies, or its executor does."""

    def passing(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            for what, row in FATAL.items():
                seen = Path(f"{marker}.{what}")
                if row in batch.column("place").to_pylist() and not seen.exists():
                    seen.touch()
                    os.kill(_ancestors(os.getpid())[2 if what == "executor" else 0], signal.SIGKILL)
            yield batch

    return passing


def _ancestors(pid: int) -> list[int]:
    """This process, the daemon that forked it, the executor's JVM."""
    found = [pid]
    while len(found) < 3:
        status = Path(f"/proc/{found[-1]}/stat").read_text(encoding="utf-8")
        found.append(int(status.rsplit(")", 1)[1].split()[1]))
    return found


if __name__ == "__main__":
    main()
