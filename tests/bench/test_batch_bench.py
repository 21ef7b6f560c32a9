"""Batch: how near to all cores at once, how much memory, what windows cost, how flat the cost per row is.

`BATCH_ROWS` sets the number of rows (default 40,000; 1000000 for the documentation), `BATCH_FLAT` the largest number
of rows for flatness (default 50,000; 1000000 or 10000000).
"""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scanner import Scanner
from scanner.batch.encode import ENCODERS
from scanner.batch.pool import cores
from scanner.batch.readers import Reading, read_messages
from scanner.batch.run import Outcome, Plan, run
from scanner.batch.work import Counts, Task
from scanner.errors import InputError
from scanner.model import Message
from tests.bench.texts import texts

pytestmark = pytest.mark.bench
CASES = Path(__file__).parents[2] / "fixtures" / "cases"
ROWS = int(os.environ.get("BATCH_ROWS", "40000"))
FLAT = int(os.environ.get("BATCH_FLAT", "50000"))
SHARE = 0.014  # of chat texts that hold a candidate, as counted on the benign corpora


def chat_texts(count: int) -> Iterator[str]:
    """`count` short chat texts, all different, a few of them offences of the cases."""
    rng = random.Random(3)
    rows = [json.loads(line) for line in (CASES / "contact.jsonl").read_text(encoding="utf-8").splitlines()]
    bad = [row["text"] for row in rows if row["expect"] and row.get("text")]
    clean = texts("chat", 5_000)
    for number in range(count):
        text = rng.choice(bad) if rng.random() < SHARE else clean[number % len(clean)]
        yield f"{text} {number:x}"


def in_conversations(count: int) -> Iterator[dict[str, str]]:
    """The same texts as records of conversations: two people, two or three messages each in a turn."""
    for number, text in enumerate(chat_texts(count)):
        talk, place = divmod(number, 20)
        at = f"2024-01-{talk % 28 + 1:02d}T{place // 5 + 8:02d}:{place * 3 % 60:02d}:00+08:00"
        yield {
            "id": str(number), "text": text, "conversation": f"c{talk}", "sender": "ab"[place // 3 % 2], "at": at
        }  # fmt: skip


def write_parquet(path: Path, count: int) -> Path:
    """`count` rows with `id` and `text`, in row groups as others write them."""
    schema = pa.schema([("id", pa.string()), ("text", pa.string())])
    source = enumerate(chat_texts(count))
    with pq.ParquetWriter(path, schema) as writer:
        while block := list(islice(source, 100_000)):
            columns = [[str(number) for number, _ in block], [text for _, text in block]]
            writer.write_table(pa.table(columns, schema=schema))
    return path


class Silent:
    """Says nothing."""

    def wrong(self, error: InputError) -> None:
        raise error

    def moved(self, task: Task, counts: Counts) -> None:
        pass

    def ended(self, outcome: Outcome) -> None:
        pass


def scanned(path: Path, scanner: Scanner) -> tuple[float, int]:
    """(seconds, records) of a run in this process, results thrown away."""
    plan = Plan(sources=[str(path)], reading=Reading(), encode=ENCODERS["jsonl"])
    start = time.perf_counter()
    outcome = run(plan, scanner, Silent(), io.BytesIO())
    return time.perf_counter() - start, outcome.counts.records


def measured(command: list[str]) -> tuple[float, float]:
    """(seconds, most MB in all processes together) of a command; shared pages count once."""
    start, most = time.perf_counter(), 0.0
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    done = threading.Event()

    def look() -> None:
        nonlocal most
        while not done.wait(0.25):
            most = max(most, _memory(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    _, said = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    assert process.returncode in (0, 1), said
    return seconds, most


def _memory(pid: int) -> float:
    total = 0
    try:
        parent = psutil.Process(pid)
        for one in (parent, *parent.children(recursive=True)):
            total += one.memory_full_info().pss
    except psutil.Error:
        pass
    return total / 1e6


def test_all_cores_read_scan_and_write_parquet(tmp_path: Path) -> None:
    path, out = write_parquet(tmp_path / "in.parquet", ROWS), tmp_path / "out.parquet"
    workers = cores()
    fresh = Scanner()
    sample = [
        m.text for m in islice(read_messages([str(path)], Reading()), min(ROWS, 100_000)) if isinstance(m, Message)
    ]
    start = time.perf_counter()
    hits = sum(bool(scan.hits) for scan in fresh.scan_many(sample))
    alone = len(sample) / (time.perf_counter() - start)
    words = ["scan", str(path), "-o", str(out), "--fail-on", "never"]
    seconds, most = measured([sys.executable, "-m", "scanner", *words])
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "scanner", "version"], check=True, stdout=subprocess.DEVNULL)
    begun = time.perf_counter() - start
    rate = ROWS / (seconds - begun)
    share = rate / (workers * alone)
    print(
        f"\nbatch     {ROWS:,} rows, {workers} processes, Parquet in and out: {rate:,.0f} rows/s without the start "
        f"({begun:.1f} s), {alone:,.0f} texts/s scan_many on one core ({hits} of {len(sample):,} with hits): "
        f"{share:.2f} of {workers} cores, bar 0.75; {most:.0f} MB in all, bar 600"
    )
    assert pq.ParquetFile(out).metadata.num_rows == ROWS
    assert most < 600
    assert share >= 0.75


def test_windows(tmp_path: Path) -> None:
    count = min(ROWS, 40_000)
    rows = list(in_conversations(count))
    with_windows, plain = tmp_path / "windows.jsonl", tmp_path / "plain.jsonl"
    with with_windows.open("w") as one, plain.open("w") as other:
        for row in rows:
            one.write(json.dumps(row) + "\n")
            other.write(json.dumps({k: v for k, v in row.items() if k != "conversation"}) + "\n")
    fresh = Scanner()
    scanned(plain, fresh)
    times = [(scanned(plain, fresh)[0], scanned(with_windows, fresh)[0]) for _ in range(3)]
    alone, windowed = (sorted(arm)[1] for arm in zip(*times, strict=True))
    print(
        f"\nwindows   {count:,} rows: {alone / count * 1e6:.0f} us a row alone, "
        f"{windowed / count * 1e6:.0f} in windows, ratio {windowed / alone:.2f}, bar 1.6"
    )
    assert windowed <= 1.6 * alone


def test_cost_per_row_is_flat(tmp_path: Path) -> None:
    fresh, cost = Scanner(), {}
    for count in (10_000, FLAT):
        path = tmp_path / f"{count}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number, text in enumerate(chat_texts(count)):
                file.write(json.dumps({"id": str(number), "text": text}) + "\n")
        scanned(path, fresh)
        seconds, records = scanned(path, fresh)
        assert records == count
        cost[count] = seconds / count
        print(f"\nflat      {count:>10,} rows: {cost[count] * 1e6:.1f} us a row")
    assert cost[FLAT] <= 1.3 * cost[10_000]
