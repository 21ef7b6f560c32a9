"""The drug detector on sentences of our own, on its table, and on the decisions it takes."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Scanner
from scanner.lexicon import load
from scanner.model import Hit
from scanner.text.cas import is_cas

OWN = [json.loads(line) for line in (Path(__file__).parent / "drug_own.jsonl").read_text("utf-8").splitlines()]
GUILTY = [case for case in OWN if case["expect"]]
INNOCENT = [case for case in OWN if not case["expect"]]


@cache
def scanner() -> Scanner:
    return Scanner(load())


def drug_hits(text: str, **record: Any) -> list[Hit]:
    record.setdefault("kind", "listing")
    return [hit for hit in scanner().scan(text, **record).hits if hit.category == "drug"]


def active(text: str, **record: Any) -> list[Hit]:
    return [hit for hit in drug_hits(text, **record) if hit.level != "info"]


def _met(case: dict[str, Any]) -> list[str]:
    """Levels of the hits that overlap the evidence of a case."""
    evidence = case["expect"][0]["evidence"]
    start = case["text"].index(evidence)
    end = start + len(evidence)
    return [hit.level for hit in active(case["text"]) if hit.span.start < end and start < hit.span.end]


def test_there_are_enough_sentences() -> None:
    assert len(GUILTY) >= 450 and len(INNOCENT) >= 200
    assert len({case["lang"] for case in OWN}) >= 20


def test_recall_and_level() -> None:
    levels = [(_met(case), case["expect"][0]["level"]) for case in GUILTY]
    assert sum(bool(got) for got, _ in levels) / len(levels) >= 0.93
    assert sum(want in got for got, want in levels) / len(levels) >= 0.92


def test_innocent_sentences() -> None:
    hits = [active(case["text"]) for case in INNOCENT]
    assert sum(any(hit.level == "violation" for hit in got) for got in hits) / len(hits) <= 0.01
    assert sum(bool(got) for got in hits) / len(hits) <= 0.02


def test_every_cas_number_has_its_check_digit() -> None:
    numbers = [
        number
        for pack in load().of("drug")
        for rule in pack.rules
        for number in str(rule.extra.get("cas", "")).split(";")
        if number
    ]
    assert len(numbers) > 600
    assert [number for number in numbers if not is_cas(number)] == []


def test_table_is_as_wide_as_promised() -> None:
    rules = [rule for pack in load().of("drug") for rule in pack.rules if rule.extra.get("class")]
    assert len(rules) >= 300
    assert {"opioid", "stimulant", "cathinone", "precursor", "aas", "sarm", "peptide", "antibiotic", "herb"} <= {
        rule.extra["class"] for rule in rules
    }


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("GBL technical grade, ISO tank for NMP producers", "review"),
        ("GBL 99.9% clean taste, no customs problem", "violation"),
        ("Piperonal fragrance grade 25 kg", "review"),
        ("Piperonal 25 kg, pass customs guarantee, stealth", "violation"),
        ("levamisole premix for veterinary use", "review"),
        ("Levamisole, best cutting grade, discreet", "violation"),
        ("Acetone 99.5%, 160 kg drums", "review"),
        ("psilocybe cubensis spore syringe, microscopy", "review"),
        ("ivermectin 12mg tablets", "violation"),
        ("ivermectin EP grade for vet paste", "review"),
    ],
)
def test_restricted_goods_are_reviewed_unless_a_dealer_speaks(text: str, level: str) -> None:
    assert {hit.level for hit in active(text)} == {level}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Fentanyl test strips, box of 25", "test_kit"),
        ("Codeine-free cough drops", "free_from"),
        ("We do not sell tramadol", "refusal"),
        ("Мы не продаем героин", "refusal"),
        ("LSD differential for drifting", "homonym"),
        ("Movie poster: the meth lab of the cocaine king", "talk"),
        ("Packing machine for amoxicillin capsules", "device"),
        ("this is not heroin, it is flour", "free_from"),
    ],
)
def test_names_let_off_stay_with_their_reason(text: str, reason: str) -> None:
    hits = drug_hits(text)
    assert hits and all(hit.level == "info" for hit in hits)
    assert reason in {hit.exception for hit in hits}


def test_test_kits_do_not_cover_the_drug_itself() -> None:
    assert active("fentanyl powder, free test strips with every order")


def test_street_names_need_more_than_themselves() -> None:
    assert not active("ice, snow, speed")
    assert not active("ice 100 g")
    assert active("ice, big shards, 100 g, stealth mail")


def test_pictures_alone_are_no_evidence() -> None:
    assert not active("❄️💊🍁 summer sale")
    assert {hit.tags.count("slang") for hit in active("❄️ 80 a gram | 💊 10 each | top shelf 🌿, menu tonight")} == {1}


def test_a_cas_number_gives_its_canonical_form() -> None:
    hits = active("hot product Cas 20320 59 6 in stock")
    assert [(hit.value, "cas" in hit.tags) for hit in hits] == [("20320-59-6", True)]


def test_grades_are_tagged() -> None:
    assert "grade:A+" in active("heroin, white")[0].tags


def test_spans_slice_the_text() -> None:
    for case in OWN:
        for hit in drug_hits(case["text"]):
            assert case["text"][hit.span.start : hit.span.end] == hit.text


@pytest.mark.parametrize(
    "unit",
    ["ice 1g shards stealth ", "ketamine powder ", "do not sell heroin ", "28578-16-7 ", "冰一克出肉", "❄️💊 1g "],
)
def test_a_text_that_is_all_suspicion_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        start = time.perf_counter()
        drug_hits(unit * (size // len(unit)))
        return time.perf_counter() - start

    seconds(1_000)
    assert seconds(50_000) < 4


@pytest.mark.parametrize(
    "text",
    [
        "MDMA free sample, 1 g",
        "book your tramadol now",
        "No prescription needed, tramadol",
        "we do not sell fakes, only real cocaine",
        "unlike codeine-free syrups: real codeine, sealed",
    ],
)
def test_words_that_seem_to_let_off_do_not(text: str) -> None:
    assert active(text)


@pytest.mark.parametrize("text", ["分泰尼 粉", "麻huang素 出口", "海落因 有货", "可咔因 一克", "绿胺酮 针"])
def test_chinese_names_of_the_same_sound(text: str) -> None:
    assert any("homophone" in hit.evasion for hit in active(text))
