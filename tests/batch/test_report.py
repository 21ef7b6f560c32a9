"""The report is one inert page: no contact is in it, no markup of the texts, no formula in its CSV files."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner import Merchant, Message, Scanner
from scanner.assess import Ledger
from scanner.batch.charts import BLOCK, REVIEW, Bar, bars, columns
from scanner.batch.costs import bills, total
from scanner.batch.figures import periods
from scanner.batch.markup import csv_cell, safe
from scanner.batch.report import render, write_report
from scanner.batch.tally import Tally
from scanner.cli import cli
from scanner.rules.load import load

NOW = datetime(2021, 10, 1, tzinfo=UTC)
T0 = datetime(2021, 9, 1, 8, tzinfo=UTC)
KEY = b"k" * 32
HOSTILE = "</q><script>alert(1)</script><img src=x onerror=alert(1)> \u202eevil\u202c \u200b\u2066 "
TRADE = Path(__file__).parents[2] / "fixtures" / "cases" / "trade.jsonl"


def message(text: str, n: int, **fields: object) -> Message:
    about = {"merchant": Merchant(id=f"shop{n % 3}", ta_signed=True, ta_opened=True), "conversation": f"c{n}"}
    return Message(id=f"m{n}", text=text, at=T0 + timedelta(hours=n), **{**about, **fields})  # type: ignore[arg-type]


def tally_of(scanner: Scanner, messages: Sequence[Message]) -> Tally:
    tally = Tally(key=KEY)
    for one, scan in zip(messages, scanner.scan_many(messages), strict=True):
        tally.add(one, scan)
    return tally


@pytest.fixture(scope="module")
def hostile(scanner: Scanner) -> Tally:
    text = f"add my whatsapp +86 138 0013 8000 {HOSTILE}"
    evil = Merchant(id=f"=cmd|' /C calc'!A0{HOSTILE}")
    texts = [message(f"{text}{n}", n) for n in range(9)]
    return tally_of(scanner, [*texts, message(text, 10, merchant=evil), message("x cocaine for sale <b>", 11)])


class _Page(HTMLParser):
    """Tags and text of a page; complains of tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names.update(name for name, _ in attrs)
        if tag not in ("meta", "rect", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self.open.pop() == tag


def test_texts_cannot_act_in_the_page(hostile: Tally) -> None:
    html = render(hostile, generated=NOW, policy=load("alibaba-points"), title=HOSTILE)
    page = _Page()
    page.feed(html)
    assert not page.open
    assert not {"script", "img", "iframe", "object", "link", "form"} & set(page.tags)
    assert not {name for name in page.names if name.startswith("on") or name == "src"}
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", html)
    assert "⟨U+202E⟩" in html
    assert "&lt;script&gt;" in html
    assert "http" not in html.replace("http-equiv", "")


def test_no_contact_is_in_the_page(hostile: Tally) -> None:
    html = render(hostile, generated=NOW, policy=load("alibaba-points"))
    assert "whatsapp •••••" in html
    for secret in ("138 0013", "0013", "13800138000"):
        assert secret not in html


def test_csv_cells_are_no_formulas(hostile: Tally, tmp_path: Path) -> None:
    write_report(
        hostile, tmp_path / "r.html", generated=NOW, policy=load("alibaba-points"), csv_folder=tmp_path / "csv"
    )
    files = sorted((tmp_path / "csv").iterdir())
    assert len(files) == 8
    for file in files:
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        assert len(rows) > 1 or file.name in ("let_off.csv", "disguises.csv")
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert any("'=cmd" in file.read_text(encoding="utf-8-sig") for file in files)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "＝1", "\n=1"])
def test_each_formula_is_quoted(text: str) -> None:
    assert csv_cell(text) == f"'{text}"
    assert csv_cell("plain") == "plain"
    assert csv_cell(-1) == -1


@pytest.mark.parametrize(
    "char", ["\u202e", "\u200b", "\u2066", "\x1b", "\x00", "\ufeff", "\u00ad", "\u3164", "\U000e0041"]
)
def test_what_is_invisible_is_shown(char: str) -> None:
    assert safe(f"a{char}b") == f"a⟨U+{ord(char):04X}⟩b"


def test_charts_are_svg_with_their_figures() -> None:
    rows = [Bar("a <b>", (1200, 30)), Bar("c", (0, 7)), Bar("none", (0, 0))]
    for chart in (bars("t", rows, (BLOCK, REVIEW)), columns("t", rows, (BLOCK, REVIEW))):
        root = ET.fromstring(chart[chart.index("<svg class") :])
        assert root.attrib["role"] == "img"
        widths = [float(rect.attrib["width"]) for rect in root.iter("rect")]
        assert len(widths) == 3
        assert all(width > 0 for width in widths)
    assert "1,230" in bars("t", rows, (BLOCK, REVIEW))
    assert "a &lt;b&gt;" in bars("t", rows, (BLOCK, REVIEW))


@pytest.mark.parametrize(
    ("count", "unit"), [(1, "day"), (45, "day"), (46, "week"), (400, "week"), (401, "month"), (40_000, "month")]
)
def test_time_is_shown_in_a_readable_number_of_columns(count: int, unit: str) -> None:
    found = {T0.date() - timedelta(n): (3, 2, 1) for n in (0, count - 1)}
    name, course = periods(found)
    assert name == unit
    assert len(course) <= 120
    assert sum(bar.total for bar in course) == 3 * len(found)


def test_an_empty_tally_is_a_page_too() -> None:
    assert "Nothing." in render(Tally(), generated=NOW, policy=load("three-strikes"))


@pytest.mark.filterwarnings("ignore::scanner.ledger.store.WalResetWarning")
def test_the_cost_is_that_of_the_ledger(scanner: Scanner) -> None:
    """`assess` on the same messages, facts from the records, executes and proposes as much."""
    text = "add me on whatsapp +86 138 0013 8000, better price there"
    messages = [message(f"{text} {n}", 30 * n) for n in range(12)]
    bill = total(bills(tally_of(scanner, messages).costs, load("three-strikes")))
    with Ledger(":memory:", policy="three-strikes", scanner=scanner, budget=0) as ledger:
        for one in messages:
            ledger.learn(one)
        charges = [charge for verdict in ledger.assess_many(messages) for charge in verdict.charges]
        points = sum(ledger.account(f"shop{n}").total for n in range(3))
    assert bill.points == points
    assert bill.rules.total() == sum(charge.state == "executed" for charge in charges) > 0
    assert bill.proposed == sum(charge.state == "proposed" for charge in charges)


def test_a_report_from_results_that_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = CliRunner()
    monkeypatch.chdir(tmp_path)
    found = runner.invoke(cli, ["scan", str(TRADE), "--format", "jsonl"])
    assert found.exit_code == 1
    Path("r.jsonl").write_text(found.stdout, encoding="utf-8")
    Path("key").write_text("0123456789abcdef0123456789abcdef", encoding="utf-8")
    args = ["report", "r.jsonl", "--records", str(TRADE), "--csv", "csv", "--key-file", "key"]
    made = runner.invoke(cli, args)
    assert (made.exit_code, made.stdout) == (0, "")
    html = Path("report.html").read_text(encoding="utf-8")
    again = runner.invoke(cli, args)
    assert again.exit_code == 0
    same = Path("report.html").read_text(encoding="utf-8")
    cut = re.compile("Made .*? UTC")
    assert cut.sub("", html) == cut.sub("", same)
    costs = list(csv.DictReader(io.StringIO(Path("csv/costs.csv").read_text(encoding="utf-8-sig"))))
    assert "What it would cost" in html
    assert sum(int(row["offences"]) for row in costs) > 10


def test_a_report_of_other_records_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = CliRunner()
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text('{"id": "1", "text": "add my whatsapp +86 138 0013 8000"}\n', encoding="utf-8")
    Path("b.jsonl").write_text('{"id": "1", "text": "good morning"}\n', encoding="utf-8")
    Path("r.jsonl").write_text(runner.invoke(cli, ["scan", "a.jsonl", "--format", "jsonl"]).stdout, encoding="utf-8")
    wrong = runner.invoke(cli, ["report", "r.jsonl", "--records", "b.jsonl"])
    right = runner.invoke(cli, ["report", "r.jsonl", "--records", "a.jsonl", "--policy", "none"])
    short = Path("key").write_text("short", encoding="utf-8")
    weak = runner.invoke(cli, ["report", "r.jsonl", "--records", "a.jsonl", "--key-file", "key"])
    assert wrong.exit_code == 2
    assert "give the records as scanned" in wrong.stderr
    assert right.exit_code == 0
    assert weak.exit_code == 2
    assert short == 5
