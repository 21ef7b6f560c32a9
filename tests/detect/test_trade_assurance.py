"""The trade_assurance detector on sentences of our own, in 25 languages, half of them innocent."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import Message, Scanner
from scanner.lexicon import load
from scanner.lexicon.pack import CLOSE, OPEN, Rule
from scanner.model import Hit, Span

CASES = Path(__file__).with_name("ta_own.jsonl")
FRESH = Path(__file__).with_name("ta_round2.jsonl")
"""Sentences written before the words they need were known: wallets, relatives, badges, idioms, two clauses."""
PACKS = Path(__file__).parents[2] / "lexicons" / "trade_assurance"


@cache
def scanner() -> Scanner:
    return Scanner(packs=PACKS)


@cache
def cases(path: Path = CASES) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def hits(text: str, **fields: Any) -> list[Hit]:
    scan = scanner().scan_message(Message(text=text, **fields))
    return [hit for hit in scan.hits if hit.category == "trade_assurance"]


def told(text: str, **fields: Any) -> list[tuple[str, str, str]]:
    return [(hit.term, hit.level, hit.text) for hit in hits(text, **fields) if hit.level != "info"]


def outside(hit: Hit, start: int, end: int) -> int:
    return len(hit.span) - max(0, min(end, hit.span.end) - max(start, hit.span.start))


def matching(case: dict[str, Any]) -> list[Hit]:
    """The hits that meet the case's expectation by the project's measure: overlap, and little outside."""
    evidence = case["expect"][0]["evidence"]
    start = case["text"].index(evidence)
    end = start + len(evidence)
    found = [hit for hit in hits(case["text"], role=case["role"]) if hit.level != "info"]
    near = [hit for hit in found if hit.span.overlaps(Span(start, end))]
    return [hit for hit in near if outside(hit, start, end) <= max(20, len(evidence))]


def test_the_cases_are_many_and_half_are_innocent():
    guilty = [case for case in cases() if case["expect"]]
    assert len(cases()) >= 1000
    assert 0.35 <= len(guilty) / len(cases()) <= 0.65
    assert len({case["lang"] for case in cases()}) >= 20


def test_recall_and_level_on_our_own_sentences():
    guilty = [case for case in cases() if case["expect"]]
    found = [(case, matching(case)) for case in guilty]
    recall = sum(bool(near) for _, near in found) / len(guilty)
    level = sum(any(h.level == c["expect"][0]["level"] for h in near) for c, near in found) / len(guilty)
    assert recall >= 0.95
    assert level >= 0.93


def test_false_alarms_on_our_own_innocent_sentences():
    innocent = [case for case in cases() if not case["expect"]]
    alarmed = [case["id"] for case in innocent if told(case["text"], role=case["role"])]
    assert len(alarmed) / len(innocent) <= 0.02, alarmed


def test_recall_level_and_false_alarms_on_the_second_set():
    guilty = [case for case in cases(FRESH) if case["expect"]]
    found = [(case, matching(case)) for case in guilty]
    missed = [case["id"] for case, near in found if not near]
    level = sum(any(h.level == c["expect"][0]["level"] for h in near) for c, near in found)
    alarmed = [c["id"] for c in cases(FRESH) if not c["expect"] and told(c["text"], role=c["role"])]
    innocent = len(cases(FRESH)) - len(guilty)
    assert len(guilty) >= 150 <= innocent
    assert len({case["lang"] for case in cases(FRESH)}) >= 18
    assert len(missed) / len(guilty) <= 0.07, missed
    assert level / len(guilty) >= 0.9
    assert len(alarmed) / innocent <= 0.02, alarmed


def test_every_span_slices_its_text():
    for case in cases():
        scan = scanner().scan(case["text"], role=case["role"])
        assert all(scan.text[hit.span.start : hit.span.end] == hit.text for hit in scan.hits)


@pytest.mark.parametrize("rule", [rule for pack in load(PACKS).packs for rule in pack.rules], ids=lambda rule: rule.id)
def test_every_rule_keeps_its_own_examples(rule: Rule):
    assert rule.hits
    for example in rule.hits:
        start, end = example.index(OPEN), example.index(CLOSE) - 1
        found = hits(example.replace(OPEN, "").replace(CLOSE, ""))
        assert (start, end) in [(hit.span.start, hit.span.end) for hit in found if hit.rule == rule.id], example
    for example in rule.passes:
        assert not told(example), example


def test_a_buyer_is_let_off_with_the_reason():
    found = hits("Please do not use Trade Assurance, I pay by bank", role="buyer")
    assert [(hit.level, hit.exception) for hit in found] == [("info", "buyer_role")]


@pytest.mark.parametrize(
    ("text", "term", "level"),
    [
        ("We don't accept Trade Assurance.", "refusal", "violation"),
        ("Trade Assurance costs 4% more.", "conditional_use", "violation"),
        ("Pay outside Alibaba and save 3%.", "off_platform_payment", "violation"),
        ("As you asked, no Trade Assurance for this order.", "objective_reason", "review"),
        ("TA order is locked for this product", "refusal", "review"),
    ],
)
def test_each_term_has_its_level(text: str, term: str, level: str):
    assert (term, level) in [(t, lv) for t, lv, _ in told(text)]


@pytest.mark.parametrize(
    ("guilty", "innocent"),
    [
        ("We refuse Trade Assurance.", "We never refuse Trade Assurance."),
        ("We charge extra for Trade Assurance.", "We do not charge extra for Trade Assurance."),
        ("Trade Assurance only for samples.", "Trade Assurance, not only for samples."),
        ("Trade Assurance is a problem, we do not use it.", "Trade Assurance is no problem, we do use it."),
        ("Please pay to my personal account.", "Please never pay to a personal account."),
        ("不走信保，直接打款", "不走信保的话平台不保护"),
        ("Não aceitamos Trade Assurance.", "Não cobramos taxa pelo Trade Assurance."),
        ("Мы не принимаем торговую гарантию.", "Мы не берём комиссию за торговую гарантию."),
    ],
)
def test_a_small_word_turns_the_meaning(guilty: str, innocent: str):
    assert told(guilty)
    assert not told(innocent)


NAMES = ("Trade Assurance", "Tr@de Assur@nce", "T r a d e  A s s u r a n c e", "TRADE-ASSURANCE")


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_read_in_disguise(name: str):
    assert [t for t, _, _ in told(f"We do not accept {name} orders")] == ["refusal"]


def test_words_are_read_in_disguise_beside_a_disguised_name():
    assert told("w3 d0n't acc3pt Tr@de Assur@nce")
    assert not told("w3 acc3pt Tr@de Assur@nce")


@pytest.mark.parametrize(
    "text",
    [
        "Our TA-80 terminal is not supported",
        "CITC TA certificate no. 21 is not accepted here",
        "ta maison n'accepte pas",
        "chúng ta không nhận",
    ],
)
def test_two_letters_are_not_always_the_escrow(text: str):
    assert not told(text)


def test_the_escrow_may_be_named_in_an_earlier_message():
    text = told("Sorry, we can't accept it", previous=("About Trade Assurance you ask,",))
    assert text == [("refusal", "violation", "can't accept it")]


def test_a_refusal_may_be_cut_into_messages():
    messages = ("about the payment", "we dont", "use trade", "assurance", "only bank")
    found = scanner().scan_message(Message(text="", messages=messages)).hits
    assert ("refusal", "violation") in [(hit.term, hit.level) for hit in found]
    polite = ("about the payment", "we do", "use trade", "assurance", "of course")
    assert not scanner().scan_message(Message(text="", messages=polite)).hits


def test_a_refusal_wholly_in_an_earlier_message_is_not_told_again():
    assert not told("What colour do you like?", previous=("We don't accept Trade Assurance.",))


def test_a_list_of_payment_terms_is_innocent():
    terms = "Payment terms: T/T, L/C, Western Union, MoneyGram"
    assert not told(terms)
    assert not told(terms, kind="listing", title="Steel pipe")


def test_refusal_and_payment_are_two_hits_that_do_not_overlap():
    first, second = hits("We don't do Trade Assurance, please pay to my boss's account")
    assert (first.term, second.term) == ("refusal", "off_platform_payment")
    assert first.span.end <= second.span.start


def test_hostile_input_is_read_in_bounded_time():
    text = "no Trade Assurance only " * 4000
    assert len(hits(text[:90_000])) < 200
