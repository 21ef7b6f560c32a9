"""Honest sellers whose goods or words are slang somewhere, beside the dealers who use the same words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from scanner import Scanner
from scanner.lexicon import load
from scanner.model import Hit

ROWS = [json.loads(line) for line in (Path(__file__).parent / "drug_honest.jsonl").read_text("utf-8").splitlines()]


@cache
def scanner() -> Scanner:
    return Scanner(load())


def hits(text: str) -> list[Hit]:
    return [hit for hit in scanner().scan(text, kind="message").hits if hit.category == "drug"]


def flagged(text: str) -> bool:
    return any(hit.level != "info" for hit in hits(text))


def test_there_are_enough_sentences() -> None:
    guilty = sum(row["guilty"] for row in ROWS)
    assert guilty > 90
    assert len(ROWS) - guilty > 950


def test_honest_sentences_are_left_alone() -> None:
    assert [row["text"] for row in ROWS if not row["guilty"] and flagged(row["text"])] == []


def test_dealers_with_the_same_words_are_not() -> None:
    assert [row["text"] for row in ROWS if row["guilty"] and not flagged(row["text"])] == []


@pytest.mark.parametrize(
    "text",
    [
        "sibutramine not detected, ephedrine not detected",
        "sildenafil, tadalafil and vardenafil: none detected",
        "Frei von Sibutramin, Ephedrin und Koffein",
        "检测报告 西布曲明 未检出 麻黄碱 未检出",
        "clenbuterol < LOD, ractopamine < LOD",
    ],
)
def test_a_report_of_absence_lets_off_every_name(text: str) -> None:
    assert len(hits(text)) >= 2
    assert {hit.exception for hit in hits(text)} == {"free_from"}


@pytest.mark.parametrize(
    "text",
    [
        "ketamine in stock, fentanyl not detected by dogs",
        "free of charge delivery, ketamine 25 per g",
        "cocaine, negative customs, safe",
        "libre de impuestos, cocaína el gramo 50",
    ],
)
def test_a_verdict_on_something_else_lets_off_nothing(text: str) -> None:
    assert flagged(text)
