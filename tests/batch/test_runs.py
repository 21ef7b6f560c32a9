"""Batch runs: any number of processes, any format in and out, the same results in the same order."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from scanner import Scanner
from scanner.batch import chunks, lines, run, work
from scanner.batch.encode import ENCODERS, as_jsonl
from scanner.batch.items import Pairs
from scanner.batch.readers import Reading, read_messages
from scanner.batch.run import Outcome, Plan
from scanner.batch.work import Counts, Task
from scanner.errors import InputError, ScannerError
from scanner.model import Message
from scanner.records import dump_json
from scanner.windows import Windows
from tests.batch.inputs import chat, converted, make_packs, write_jsonl


class Watched:
    """Remembers what a run said."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.chunks = 0

    def wrong(self, error: InputError) -> None:
        self.errors.append(str(error))

    def moved(self, task: Task, counts: Counts) -> None:
        self.chunks += 1

    def ended(self, outcome: Outcome) -> None:
        pass


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(packs=make_packs(tmp_path_factory.mktemp("packs")))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK", 2048)
    monkeypatch.setattr(chunks, "ROWS", 20)
    monkeypatch.setattr(run, "_SMALL", 0)


def fatal(pairs: Any) -> bytes:
    """An encoder that ends its process."""
    os._exit(9)


def broken(pairs: Any) -> bytes:
    """An encoder that finds no room."""
    raise OSError(28, "No space left on device")


def done(scanner: Scanner, path: str, **how: Any) -> tuple[bytes, Outcome, Watched]:
    form = how.pop("form", "jsonl")
    plan = Plan(sources=[path], reading=Reading(), encode=ENCODERS[form], form=form, **how)
    out, watch = io.BytesIO(), Watched()
    outcome = run.run(plan, scanner, watch, out)
    return out.getvalue(), outcome, watch


def one_by_one(scanner: Scanner, path: str) -> bytes:
    """Every row scanned alone, in its window."""

    def results() -> Iterator[str]:
        windows = Windows()
        for row in read_messages([path], Reading()):
            if isinstance(row, Message):
                placed = windows.place(row)
                yield dump_json({**scanner.scan_message(placed).to_dict(), "id": placed.id})

    return "".join(f"{line}\n" for line in results()).encode()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_gives_the_results_of_one_by_one(goods, tmp_path, workers):
    path = write_jsonl(tmp_path / "a.jsonl", chat(600, bad=(7, 450)))
    out, outcome, watch = done(goods, path, workers=workers)
    assert out == one_by_one(goods, path)
    assert watch.chunks > 10
    assert watch.errors == [e for e in watch.errors if "not JSON" in e] and len(watch.errors) == 2
    assert (outcome.counts.records, outcome.counts.bad) == (598, 2)
    split = [line for line in out.splitlines() if b'"message": -' in line]
    assert len(split) > 50


def test_the_shipped_packs_read_the_cases_the_same_in_two_processes(scanner, tmp_path):
    cases = Path(__file__).parents[2] / "fixtures" / "cases"
    path = tmp_path / "a.jsonl"
    text = "".join((cases / name).read_text(encoding="utf-8") for name in ("contact.jsonl", "trademark_drug_ta.jsonl"))
    path.write_text(text, encoding="utf-8")
    one, counted, _ = done(scanner, str(path), workers=1)
    two, again, _ = done(scanner, str(path), workers=2)
    assert one == two == one_by_one(scanner, str(path))
    assert counted.counts == again.counts
    assert counted.counts.decisions["block"] > 100


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl.gz", "a.jsonl.zst"])
def test_every_format_in_gives_the_same_results(goods, tmp_path, name):
    rows = chat(300)
    plain = write_jsonl(tmp_path / "plain.jsonl", rows)
    other = converted(rows, tmp_path / name)
    expected, _, _ = done(goods, plain)
    assert [done(goods, other, workers=workers)[0] for workers in (1, 2)] == [expected, expected]


def test_parquet_out_has_the_keys_of_a_result_line(goods, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", chat(300))
    target = tmp_path / "out.parquet"
    done(goods, path, form="parquet", output=str(target), workers=2)
    lines_out = [json.loads(line) for line in done(goods, path)[0].splitlines()]
    table = pq.read_table(target)
    assert table.column_names == list(lines_out[0])
    nested = ("hits", "degraded", "packs")
    rows = [{k: json.loads(v) if k in nested else v for k, v in row.items()} for row in table.to_pylist()]
    assert rows == lines_out


def test_nested_parquet_columns_and_times_are_read(goods, tmp_path):

    at = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    table = pa.table({
        "id": [1, 2], "messages": [["zor", "blax"], None], "text": [None, "zorblax"],
        "merchant": ['{"id": "m"}', None], "at": [at, at], "other": [b"x", b"y"],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    first, second = (m for m in read_messages([str(tmp_path / "a.parquet")], Reading()) if isinstance(m, Message))
    assert (first.messages, first.merchant and first.merchant.id, first.at) == (("zor", "blax"), "m", at)
    assert (second.text, second.id) == ("zorblax", "2")


@pytest.mark.parametrize("name", ["out.jsonl.gz", "out.csv.zst", "out.csv"])
def test_a_file_written_is_what_would_be_printed(goods, tmp_path, name):
    form = "csv" if "csv" in name else "jsonl"
    path = write_jsonl(tmp_path / "a.jsonl", chat(200))
    target = tmp_path / name
    done(goods, path, form=form, output=str(target), workers=2)
    data = target.read_bytes()
    if target.suffix == ".gz":
        data = gzip.decompress(data)
    elif target.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    assert data == done(goods, path, form=form)[0]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_cut_short_is_an_error_after_what_could_be_read(goods, tmp_path, suffix):
    path = Path(converted(chat(2000), tmp_path / f"a.jsonl{suffix}"))
    path.write_bytes(path.read_bytes()[:-200])
    _out, outcome, watch = done(goods, str(path), workers=2)
    assert outcome.counts.bad >= 1
    assert "damaged or cut short" in watch.errors[-1]


@pytest.mark.parametrize("content", [b"PAR1 but not really", b""])
def test_a_file_that_is_no_parquet_is_one_error(goods, tmp_path, content):
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    _, outcome, watch = done(goods, str(path))
    assert outcome.counts.bad == 1
    assert "no Parquet" in watch.errors[0]


def test_lines_beyond_the_bound_are_passed_over_in_blocks(goods, tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 10_000)
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\n" + b"x" * 50_000 + b"\nthree\n" + b"y" * 9_000 + b"\nzorblax")
    out, _outcome, watch = done(goods, str(path), workers=2)
    assert [json.loads(line)["id"] for line in out.splitlines()] == [f"{path}:{n}" for n in (1, 3, 4, 5)]
    assert len(watch.errors) == 1 and watch.errors[0].startswith(f"{path}:2: a line of over")


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
def test_blocks_hold_whole_lines_and_lose_nothing(size):
    data = b"a\n\nbb\n" + b"c" * 300 + b"\nd"
    blocks = list(lines.read_blocks(io.BytesIO(data), size))
    assert b"".join(block or b"" for block in blocks) == data
    assert all(block and block.endswith(b"\n") for block in blocks[:-1])


def test_nothing_is_left_of_a_file_that_failed(goods, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", chat(300))
    target = tmp_path / "out.jsonl"

    plan = Plan(sources=[path], reading=Reading(), encode=broken, output=str(target), workers=1)
    with pytest.raises(OSError, match="No space"):
        run.run(plan, goods, Watched(), io.BytesIO())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl"]


def test_bad_rows_go_to_the_quarantine_with_line_and_reason(goods, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", chat(100, bad=(5, 50)))
    bad = tmp_path / "bad.jsonl"
    done(goods, path, quarantine=str(bad), workers=2)
    rows = [json.loads(line) for line in bad.read_text(encoding="utf-8").splitlines()]
    assert [(row["source"], row["line"]) for row in rows] == [(path, 6), (path, 51)]
    assert all(row["reason"].startswith("not JSON") for row in rows)


def test_too_many_bad_rows_stop_the_run_and_write_no_output(goods, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", chat(1000, bad=range(100, 200)))
    target = tmp_path / "out.jsonl"
    _, outcome, _ = done(goods, path, max_errors=10, workers=2, output=str(target))
    assert outcome.stopped and outcome.counts.records < 900
    assert not target.exists()
    assert not done(goods, path, max_errors=100)[1].stopped


def test_windows_closed_early_are_counted(goods, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "Windows", lambda: Windows(keep=3))
    rows = [{"text": "hi", "conversation": f"c{n}", "sender": "s"} for n in range(10)]
    path = write_jsonl(tmp_path / "a.jsonl", rows)
    assert [done(goods, path, workers=w)[1].closed_early for w in (1, 2)] == [7, 7]


def test_a_worker_that_dies_is_an_error_that_says_so(goods, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", chat(300))
    plan = Plan(sources=[path], reading=Reading(), encode=fatal, workers=2)
    with pytest.raises(ScannerError, match="a worker process died"):
        run.run(plan, goods, Watched(), io.BytesIO())


def test_the_tally_of_a_report_is_the_same_for_any_number_of_workers(goods, tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", chat(300, bad=(4,)))
    one, two = (done(goods, path, workers=workers, tally=True)[1].tally for workers in (1, 2))
    assert one is not None and two is not None
    assert one.counts == two.counts and one.unread == two.unread == 1
    assert one.records == 299


def test_counts_can_be_written_and_read(goods):
    counts = Counts(3, 1, 0, Counter(allow=2, block=1), Counter({"goods violation": 1}), Counter(violation=1))
    assert Counts.of(json.loads(json.dumps(counts.to_json()))) == counts


def test_only_rows_of_conversations_are_parsed_twice(goods, tmp_path, monkeypatch):
    parsed: list[int] = []
    real = work.messages_of
    monkeypatch.setattr(work, "messages_of", lambda *a: parsed.append(1) or real(*a))
    path = write_jsonl(tmp_path / "a.jsonl", [{"text": "hello"}] * 500)
    tasks = list(work.place(chunks.read_chunks([path], Reading()), Windows(), Reading(), keep=False))
    assert parsed == [] and all(task.previous is None for task in tasks)
    assert as_jsonl(Pairs([], [], [])) == b""
