"""The drug detector on chat offers in some forty languages, and on the ordinary goods whose names they borrow.

Sentences of our own; some of the guilty ones are known to be missed and stay in, so that the rate is honest.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner
from scanner.lexicon import load

CASES = [json.loads(line) for line in (Path(__file__).parent / "drug_round2.jsonl").read_text("utf-8").splitlines()]
GUILTY = [case for case in CASES if case["guilty"]]
INNOCENT = [case for case in CASES if not case["guilty"]]


@cache
def scanner() -> Scanner:
    return Scanner(load())


def levels(case: dict[str, Any]) -> list[str]:
    hits = scanner().scan(case["text"], kind=case.get("kind", "message")).hits
    return [hit.level for hit in hits if hit.category == "drug" and hit.level != "info"]


def test_there_are_enough_sentences() -> None:
    assert len(GUILTY) >= 350 and len(INNOCENT) >= 150


def test_offers_are_found() -> None:
    assert sum(bool(levels(case)) for case in GUILTY) / len(GUILTY) >= 0.91


def test_ordinary_goods_are_left_alone() -> None:
    found = [levels(case) for case in INNOCENT]
    assert sum("violation" in got for got in found) / len(found) <= 0.01
    assert sum(bool(got) for got in found) / len(found) <= 0.02


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("one four five one dash eight two dash seven", "1451-82-7"),
        ("number two-eight-five-seven-eight dash one six dash seven", "28578-16-7"),
        ("uno cuatro cinco uno guion ocho dos guion siete polvo", "1451-82-7"),
        ("2 0 3 2 0 - 5 9 - 6 oil", "20320-59-6"),
    ],
)
def test_cas_numbers_set_apart_or_spelled(text: str, number: str) -> None:
    assert number in {hit.value for hit in scanner().scan(text).hits}


@pytest.mark.parametrize("text", ["seats one dash two dash three four five", "M 6 - 1 2 - 4 bolts", "one dash two"])
def test_other_numbers_set_apart_are_none(text: str) -> None:
    assert [hit for hit in scanner().scan(text).hits if hit.category == "drug"] == []


def test_given_names_are_no_company() -> None:
    assert levels({"text": "Can Molly, Charlie and Tina make it this weekend? meet up at 8"}) == []


def test_names_written_backwards_are_read() -> None:
    hits = scanner().scan("lynatnef powder").hits
    assert any(hit.term == "fentanyl" and "reversed" in hit.evasion for hit in hits)
