"""What a long run says: progress, time left, the summary."""

from __future__ import annotations

import json
from collections import Counter

from click.testing import CliRunner

from scanner.batch.chunks import Chunk
from scanner.batch.work import Counts, Task
from scanner.cli import cli
from scanner.commands.watch import Progress
from tests.batch.inputs import chat, make_packs, write_jsonl


def test_progress_tells_rate_share_and_time_left(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 1000)
    now = [0.0]
    progress = Progress([str(path)], clock=lambda: now[0])
    progress.show(Task(Chunk(source=str(path), form="jsonl", content=b"", read=250)), Counts())
    assert progress.line(Counts(records=5000), 10.0) == "5,000 records, 500 a second, 25%, 0:00:30 left"


def test_progress_without_a_known_size_tells_the_rate_only():
    assert Progress(["-"]).line(Counts(records=5000), 10.0) == "5,000 records, 500 a second"


def test_progress_is_shown_twice_a_second_at_most(capsys):
    now = [0.0]
    progress = Progress(["-"], clock=lambda: now[0])
    task = Task(Chunk(source="stdin", form="jsonl", content=b""))
    for tick in range(100):
        now[0] = tick / 50
        progress.show(task, Counts(records=tick))
    assert 3 <= capsys.readouterr().err.count("records") <= 4


def test_the_summary_counts_everything_and_says_whether_it_is_complete(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", chat(100, bad=(5,)))
    summary = tmp_path / "s.json"
    words = ["scan", path, "--packs", make_packs(tmp_path), "--summary", str(summary), "--workers", "1"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    told = json.loads(summary.read_text(encoding="utf-8"))
    decided = Counter(json.loads(line)["decision"] for line in result.stdout.splitlines())
    assert told["decisions"] == {"allow": decided["allow"], "review": 0, "block": decided["block"]}
    assert (told["complete"], told["records"], told["bad_rows"], told["cut_short"]) == (False, 99, 1, 0)
    assert told["findings"] == {"goods violation": decided["block"]}
    assert told["packs"] == {"test-goods": "1"}
