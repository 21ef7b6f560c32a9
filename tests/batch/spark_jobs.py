"""What the Spark tests submit: a scan of a file on a cluster, with something killed in the middle if asked.

spark_jobs.py INPUT OUTPUT PARTITIONS [worker|executor MARKER]
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

FATAL = 700
"""Row at which a process dies, once."""


def main() -> None:
    """Scan INPUT (Parquet) into OUTPUT (Parquet) on the cluster that spark-submit names."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    from scanner.batch.spark import scan_dataframe  # noqa: PLC0415

    source, target, partitions, *kill = sys.argv[1:]
    session = SparkSession.builder.getOrCreate()
    rows = session.read.parquet(source)
    found = scan_dataframe(rows, partitions=int(partitions), order=["place"], keep=["place"])
    if kill:
        found = found.mapInArrow(killer(kill[0], kill[1]), found.schema)
    found.write.parquet(target)
    print("workers", session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1)
    session.stop()


def killer(what: str, marker: str) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Lets batches pass until the fatal row; then the first process to see it dies, or its executor does."""

    def passing(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            if FATAL in batch.column("place").to_pylist() and not Path(marker).exists():
                Path(marker).touch()
                parents = _ancestors(os.getpid())
                os.kill(parents[2] if what == "executor" else parents[0], signal.SIGKILL)
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
