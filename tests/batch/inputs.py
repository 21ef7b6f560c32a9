"""Inputs for the tests of batch runs, and the command in a process of its own."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

PACK = """
[pack]
name = "test-goods"
category = "goods"
version = "1"
source = "made up"
licence = "CC0-1.0"

[[rule]]
id = "goods.zorblax"
term = "Zorblax"
forms = ["zorblax"]
why = "may not be sold"
hits = ["a ⟦zorblax⟧ here"]
passes = ["nothing here"]
"""

SMALL = """
import sys
import scanner.batch.checkpoint, scanner.batch.lines, scanner.batch.chunks, scanner.batch.run
scanner.batch.lines.BLOCK = 2048
scanner.batch.chunks.ROWS = 20
scanner.batch.checkpoint.CHUNKS = 3
scanner.batch.run._SMALL = 0
"""
"""Makes chunks and segments so small that a small input has many; `TRAP` may follow."""

MAIN = "from scanner.__main__ import main; main()"

TRAP = """
import os, pathlib, signal
_replace, _left = pathlib.Path.replace, [{count}]
def _trap(self, target):
    _left[0] -= 1
    if _left[0] == 0 and {before}:
        os.kill(os.getpid(), signal.SIGKILL)
    out = _replace(self, target)
    if _left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return out
pathlib.Path.replace = _trap
"""
"""Kills the process as it gives the `count`th file its name, before or after."""


def make_packs(folder: Path, version: str = "1") -> str:
    """A folder with the one pack of these tests."""
    packs = folder / f"packs{version}"
    packs.mkdir(exist_ok=True)
    (packs / "goods.toml").write_text(PACK.replace('version = "1"', f'version = "{version}"'), encoding="utf-8")
    return str(packs)


def chat(count: int, *, bad: Sequence[int] = ()) -> list[Any]:
    """Rows of conversations: one in ten names the goods, one in ten names them over two messages."""
    rows: list[Any] = []
    for number in range(count):
        text = {3: "one zorblax please", 6: "zor", 8: "blax"}.get(number % 10, f"hello 你好 {number}")
        place = {"conversation": f"c{number // 40}", "sender": "ab"[number % 2]}
        rows.append('{"text": ' if number in bad else {"id": f"r{number}", "text": text, **place})
    return rows


def write_jsonl(path: Path, rows: Sequence[Any]) -> str:
    """Rows as JSON lines; a string is written as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def converted(rows: list[Any], path: Path) -> str:
    """The rows in the format that the name says."""
    columns = list(rows[0])
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({name: [row[name] for row in rows] for name in columns}), path, row_group_size=130)
    else:
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
        packed = gzip.compress(data) if path.suffix == ".gz" else zstandard.ZstdCompressor().compress(data)
        path.write_bytes(packed)
    return str(path)


def scan(*words: str, before: str = SMALL, **how: Any) -> subprocess.CompletedProcess[bytes]:
    """`scanner scan` in a process of its own, after `before`."""
    return subprocess.run(command(*words, before=before), capture_output=True, timeout=120, check=False, **how)


def command(*words: str, before: str = SMALL) -> list[str]:
    """The words that start `scan`."""
    return [sys.executable, "-c", before + MAIN, *words]
