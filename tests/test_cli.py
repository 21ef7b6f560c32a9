"""The command line: output, exit codes, and what hostile or broken input does to it."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from scanner.cli import cli
from scanner.commands.pretty import LONG, pieces, visible
from scanner.model import Hit, Span

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

[[rule]]
id = "goods.quimby"
term = "Quimby"
level = "review"
forms = ["quimby"]
from = 2022-01-01
hits = ["a ⟦quimby⟧ here"]
passes = ["nothing here"]
"""


@pytest.fixture
def packs(tmp_path) -> str:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "goods.toml").write_text(PACK, encoding="utf-8")
    return str(folder)


@pytest.fixture
def run(packs):
    def call(*words: str, stdin: str | bytes | None = None, own: bool = True) -> Result:
        added = ["--packs", packs] if own else []
        result = CliRunner().invoke(cli, [*words, *added], input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


def results(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def write(folder: Path, name: str, *rows: object) -> str:
    path = folder / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return str(path)


# scan


def test_a_result_line_has_the_contracts_keys_in_order(run):
    (line,) = results(run("scan", "--text", "one zorblax"))
    assert list(line) == ["id", "decision", "hits", "text_start", "degraded", "packs", "engine"]
    assert " ".join(line["hits"][0]) == (
        "rule category term level start end text parts value score evasion tags why exception"
    )
    assert (line["decision"], line["packs"]) == ("block", {"test-goods": "1"})
    assert (line["hits"][0]["start"], line["hits"][0]["end"], line["hits"][0]["text"]) == (4, 11, "zorblax")


@pytest.mark.parametrize(
    ("text", "fail_on", "code"),
    [
        ("hello", "violation", 0),
        ("a zorblax", "violation", 1),
        ("a zorblax", "never", 0),
        ("a quimby", "violation", 0),
        ("a quimby", "review", 1),
        ("a quimby", "info", 1),
        ("hello", "info", 0),
    ],
)
def test_exit_codes_follow_fail_on(run, text, fail_on, code):
    assert run("scan", "--text", text, "--fail-on", fail_on).exit_code == code


def test_results_keep_the_order_and_the_ids(run, tmp_path):
    path = write(tmp_path, "a.jsonl", {"id": "x", "text": "zorblax"}, {"text": "hi"}, {"id": 7, "text": ""})
    lines = results(run("scan", path))
    assert [(line["id"], line["decision"]) for line in lines] == [
        ("x", "block"),
        (f"{path}:2", "allow"),
        ("7", "allow"),
    ]


def test_bad_rows_are_reported_the_others_scanned_and_the_exit_code_is_2(run, tmp_path):
    path = write(tmp_path, "a.jsonl", {"text": "zorblax"}, '{"text": ', {"txt": 1}, {"text": "hi"})
    result = run("scan", path)
    assert result.exit_code == 2
    assert len(results(result)) == 2
    assert f"{path}:2: not JSON" in result.stderr
    assert f"{path}:3: no `text`" in result.stderr
    assert "2 of 4 rows could not be read" in result.stderr


def test_many_bad_rows_are_counted_not_all_shown(run, tmp_path):
    result = run("scan", write(tmp_path, "a.jsonl", *["{"] * 150))
    assert "150 of 150 rows could not be read" in result.stderr
    assert len(result.stderr.splitlines()) < 110


def test_a_truncated_text_is_incomplete(run):
    result = run("scan", "-", stdin="zorblax " + "x" * 200_000)
    assert (result.exit_code, results(result)[0]["degraded"]) == (2, ["truncation"])


def test_messages_split_over_rows_are_found_in_windows(run, tmp_path):
    rows = [{"text": text, "conversation": "c", "sender": s} for text, s in (("zor", "s"), ("?", "b"), ("blax", "s"))]
    first, second, third = results(run("scan", write(tmp_path, "a.jsonl", *rows)))
    assert (first["hits"], second["hits"]) == ([], [])
    assert third["hits"][0]["parts"] == [
        {"message": -1, "start": 0, "end": 3},
        {"message": 0, "start": 0, "end": 4},
    ]
    assert third["text_start"] == 4


def test_standard_input_is_read_and_named(run):
    assert results(run("scan", "-", stdin="hi\nzorblax\n"))[1]["id"] == "stdin:2"
    assert results(run("scan", "-", stdin='{"text": "zorblax", "id": "a"}'))[0]["id"] == "a"
    assert results(run("scan", "-", "--input-format", "csv", stdin="id,text\n9,zorblax"))[0]["id"] == "9"


def test_nothing_to_scan_is_a_usage_error_and_no_records_are_noted(run):
    assert run("scan").exit_code == 2
    empty = run("scan", "-", stdin="")
    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "no records" in empty.stderr


@pytest.mark.parametrize("words", [["nowhere.jsonl"], ["."], ["x.jsonl", "--tz", "Mars/Base"], ["--bad"]])
def test_wrong_calls_exit_2(run, tmp_path, monkeypatch, words):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    result = run("scan", *words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_lists_are_read_as_they_stood(run):
    assert run("scan", "--text", "quimby", "--as-of", "2021-12-31", "--fail-on", "review").exit_code == 0
    assert run("scan", "--text", "quimby", "--as-of", "2022-01-01", "--fail-on", "review").exit_code == 1


def test_a_records_own_time_beats_as_of_and_tz_is_lent(run, tmp_path):
    path = write(tmp_path, "a.jsonl", {"text": "quimby", "at": "2021-12-31T23:30:00"})
    assert results(run("scan", path, "--as-of", "2023-01-01"))[0]["hits"] == []


def test_csv_output_has_a_row_per_hit_and_no_formulas(run, tmp_path):
    path = write(tmp_path, "a.jsonl", {"id": "=1+1", "text": "zorblax and zorblax"}, {"id": "b", "text": "hi"})
    rows = list(csv.DictReader(run("scan", path, "--format", "csv").stdout.splitlines()))
    assert [(row["id"], row["start"]) for row in rows] == [("'=1+1", "0"), ("'=1+1", "12"), ("b", "")]


def test_pretty_marks_findings_in_place_with_rule_level_and_reason(run):
    out = run("scan", "--format", "pretty", "--text", "one zorblax please").stdout
    assert "one ⟦zorblax⟧ please" in out
    assert "violation goods · Zorblax" in out
    assert "goods.zorblax" in out
    assert "may not be sold" in out
    assert "1 record: ALLOW 0, REVIEW 0, BLOCK 1" in out
    assert "\x1b" not in out


def test_pretty_says_the_same_thing_once(run):
    out = run("scan", "--format", "pretty", "--text", "zorblax, Zorblax and a quimby").stdout
    assert "goods.zorblax  ×2" in out
    assert out.count("may not be sold") == 1
    assert out.count("⟦") == 3


def test_pretty_colours_when_asked(run):
    assert "\x1b[31m" in run("scan", "--format", "pretty", "--color", "--text", "zorblax").stdout


def test_pretty_shows_excerpts_of_long_texts(run):
    out = run("scan", "--format", "pretty", "--text", "a " * 1000 + "zorblax" + " b" * 1000).stdout
    assert "… " in out and "⟦zorblax⟧" in out
    assert len(out) < 600


def test_pretty_is_quiet_about_clean_texts_unless_asked(run):
    assert "hello" not in run("scan", "--format", "pretty", "--text", "hello").stdout
    assert "hello" in run("scan", "--format", "pretty", "--text", "hello", "--all").stdout


@given(st.text(max_size=600), st.lists(st.tuples(st.integers(0, 600), st.integers(1, 30)), max_size=5))
def test_marking_shows_every_finding_and_sends_no_control_character(text, places):
    spans = [Span(min(start, len(text) - 1), min(start + size, len(text))) for start, size in places if text]
    hits = [Hit(rule="r", category="c", term="t", level="review", span=s, text=text[s.start : s.end]) for s in spans]
    shown = list(pieces(text, hits))
    if len(text) <= LONG:
        assert "".join(piece.text for piece in shown) == text
    marks = "".join(piece.text for piece in shown if piece.level)
    assert all(hit.text[0] in marks for hit in hits)
    assert not {char for char in visible(text) if unicodedata.category(char) == "Cc"} - {"\n"}


@pytest.mark.parametrize("form", ["jsonl", "csv", "pretty"])
def test_hostile_characters_do_no_harm(run, tmp_path, form):
    text = "zorblax \x00 \x1b[31m \u202e \ud800 \U0001f600 " + "\u0301" * 2000
    path = write(tmp_path, "a.jsonl", {"text": text, "id": "\ud800\x1b]0;x\x07"})
    result = run("scan", path, "--format", form)
    assert result.exit_code == 1
    if form == "pretty":
        assert not {"\x00", "\x1b", "\u202e", "\ud800", "\x07"} & set(result.stdout)
    elif form == "jsonl":
        assert results(result)[0]["id"] == "\ud800\x1b]0;x\x07"


def test_a_broken_pack_exits_2_with_every_fault(run, packs):
    Path(packs, "bad.toml").write_text("[pack]\nname = 'x'\n[[rule]]\nterm = 'y'\n")
    result = run("scan", "--text", "hi")
    assert result.exit_code == 2
    assert result.stderr.count("error:") >= 3


def scanner(*words: str, **how: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scanner", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, **how)  # type: ignore[call-overload,no-any-return]


def test_a_closed_pipe_ends_quietly(tmp_path, packs):
    path = write(tmp_path, "a.jsonl", *[{"text": "a zorblax here"}] * 5000)
    with scanner("scan", path, "--packs", packs) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_not_a_traceback(packs):
    command = [sys.executable, "-m", "scanner", "scan", "--text", "zorblax", "--packs", packs]
    with Path("/dev/full").open("wb") as full:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=env, timeout=60, check=False)
    assert result.returncode == 2
    assert b"No space left" in result.stderr and b"Traceback" not in result.stderr
    assert b"Exception ignored" not in result.stderr


def test_a_terminal_that_cannot_show_a_character_gets_an_escape(packs):
    env = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-m", "scanner", "scan", "--format", "pretty", "--text", "zorblax 微信"]
    result = subprocess.run([*command, "--packs", packs], env=env, capture_output=True, timeout=60, check=False)
    assert result.returncode == 1
    assert b"\\u5fae" in result.stdout


# explain, version


def test_explain_shows_views_finds_and_hits(run):
    out = run("explain", "a z.o.r.b.l.a.x and a Zorblax").stdout
    for title in ("views", "found", "kept", "let off", "text"):
        assert f"\n{title}\n" in f"\n{out}"
    assert "⟦z.o.r.b.l.a.x⟧" in out
    assert "goods.zorblax" in out


def test_explain_as_json_and_of_several_messages(run):
    assert "zor⏎blax" in run("explain", "zor", "blax").stdout
    story = json.loads(run("explain", "zor", "blax", "--json").stdout)
    assert {"views", "found", "hits", "let_off"} <= set(story)
    assert story["hits"][0]["text"] == "zor\nblax"


def test_version_names_the_packs(run):
    assert "test-goods  1" in run("version").stdout
    assert json.loads(run("version", "--json").stdout)["packs"] == {"test-goods": "1"}


@pytest.mark.parametrize("command", ["scan", "explain", "eval", "version", "lexicon"])
def test_every_command_explains_itself(command):
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.stdout


# eval

CASES = [
    {
        "id": "g-1",
        "text": "a zorblax here",
        "lang": "en",
        "technique": ["plain"],
        "expect": [{"category": "goods", "term": "Zorblax", "evidence": "zorblax", "level": "violation"}],
    },
    {
        "id": "g-2",
        "text": "a z0rbl4x here",
        "lang": "en",
        "technique": ["hard"],
        "expect": [{"category": "goods", "term": "Zorblax", "evidence": "here", "level": "review"}],
    },
    {"id": "g-3", "text": "nothing", "lang": "de", "technique": ["negative:nothing"], "expect": []},
    {"id": "g-4", "text": "zorblax", "skip": True, "expect": []},
]


def test_eval_prints_rates_with_n_and_interval(run, tmp_path):
    result = run("eval", write(tmp_path, "cases.jsonl", *CASES))
    assert result.exit_code == 0
    for cells in ("cases 0.500", "goods 0.500", "negative:nothing - - - 0.000", "plain 1.000 (0.21-1.00) n=1"):
        assert cells in " ".join(result.stdout.split())


def test_eval_as_json_and_with_the_cases_behind_a_figure(run, tmp_path):
    path = write(tmp_path, "cases.jsonl", *CASES[:1], {**CASES[2], "text": "a zorblax", "note": "oops"})
    assert json.loads(run("eval", path, "--json").stdout)["all"]["strict"]["k"] == 1
    shown = run("eval", path, "--show", "alarms").stdout
    assert "alarms: g-3 [de; negative:nothing] oops" in shown
    assert "a ⟦zorblax⟧" in shown


def test_eval_fails_when_a_bar_is_missed(run, tmp_path):
    path = write(tmp_path, "cases.jsonl", *CASES[:1], CASES[2])
    bars = tmp_path / "bars.toml"
    bars.write_text('[[bar]]\nset = "cases"\nmeasure = "recall"\nmin = 0.9\n')
    assert run("eval", path, "--bars", str(bars)).exit_code == 0
    bars.write_text('[[bar]]\nlang = "de"\nmeasure = "recall"\nmin = 0.9\n')
    result = run("eval", path, "--bars", str(bars))
    assert result.exit_code == 1
    assert "MISSED de: recall >= 0.9" in result.stdout


def test_eval_exits_2_on_cases_it_cannot_read(run, tmp_path):
    wrong = {**CASES[0], "expect": [{"category": "goods", "evidence": "nowhere", "level": "review"}]}
    result = run("eval", write(tmp_path, "cases.jsonl", CASES[0], wrong))
    assert result.exit_code == 2
    assert "does not hold the evidence" in result.stderr


# lexicon


def test_check_passes_a_good_pack_and_lists_every_fault_of_a_bad_one(run, packs):
    good = run("lexicon", "check", packs, own=False)
    assert (good.exit_code, good.stdout) == (0, "ok: 1 packs, 2 rules, 4 examples\n")
    Path(packs, "bad.toml").write_text("[pack]\nname = 'x'\n[[rule]]\nterm = 'y'\n")
    bad = run("lexicon", "check", packs, own=False)
    assert bad.exit_code == 1
    assert bad.stderr.count("packs/bad.toml") >= 3


def test_list_and_show(run, packs):
    assert "test-goods  goods     1        2" in run("lexicon", "list", packs, own=False).stdout
    assert "goods.zorblax" in run("lexicon", "show", "test-goods").stdout
    assert "may not be sold" in run("lexicon", "show", "zorblax").stdout
    assert run("lexicon", "show", "nothing").exit_code == 2


def imported(run, tmp_path: Path, content: str | bytes, *words: str) -> tuple[Result, Path]:
    table = tmp_path / "list.csv"
    table.write_bytes(content if isinstance(content, bytes) else content.encode())
    target = tmp_path / "out.toml"
    command = ("lexicon", "import", str(table), "--kind", "trademark", "--month", "2021-09")
    return run(*command, "-o", str(target), *words, own=False), target


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_spreadsheets_marks_become_a_pack_that_passes_check_and_finds_them(run, tmp_path, encoding):
    table = "序号,商标\n1,Dyneema\n2,赫曼\n3,Ray．Ban\n4,Dyneema\n5,STERILLIUM 斯利姆\n6,\n"
    result, target = imported(run, tmp_path, table.encode(encoding))
    assert result.exit_code == 0, result.stderr
    assert "5 marks from 5 cells" in result.stderr
    assert "twice in the list: Dyneema" in result.stderr
    assert run("lexicon", "check", str(target), own=False).exit_code == 0
    assert "2021-09-01" in run("lexicon", "list", str(target), own=False).stdout
    found = results(run("scan", "--text", "dyneema rope and 赫曼 in stock", "--packs", str(target), own=False))
    assert [hit["term"] for hit in found[0]["hits"]] == ["Dyneema", "赫曼"]


@pytest.mark.parametrize(
    "table",
    [
        "1,Dyneema\n2,Casetify\n",
        "IP list of September\n\nNo.,Brand name\n1,Dyneema\n2,Casetify\n",
        "重点保护商标,商品\nDyneema,绳子\nCasetify,手机壳\n",
        "Dyneema;rope\nCasetify;cases\n",
        "\tDyneema\n\tCasetify\n",
        '"Dyneema\nCasetify"\n',
    ],
)
def test_the_column_of_marks_is_found(run, tmp_path, table):
    result, target = imported(run, tmp_path, table)
    assert result.exit_code == 0, result.stderr
    assert re.findall(r'^term = "(.*)"', target.read_text(), re.MULTILINE) == ["Dyneema", "Casetify"]


def test_ordinary_words_of_a_list_do_not_count_alone(run, tmp_path):
    result, target = imported(run, tmp_path, "Trademark;Goods\nBicycle;playing cards\nMATE;\nDyneema;\n")
    assert "ordinary words without goods: MATE" in result.stderr

    def decisions(*texts: str, kind: str = "listing") -> list[str]:
        words = [word for text in texts for word in ("--text", text)]
        scanned = run("scan", *words, "--kind", kind, "--packs", str(target), own=False)
        return [line["decision"] for line in results(scanned)]

    assert decisions("bicycle pump, mate", kind="message") == ["allow"]
    assert decisions("bicycle pump", "Bicycle playing cards", "mate tea", "dyneema") == [
        "allow",
        "block",
        "review",
        "block",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04xlsx", "save it as CSV UTF-8"),
        (b"mark\n\n", "no marks"),
        (b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_tables_that_are_no_list_are_refused(run, tmp_path, content, words):
    result, target = imported(run, tmp_path, content)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not target.exists()


def test_import_overwrites_only_by_force(run, tmp_path):
    _, target = imported(run, tmp_path, "mark\nDyneema\n")
    before = target.read_text()
    assert imported(run, tmp_path, "mark\nPlexiglas\n")[0].exit_code == 2
    assert target.read_text() == before
    assert imported(run, tmp_path, "mark\nPlexiglas\n", "--force")[0].exit_code == 0
    assert target.read_text() != before


def test_a_wrong_month_or_column_is_refused(run, tmp_path):
    table = tmp_path / "list.csv"
    table.write_text("mark\nA\n")
    command = ("lexicon", "import", str(table), "--kind", "trademark")
    assert run(*command, "--month", "September", own=False).exit_code == 2
    assert run(*command, "--month", "2021-09", "--column", "brand", own=False).exit_code == 2
