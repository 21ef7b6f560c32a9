"""`scanner diff` pairs rows by id and says what two scans decide differently."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scanner.batch import diff
from scanner.batch.diff import Summary, compare
from scanner.batch.rows import Row
from scanner.cli import cli
from scanner.errors import InputError


def hit(start: int = 0, end: int = 5, **fields: Any) -> dict[str, Any]:
    about = {"rule": "r", "category": "contact", "term": "whatsapp", "level": "violation", "text": "x", "score": 1.0}
    return {**about, "start": start, "end": end, "why": "w", **fields}


def row(name: str, *hits: dict[str, Any], decision: str | None = None, packs: str = "1") -> Row:
    levels = {one["level"] for one in hits}
    said = decision or ("block" if "violation" in levels else "review" if "review" in levels else "allow")
    return Row(f"f:{name}", {"id": name, "decision": said, "hits": list(hits), "packs": {"p": packs}})


def differences(before: list[Row], after: list[Row]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    summary = Summary()
    return [found.to_dict() for found in compare(before, after, summary)], summary.to_dict()


def test_equal_scans_do_not_differ() -> None:
    rows = [row("1", hit()), row("2")]
    other = [row("1", hit(why="other words"), packs="2"), row("2", packs="2")]
    found, summary = differences(rows, other)
    assert found == []
    assert summary["same"] == summary["rows"] == 2
    assert (summary["packs_gone"], summary["packs_new"]) == (["p 1"], ["p 2"])


def test_a_hit_that_appears_goes_or_changes() -> None:
    before = [row("1"), row("2", hit()), row("3", hit(), hit(9, 12, term="phone")), row("4", hit(score=0.9))]
    after = [row("1", hit()), row("2"), row("3", hit(1, 6, level="review"), hit(9, 12, term="phone")), row("4", hit())]
    found, summary = differences(before, after)
    assert [(one["id"], one["before"], one["after"]) for one in found] == [
        ("1", "allow", "block"),
        ("2", "block", "allow"),
        ("3", "block", "block"),
        ("4", "block", "block"),
    ]
    assert found[2]["changed"][0]["fields"] == ["level", "start", "end"]
    assert found[3]["changed"][0]["fields"] == ["score"]
    assert summary["decisions"] == {"allow -> block": 1, "block -> allow": 1}
    assert summary["hits"] == {"appeared": 1, "gone": 1, "changed": 2}


def test_rows_in_another_order_and_rows_of_one_side_only() -> None:
    before = [row(name) for name in "abcdef"] + [row("x", hit())]
    after = [row(name) for name in "fedcb"] + [row("y")]
    found, summary = differences(before, after)
    assert {(one["id"], one["before"], one["after"]) for one in found} == {
        ("a", "allow", None), ("x", "block", None), ("y", None, "allow"),
    }  # fmt: skip
    assert (summary["only_before"], summary["only_after"], summary["same"]) == (2, 1, 5)


def test_the_same_id_twice_is_paired_in_order() -> None:
    found, _ = differences([row("1", hit()), row("1")], [row("1", hit()), row("1", hit())])
    assert [(one["before"], one["after"]) for one in found] == [("allow", "block")]


def test_orders_too_far_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "WAITING", 10)
    with pytest.raises(InputError, match="sort both files by id"):
        differences([row(f"a{n}") for n in range(50)], [row(f"b{n}") for n in range(50)])


def test_a_side_that_ends_early_needs_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "WAITING", 10)
    _, summary = differences([row(f"a{n}") for n in range(50)], [row("a0")])
    assert summary["only_before"] == 49


def _peak(count: int) -> int:
    def rows() -> Iterator[Row]:
        return (row(str(n), hit()) for n in range(count))

    tracemalloc.start()
    assert list(compare(rows(), rows(), Summary())) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_is_constant_in_the_same_order() -> None:
    _peak(100)
    assert _peak(5_000) < 2 * _peak(500)


def run(tmp_path: Path, before: list[Row], after: list[Row], *options: str) -> Result:
    names = []
    for name, rows in (("a.jsonl", before), ("b.jsonl", after)):
        names.append(str(tmp_path / name))
        (tmp_path / name).write_text("".join(json.dumps(dict(one.fields)) + "\n" for one in rows), encoding="utf-8")
    return CliRunner().invoke(cli, ["diff", *names, *options])


def test_the_command_says_what_differs(tmp_path: Path) -> None:
    bad = hit(text="\u202ewhats\x1b[31m")
    result = run(tmp_path, [row("1"), row("2")], [row("1", bad), row("2")])
    assert result.exit_code == 1
    assert "ALLOW → BLOCK" in result.stdout
    assert "1 differ; decisions: allow -> block 1; findings: 1 appeared" in result.stdout
    assert "\u202e" not in result.stdout
    assert "\x1b" not in result.stdout


def test_the_command_writes_json_lines(tmp_path: Path) -> None:
    before, after = [row("1"), row("2", hit(score=0.5))], [row("1", hit()), row("2", hit())]
    result = run(tmp_path, before, after, "--format", "jsonl")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1", "2"]
    assert json.loads(result.stderr)["decisions"] == {"allow -> block": 1}
    only = run(tmp_path, before, after, "--format", "jsonl", "--decisions")
    assert [json.loads(line)["id"] for line in only.stdout.splitlines()] == ["1"]


def test_exit_codes(tmp_path: Path) -> None:
    assert run(tmp_path, [row("1")], [row("1")]).exit_code == 0
    (tmp_path / "c.jsonl").write_text('{"id": "1", "text": "no result"}\n', encoding="utf-8")
    wrong = CliRunner().invoke(cli, ["diff", str(tmp_path / "a.jsonl"), str(tmp_path / "c.jsonl")])
    assert wrong.exit_code == 2
    assert "no result of `scanner scan" in wrong.stderr
    assert CliRunner().invoke(cli, ["diff", "-", "-"]).exit_code == 2
