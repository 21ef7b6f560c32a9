"""Classes of wording in some twenty-five languages: talk off the platform, leaving the escrow, and what looks so.

`wording_classes.jsonl`, sentences of our own: `category`, `kind`, `text` or `messages`, and for guilty ones the
`evidence` that a hit must overlap and its `level`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner
from scanner.model import Hit, Message, Scan

_LINES = Path(__file__).with_name("wording_classes.jsonl").read_text(encoding="utf-8").splitlines()
_ROWS = [json.loads(line) for line in _LINES]
_LOOSE = 20
"""Code points of a hit that may lie outside its evidence."""


@cache
def _scanner() -> Scanner:
    return Scanner()


def _scan(row: dict[str, Any]) -> Scan:
    if "messages" in row:
        return _scanner().scan_message(Message(messages=tuple(row["messages"]), kind=row["kind"]))
    return _scanner().scan(row["text"], kind=row["kind"])


def _tells(row: dict[str, Any], text: str, hit: Hit) -> bool:
    start = text.index(row["evidence"])
    end = start + len(row["evidence"])
    inside = min(hit.span.end, end) - max(hit.span.start, start)
    return inside > 0 and len(hit.text) - inside <= max(_LOOSE, len(row["evidence"]))


@pytest.mark.parametrize("category", ["contact", "trade_assurance"])
def test_guilty_wordings_are_found_where_they_are(category: str) -> None:
    missed = []
    for row in (r for r in _ROWS if "evidence" in r and r["category"] == category):
        scan = _scan(row)
        hits = [hit for hit in scan.hits if hit.category == category and hit.level == row["level"]]
        if not any(_tells(row, scan.text, hit) for hit in hits):
            missed.append(row)
    assert not missed


def test_wordings_that_look_like_them_are_innocent() -> None:
    rows = [row for row in _ROWS if "evidence" not in row]
    alarms = [(row, hit) for row in rows for hit in _scan(row).hits if hit.level != "info"]
    assert not alarms
