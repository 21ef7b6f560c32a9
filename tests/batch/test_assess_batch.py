"""`assess` over files: the same formats, bad rows put away, and no penalty lost or doubled by a kill."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.batch.inputs import converted, write_jsonl

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def rows(count: int) -> list[dict[str, str]]:
    """Sellers' messages, one in ten an offence, ten merchants."""
    return [
        {
            "id": f"m{n}",
            "text": "add me on whatsapp +86 138 0013 8000" if n % 10 == 3 else f"hello, parcel {n} left today",
            "at": f"2024-03-{1 + n // 1440:02d}T{n // 60 % 24:02d}:{n % 60:02d}:00+08:00",
            "conversation": f"c{n // 30}",
            "sender": f"s{n // 30 % 10}",
            "merchant": json.dumps({"id": f"shop{n // 30 % 10}"}),
        }
        for n in range(count)
    ]


def nested(row: dict[str, str]) -> dict[str, object]:
    """A row as JSON has it."""
    return {**row, "merchant": json.loads(row["merchant"])}


def command(source: str, ledger: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "scanner", "assess", source, "--ledger", str(ledger), *more]


def call(source: str, ledger: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(source, ledger, *more), capture_output=True, timeout=120, check=False)


def charges(ledger: Path) -> list[tuple[object, ...]]:
    """What stands against whom."""
    with closing(sqlite3.connect(ledger)) as db:
        sql = "SELECT merchant, rule, ref, points, executed, stands FROM charges ORDER BY merchant, rule, ref"
        return db.execute(sql).fetchall()


@pytest.mark.slow
def test_killed_and_run_again_no_penalty_is_lost_or_doubled(tmp_path):
    source = write_jsonl(tmp_path / "a.jsonl", [nested(row) for row in rows(2400)])
    assert call(source, tmp_path / "whole.db").returncode == 1
    ledger, going_on = tmp_path / "killed.db", ("--checkpoint", str(tmp_path / "run.json"))
    killed = 0
    for lines in (1, 400, 1400):
        process = subprocess.Popen(
            command(source, ledger, *going_on), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        time.sleep(0.02)
        process.kill()
        process.stdout.close()
        killed += process.wait() == -signal.SIGKILL
    assert killed
    assert 0 < len(charges(ledger)) <= len(charges(tmp_path / "whole.db"))
    call(source, ledger, *going_on)
    assert not (tmp_path / "run.json").exists()
    assert charges(ledger) == charges(tmp_path / "whole.db")
    assert len(charges(ledger)) > 10
    executed = [row for row in charges(ledger) if row[4] is not None]
    assert len(executed) < len(charges(ledger)), "the budget of a run is used up in this test"


def test_a_checkpoint_of_other_packs_or_files_is_refused(tmp_path):
    source = write_jsonl(tmp_path / "a.jsonl", [nested(row) for row in rows(20)])
    note = tmp_path / "run.json"
    told = {"about": {"sources": [source], "policy": "x"}, "packs": {}, "seq": 0}
    for text, words in (("{}", b"no checkpoint of a run"), (json.dumps(told), b"a checkpoint of another run")):
        note.write_text(text)
        result = call(source, tmp_path / "l.db", "--checkpoint", str(note))
        assert result.returncode == 2
        assert words in result.stderr


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.csv.gz"])
def test_every_format_costs_the_same(tmp_path, name):
    some = rows(60)
    plain = write_jsonl(tmp_path / "plain.jsonl", [nested(row) for row in some])
    if name.endswith(".gz"):
        made = Path(converted(some, tmp_path / "b.csv"))
        subprocess.run(["gzip", made], check=True)
        source = f"{made}.gz"
    else:
        source = converted(some, tmp_path / name)
    one, two = call(plain, tmp_path / "one.db"), call(source, tmp_path / "two.db")
    assert (one.returncode, two.returncode) == (1, 1)
    assert charges(tmp_path / "one.db") == charges(tmp_path / "two.db")
    assert one.stdout == two.stdout


def test_bad_rows_are_put_away_and_too_many_stop_it(tmp_path):
    some: list[object] = [nested(row) for row in rows(40)]
    some[5] = {"id": "x", "text": "no time"}
    some[9] = "{"
    source = write_jsonl(tmp_path / "a.jsonl", some)
    bad, summary = tmp_path / "bad.jsonl", tmp_path / "summary.json"
    result = call(source, tmp_path / "l.db", "--quarantine", str(bad), "--summary", str(summary))
    assert result.returncode == 2
    first, second = (json.loads(line) for line in bad.read_text(encoding="utf-8").splitlines())
    assert "assess needs `at`" in first["reason"]
    assert (second["source"], second["line"]) == (source, 10)
    told = json.loads(summary.read_text(encoding="utf-8"))
    assert (told["complete"], told["records"], told["bad_rows"]) == (False, 38, 2)
    assert sum(told["charges"].values()) > 0
    stopped = call(source, tmp_path / "m.db", "--max-errors", "1")
    assert b"stopped: more than 1 bad rows" in stopped.stderr
    assert len(stopped.stdout.splitlines()) < 38
