"""People who speak of drugs and sell none, beside those who do sell: own sentences in some twenty languages.

Sentences that are judged wrongly stay in the file; the shares are what is promised.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner
from scanner.model import Hit

ROWS = [json.loads(line) for line in (Path(__file__).parent / "drug_talk.jsonl").read_text("utf-8").splitlines()]
TALK = [row for row in ROWS if row["level"] == "none"]
OFFERS = [row for row in ROWS if row["level"] != "none"]


@cache
def scanner() -> Scanner:
    return Scanner()


def hits(text: str, role: Any = "seller") -> list[Hit]:
    return [hit for hit in scanner().scan(text, role=role).hits if hit.category == "drug"]


def levels(text: str, role: Any = "seller") -> set[str]:
    return {hit.level for hit in hits(text, role)}


def test_few_who_only_talk_are_accused() -> None:
    assert len(TALK) > 600
    accused = [row["text"] for row in TALK if "violation" in levels(row["text"], row["role"])]
    assert len(accused) / len(TALK) < 0.03


def test_most_offers_are_found() -> None:
    assert len(OFFERS) > 250
    missed = [row["text"] for row in OFFERS if not {"violation", "review"} & levels(row["text"], row["role"])]
    assert len(missed) / len(OFFERS) < 0.1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Two men were jailed over fentanyl pills sent by post", "talk"),
        ("Cannabis leaf enamel pin badge, 25 mm", "device"),
        ("Doormat with the print “Prozac household”", "talk"),
        ("Codeine? No, we sell garden hoses", "talk"),
        ("Diazepam is listed in the schedule, the law is strict", "talk"),
        ("We only sell maca tea, why do people ask us about sildenafil", "talk"),
        ("Any listing that names tramadol is removed by the platform", "refusal"),
    ],
)
def test_a_strong_name_in_talk_is_let_off_with_a_reason(text: str, reason: str) -> None:
    assert {(hit.level, hit.exception) for hit in hits(text)} == {("info", reason)}


@pytest.mark.parametrize(
    "text",
    [
        "“ketamine” yes we have, 900 a kilo",
        "Cocaine, very clean, hidden in books",
        "Xanax? no problem, ready stock",
        "someone said you need heroin, we have number 4",
        "if customs seized your oxycodone we resend",
    ],
)
def test_an_offer_beside_the_same_words_is_not(text: str) -> None:
    assert "violation" in levels(text)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Acetic anhydride drums, declared as vinegar", "violation"),
        ("Acetic anhydride drums, end use declaration needed", "review"),
        ("1,4-butanediol with dosing cap, party bottle", "violation"),
        ("1,4-butanediol for spandex plants, 200 kg drums", "review"),
        ("Phenylacetic acid 25 kg, no papers needed", "violation"),
        ("Phenylacetic acid 25 kg, KYC and import permit needed", "review"),
        ("Iodine crystals, shipped as class 8, declared as dangerous goods", "review"),
    ],
)
def test_papers_decide_about_a_chemical_with_lawful_users(text: str, level: str) -> None:
    assert levels(text) == {level}
