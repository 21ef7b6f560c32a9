"""The contact detector on sentences of our own in some twenty languages, guilty and innocent.

`contact_own.jsonl`: `text`, `kind`, and for guilty ones the `term` and `level` expected.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner
from scanner.model import Hit

_ROWS = [
    json.loads(line) for line in Path(__file__).with_name("contact_own.jsonl").read_text(encoding="utf-8").splitlines()
]
_GUILTY = [row for row in _ROWS if "term" in row]
_INNOCENT = [row for row in _ROWS if "term" not in row]


@cache
def _scanner() -> Scanner:
    return Scanner()


def _hits(row: dict[str, Any]) -> Sequence[Hit]:
    hits = _scanner().scan(row["text"], kind=row["kind"]).hits
    return [hit for hit in hits if hit.category == "contact" and hit.level != "info"]


def _found(row: dict[str, Any]) -> bool:
    return any(hit.term == row["term"] for hit in _hits(row))


def _at_level(row: dict[str, Any]) -> bool:
    return any(hit.term == row["term"] and hit.level == row["level"] for hit in _hits(row))


def test_there_are_enough_of_both() -> None:
    assert len(_GUILTY) > 400
    assert len(_INNOCENT) > 200


def test_guilty_sentences_are_found() -> None:
    missed = [row["text"] for row in _GUILTY if not _found(row)]
    assert len(missed) <= 0.03 * len(_GUILTY), missed


def test_guilty_sentences_are_found_at_their_level() -> None:
    wrong = [row["text"] for row in _GUILTY if not _at_level(row)]
    assert len(wrong) <= 0.05 * len(_GUILTY), wrong


def test_innocent_sentences_stay_innocent() -> None:
    alarmed = [row["text"] for row in _INNOCENT if _hits(row)]
    assert len(alarmed) <= 0.02 * len(_INNOCENT), alarmed


@pytest.mark.parametrize("row", _GUILTY[::29], ids=lambda row: row["id"])
def test_spans_slice_to_the_text_of_the_hit(row: dict[str, Any]) -> None:
    for hit in _hits(row):
        assert row["text"][hit.span.start : hit.span.end] == hit.text
