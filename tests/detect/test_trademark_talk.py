"""Refusals, conditions, comparisons and buyers who decline copies, beside offers in nearly the same words.

Sentences that are judged wrongly stay in the file; the shares are what is promised.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner

FILE = Path(__file__).parent / "trademark_talk.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
TALK = [row for row in ROWS if row["level"] == "none"]
OFFERS = [row for row in ROWS if row["level"] != "none"]


@cache
def scanner() -> Scanner:
    return Scanner()


def levels(row: dict[str, Any]) -> set[str]:
    category = row.get("category")
    kind: Any = "listing" if category else "message"
    scan = scanner().scan(row["text"], role=row["role"], kind=kind, category=category)
    return {hit.level for hit in scan.hits if hit.category == "trademark"}


def test_few_who_refuse_or_compare_are_accused() -> None:
    assert len(TALK) > 180
    accused = [row["text"] for row in TALK if "violation" in levels(row)]
    assert len(accused) / len(TALK) < 0.03


def test_most_offers_are_found_at_their_level() -> None:
    assert len(OFFERS) > 90
    wrong = [row["text"] for row in OFFERS if row["level"] not in levels(row)]
    assert len(wrong) / len(OFFERS) < 0.1


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("We do not sew Beechfield labels without papers", "seller"),
        ("Send the licence first, then we print Calvin Klein", "seller"),
        ("Wir sticken kein Beechfield ohne Lizenz", "seller"),
        ("没有授权书不印Ray-Ban", "seller"),
        ("We can not buy Ray-Ban look-alikes", "buyer"),
        ("Para bordar Calvin Klein necesitamos la autorización", "seller"),
    ],
)
def test_refusals_and_conditions_are_let_off(text: str, role: str) -> None:
    assert levels({"text": text, "role": role}) <= {"info"}


@pytest.mark.parametrize(
    "text",
    [
        "We embroider Calvin Klein on the waistband, no licence no problem",
        "kein Problem ohne Lizenz, Secretlab Stuhl mit Logo",
        "You cannot buy Ray-Ban cheaper, we have stock at 4 usd",
    ],
)
def test_offers_with_the_same_words_are_not(text: str) -> None:
    assert "violation" in levels({"text": text, "role": "seller"})


def test_a_refill_of_the_mark_itself_is_the_mark() -> None:
    row = {"text": "Builder Gel clear refill 30 ml pot", "role": "seller", "category": "Beauty > Nail"}
    assert levels(row) == {"violation"}
