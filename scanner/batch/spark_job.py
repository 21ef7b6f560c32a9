"""A job for `spark-submit`: rows in, results out, and charges into a ledger when one is named.

    spark-submit --master yarn scanner/batch/spark_job.py chat.parquet found.parquet --ledger ledger.db

Input and output are Parquet, or JSON lines where the name says so (.jsonl, .json, .ndjson, also packed). Results are
written by Spark: a folder that is complete when it holds _SUCCESS. Exit code 2 when rows could not be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if sys.path and Path(sys.path[0] or ".").resolve() == Path(__file__).resolve().parent:
    del sys.path[0]  # spark-submit puts this folder first, and its modules would stand for others

from scanner.assess import Ledger
from scanner.batch.spark import charge_dataframe, scan_dataframe
from scanner.engine import Scanner
from scanner.records import FIELDS

_JSON = (".jsonl", ".json", ".ndjson", ".jsonl.gz", ".json.gz", ".ndjson.gz")
_INCOMPLETE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job; the exit code."""
    options = _options(arguments)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    session = SparkSession.builder.appName("compliance-scanner").getOrCreate()
    try:
        return run(session, options)
    finally:
        session.stop()


def run(session: Any, options: argparse.Namespace) -> int:
    """Scan, write, charge; one JSON line of counts on stdout."""
    from pyspark.sql import functions as sf  # noqa: PLC0415

    scanner = Scanner(options.packs)
    rows = read(session, options.input)
    named = {"text": options.text, "id": options.id, "partitions": options.partitions, "order": options.order}
    found = scan_dataframe(rows, scanner=scanner, errors="null", **named)
    write(found, options.output)
    written = read(session, options.output, plain=True)
    counts = {str(row["decision"]): row["count"] for row in written.groupBy("decision").count().collect()}
    bad = counts.pop("None", 0)
    said: dict[str, Any] = {"records": sum(counts.values()), "decisions": counts, "unread": bad}
    if options.ledger is not None:
        whole = written.where(sf.col("decision").isNotNull())
        said["charges"] = _charge(rows, whole, options, scanner)
    print(json.dumps(said))
    return _INCOMPLETE if bad else 0


def read(session: Any, path: str, *, plain: bool = False) -> Any:
    """A DataFrame of records, every field as text; `plain` reads results."""
    if not path.endswith(_JSON):
        return session.read.parquet(path)
    names = ("id", "decision", "hits") if plain else FIELDS
    frame = session.read.schema(", ".join(f"`{name}` STRING" for name in names)).json(path)
    present = set(session.read.json(path).columns) if not plain else set(names)
    return frame.select(*(name for name in names if name in present))


def write(found: Any, path: str) -> None:
    """The results, in the place of what stood there."""
    writer = found.write.mode("overwrite")
    if path.endswith(_JSON):
        writer.json(path)
    else:
        writer.parquet(path)


def _charge(rows: Any, found: Any, options: argparse.Namespace, scanner: Scanner) -> dict[str, int]:
    """Charge what was found; how many charges there were by state."""
    counts: dict[str, int] = {}
    with Ledger(options.ledger, policy=options.policy, scanner=scanner, budget=options.budget) as ledger:
        for verdict in charge_dataframe(rows, found, ledger, columns={"text": options.text, "id": options.id}):
            for charge in verdict.charges:
                counts[charge.state] = counts.get(charge.state, 0) + 1
    return counts


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", help="Records: Parquet or JSON lines")
    parser.add_argument("output", help="Folder of the results")
    parser.add_argument("--packs", help="Folder of packs (default: the shipped ones)")
    parser.add_argument("--text", default="text", help="Column of the text")
    parser.add_argument("--id", default="id", help="Column of the id")
    parser.add_argument("--order", action="append", default=[], help="Column that orders a conversation (default: at)")
    parser.add_argument("--partitions", type=int, help="Partitions after grouping by conversation")
    parser.add_argument("--ledger", help="Charge into this ledger, on the driver")
    parser.add_argument("--policy", help="Policy of a new ledger")
    parser.add_argument("--budget", type=int, help="Machine charges of one rule in this run and hour; 0: no limit")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
