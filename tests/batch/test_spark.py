"""A real local cluster of two workers gives the library's results, also when a process is killed in the middle."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner
from scanner.assess import Ledger
from scanner.records import dump_json, parse_record
from scanner.windows import Windows

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="PySpark is not installed: the extra `spark`"
    ),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java on this machine"),
]

ROOT = Path(__file__).parents[2]
TRADE = ROOT / "fixtures" / "cases" / "trade.jsonl"
JOBS = Path(__file__).with_name("spark_jobs.py")
JOB = ROOT / "scanner" / "batch" / "spark_job.py"
ROWS = int(os.environ.get("SPARK_ROWS", "800"))
COLUMNS = ("id", "text", "kind", "title", "role", "category", "at", "conversation", "sender")
NESTED = ("merchant",)
QUIET = (
    "spark.ui.enabled=false",
    "spark.sql.execution.arrow.maxRecordsPerBatch=25",
    "spark.sql.shuffle.partitions=4",
    "spark.executor.cores=1",
    "spark.python.worker.faulthandler.enabled=false",
)


def records() -> list[dict[str, Any]]:
    """The trade corpus, again under other names until there are enough rows."""
    lines = [json.loads(line) for line in TRADE.read_text(encoding="utf-8").splitlines()]
    rows: list[dict[str, Any]] = []
    while len(rows) < ROWS:
        turn = len(rows) // len(lines)
        for line in lines:
            again = {name: f"{line[name]}+{turn}" for name in ("id", "conversation") if line.get(name)}
            rows.append({**line, **again} if turn else line)
    return rows[:ROWS]


def write(rows: Sequence[dict[str, Any]], path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in COLUMNS}
    for name in NESTED:
        columns[name] = pa.array([dump_json(row[name]) if row.get(name) else None for row in rows], pa.string())
    columns["place"] = pa.array(range(len(rows)), pa.int64())
    pq.write_table(pa.table(columns), path, row_group_size=300)


def expected(scanner: Scanner, rows: Sequence[dict[str, Any]]) -> list[str]:
    opened = Windows()
    messages = [opened.place(parse_record(row, where=str(n))) for n, row in enumerate(rows)]
    return [dump_json(scan.to_dict()) for scan in scanner.scan_many(messages)]


def results(folder: Path) -> list[str]:
    """The result lines that Spark wrote, in the order of the input."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    assert (folder / "_SUCCESS").exists()
    found = sorted(pq.read_table(folder).to_pylist(), key=lambda row: row.get("place", 0))
    return [_line(row) for row in found]


def _line(row: dict[str, Any]) -> str:
    raw = ("hits", "degraded", "packs")
    keys = ("id", "decision", "hits", "text_start", "degraded", "packs", "engine")
    parts = (f'"{key}": {row[key] if key in raw else dump_json(row[key])}' for key in keys)
    return "{" + ", ".join(parts) + "}"


def submit(script: Path, *arguments: str, master: str, work: Path) -> subprocess.CompletedProcess[str]:
    """`spark-submit` with the PySpark that is installed, in a process of its own."""
    import pyspark  # noqa: PLC0415

    home = str(Path(pyspark.__file__).parent)
    options = [part for setting in QUIET for part in ("--conf", setting)]
    env = {
        **os.environ,
        "SPARK_HOME": home,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "SPARK_SCALA_VERSION": "2.13",
        "SPARK_WORKER_DIR": str(work / "work"),
    }
    command = [
        f"{home}/bin/spark-submit",
        "--master",
        master,
        "--driver-memory",
        "1g",
        *options,
        str(script),
        *arguments,
    ]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=420, check=False)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return records()


@pytest.fixture(scope="module")
def library(scanner: Scanner, rows: list[dict[str, Any]]) -> list[str]:
    return expected(scanner, rows)


@pytest.fixture(scope="module")
def source(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spark") / "chat.parquet"
    write(rows, path)
    return path


CLUSTER = "local-cluster[2,1,1024]"


@pytest.mark.slow
def test_a_cluster_gives_the_same_though_processes_are_killed(source: Path, library: list[str], tmp_path: Path) -> None:
    """A Python worker and an executor die in the middle of the job."""
    marker = tmp_path / "killed"
    done = submit(JOBS, "killed", str(source), str(tmp_path / "out"), str(marker), master=CLUSTER, work=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert sorted(path.suffix for path in tmp_path.glob("killed.*")) == [".executor", ".worker"]
    assert "workers 2" in done.stdout
    assert results(tmp_path / "out") == library


def _events(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with Ledger(path) as ledger:
        charges = ledger.query("SELECT merchant, rule, ref, state, action, points FROM charges ORDER BY 1, 2, 3, 4")
        return charges, ledger.query("SELECT count(*) AS n FROM events WHERE type = 'finding'")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::scanner.ledger.store.WalResetWarning")
def test_the_job_scans_and_charges_once(
    source: Path, rows: list[dict[str, Any]], library: list[str], scanner: Scanner, tmp_path: Path
) -> None:
    """Whatever the partitions the results are the library's; the ledger is that of `assess` over all rows, once."""
    ledger, out = tmp_path / "spark.db", tmp_path / "out"
    charging = ("--ledger", str(ledger), "--policy", "three-strikes", "--budget", "0", "--order", "place")
    done = submit(JOB, str(source), str(out), *charging, master=CLUSTER, work=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["records"] == len(rows)
    assert said["decisions"]["block"] == sum('"decision": "block"' in line for line in library)
    assert sorted(results(out)) == sorted(library)
    first = _events(ledger)
    done = submit(JOBS, "again", str(source), str(out), str(ledger), master="local[2]", work=tmp_path)
    assert (done.returncode, "code 0" in done.stdout) == (0, True), done.stderr[-2000:]
    assert results(Path(f"{out}1")) == results(Path(f"{out}8")) == library
    assert _events(ledger) == first
    _assessed(scanner, rows, tmp_path / "plain.db")
    assert _events(tmp_path / "plain.db") == first
    assert len(first[0]) > 10


def _assessed(scanner: Scanner, rows: Sequence[dict[str, Any]], path: Path) -> None:
    """A ledger of all rows that can be charged, in order of time."""
    messages = [parse_record(row, where=str(n)) for n, row in enumerate(rows)]
    named = [m for m in messages if m.at and (m.role == "buyer" or (m.merchant and m.merchant.id))]
    with Ledger(path, policy="three-strikes", scanner=scanner, budget=0) as ledger:
        for _ in ledger.assess_many(sorted(named, key=lambda m: (m.at, m.id))):
            pass


def test_a_worker_compiles_once_per_content(scanner: Scanner) -> None:
    from scanner.batch import spark  # noqa: PLC0415

    carrier = spark._broadcast(_NoContext(), scanner)
    one, two = spark._engine(*carrier.value), spark._engine(*carrier.value)
    assert one is two
    assert one.packs == scanner.packs
    assert one.as_of is not None


class _NoContext:
    """A session as that of Spark Connect, which has no context."""

    @property
    def sparkContext(self) -> Any:  # noqa: N802
        raise RuntimeError("not here")
