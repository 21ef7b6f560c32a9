"""Honest sellers and buyers are left alone: nothing in tests/quality/honest.jsonl is worth a look."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner

CASES = Path(__file__).with_name("honest.jsonl")


def cases() -> list[dict[str, Any]]:
    """The innocent texts, as labelled cases."""
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


@cache
def scanner() -> Scanner:
    return Scanner()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_an_honest_text_is_left_alone(case: dict[str, Any]) -> None:
    scan = scanner().scan(case["text"], kind=case["kind"], role=case["role"], category=case.get("category"))
    assert [(hit.rule, hit.text) for hit in scan.hits if hit.level != "info"] == []


def test_the_texts_are_many_and_of_many_languages() -> None:
    assert len(cases()) >= 120
    assert len({case["lang"] for case in cases()}) >= 15


@pytest.mark.parametrize(
    "text",
    [
        "Add me on WeChat, what is your id?",
        "do you have an app called WhatsApp?",
        "original cigarettes, 200 sticks a carton, with a lighter",
        "We don't accept Trade Assurance | T/T only",
        "message us privately on another app",
    ],
)
def test_its_guilty_neighbours_are_not(text: str) -> None:
    assert scanner().scan(text).decision != "allow"
