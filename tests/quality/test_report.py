"""The quality report counts wrong hits, not justified ones, and says which limits are passed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from scanner.model import Hit, Message, Scan, Span

PATH = Path(__file__).with_name("report.py")


@pytest.fixture(scope="module")
def report():
    spec = importlib.util.spec_from_file_location("quality_report", PATH)
    assert spec and spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


class Reads:
    """Finds every `!` (violation) and `?` (review)."""

    def scan_many(self, messages):
        for message in messages:
            levels = {"!": "violation", "?": "review"}
            yield Scan(
                decision="allow",
                hits=tuple(
                    Hit(rule="r", category="c", term="t", level=levels[char], span=Span(i, i + 1), text=char)
                    for i, char in enumerate(message.text)
                    if char in levels
                ),
            )


def messages(*texts: str) -> list[Message]:
    return [Message(text=text, id=str(number)) for number, text in enumerate(texts)]


def test_hits_are_counted_by_level_and_justified_ones_apart(report):
    row = report.alarms("x", messages("a!", "b??", "c!", "d"), Reads(), {("2", "c"): "is one"})
    assert (row.texts, len(row.wrong["violation"]), len(row.wrong["review"])) == (4, 1, 2)
    assert row.right == [("2", "c · t", "is one")]


@pytest.mark.parametrize(
    ("violations", "reviews", "texts", "missed"),
    [(3, 30, 10_000, False), (4, 0, 10_000, True), (0, 31, 10_000, True), (1, 0, 2000, True), (0, 6, 2000, False)],
)
def test_limits_are_per_ten_thousand_texts(report, violations, reviews, texts, missed):
    row = report.Alarms("x", texts=texts, wrong={"violation": ["x"] * violations, "review": ["x"] * reviews})
    assert row.missed() is missed
    assert ("MISSED" in row.row()) is missed
