"""Sentences written before their words were known: how many are found, how many honest ones are charged."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from scanner import Message, Scanner
from scanner.model import Hit

CASES = Path(__file__).with_name("ta_ways.jsonl")
"""Refusals, conditions and ways round the escrow in 20 languages, and their innocent neighbours."""
PACKS = Path(__file__).parents[2] / "lexicons" / "trade_assurance"


@cache
def scanner() -> Scanner:
    return Scanner(packs=PACKS)


@cache
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines())


def told(case: dict[str, Any]) -> list[Hit]:
    scan = scanner().scan_message(Message(text=case["text"], role=case["role"]))
    return [hit for hit in scan.hits if hit.category == "trade_assurance" and hit.level != "info"]


def test_most_of_the_guilty_are_found():
    guilty = [case for case in cases() if case["expect"]]
    found = [case for case in guilty if told(case)]
    assert len(guilty) >= 200
    assert len(found) / len(guilty) >= 0.88


def test_hardly_any_honest_sentence_is_charged():
    honest = [case for case in cases() if not case["expect"]]
    charged = [case["text"] for case in honest if any(hit.level == "violation" for hit in told(case))]
    assert len(honest) >= 250
    assert len(charged) <= 3, charged
