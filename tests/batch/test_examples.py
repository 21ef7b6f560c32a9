"""The examples run as they are documented."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner
from tests.batch.test_arrow import expected, lines, records, table

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "fixtures" / "examples"


def _run(name: str, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT,
                          env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})  # fmt: skip


def test_a_stream_is_scanned_with_its_windows(scanner: Scanner) -> None:
    rows = records(300)
    given = "".join(json.dumps({key: value for key, value in row.items() if key != "merchant"}) + "\n" for row in rows)
    done = _run("stream_ndjson.py", given=given)
    assert (done.returncode, done.stderr) == (0, "")
    bare = [{key: value for key, value in row.items() if key != "merchant"} for row in rows]
    assert done.stdout.splitlines() == expected(scanner, bare)


def test_a_stream_answers_before_it_ends_and_bears_what_is_no_record() -> None:
    command = [sys.executable, str(EXAMPLES / "stream_ndjson.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"id": "a", "text": "whatsapp +8613800138000"}\n')
        process.stdin.flush()
        first = json.loads(process.stdout.readline())
        assert (first["id"], first["decision"]) == ("a", "block")
        process.stdin.write(b"no json\n[1]\n" + b'{"id": "b", "text": "good morning"}')
        process.stdin.flush()
        time.sleep(0.1)
        rest, errors = process.communicate(timeout=60)
    assert [json.loads(line)["id"] for line in rest.splitlines()] == ["b"]
    assert errors.count(b"not a record: row:") == 2


def _folder(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: the extra `parquet`")
    path.mkdir()
    pq.write_table(table(rows[:200]), path / "a.parquet")
    pq.write_table(table(rows[200:]), path / "b.parquet")
    return path


@pytest.mark.skipif(importlib.util.find_spec("dask") is None, reason="Dask is not installed")
def test_dask(scanner: Scanner, tmp_path: Path) -> None:
    rows = records(400)
    done = _run("dask_scan.py", str(_folder(tmp_path / "in", rows)), str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (0, "400 rows\n"), done.stderr
    pq = pytest.importorskip("pyarrow.parquet")
    for name, part in (("a", rows[:200]), ("b", rows[200:])):
        found = pq.read_table(tmp_path / "out" / f"{name}.parquet").to_batches()
        assert [json.loads(line)["hits"] for line in lines(found)] == [
            json.loads(line)["hits"] for line in expected(scanner, part)
        ]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
def test_ray(scanner: Scanner, tmp_path: Path) -> None:
    rows = records(200)
    folder = _folder(tmp_path / "in", rows)
    done = _run("ray_scan.py", str(folder / "a.parquet"), str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr[-2000:]
    pq = pytest.importorskip("pyarrow.parquet")
    assert sorted(lines(pq.read_table(tmp_path / "out").to_batches())) == sorted(expected(scanner, rows))
