"""The payment_risk packs: information with a tag, never more."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scanner import Scanner
from scanner.lexicon import load
from scanner.lexicon.pack import CLOSE, OPEN, Rule

PACKS = Path(__file__).parents[2] / "lexicons" / "payment"


@cache
def scanner() -> Scanner:
    return Scanner(packs=PACKS)


def rules() -> list[Rule]:
    return [rule for pack in load(PACKS).packs for rule in pack.rules]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_marks_exactly_what_its_examples_mark(rule: Rule):
    for example in rule.hits:
        start, end = example.index(OPEN), example.index(CLOSE) - 1
        scan = scanner().scan(example.replace(OPEN, "").replace(CLOSE, ""))
        assert (start, end) in [(h.span.start, h.span.end) for h in scan.hits if h.rule == rule.id], example


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_passes_what_it_says_it_passes(rule: Rule):
    for example in rule.passes:
        assert not [hit for hit in scanner().scan(example).hits if hit.rule == rule.id], example


def test_it_informs_and_never_decides():
    scan = scanner().scan("Our bank details have changed, please send USDT or use Western Union")
    assert {hit.term for hit in scan.hits} == {"changed_bank_details", "crypto", "cash_remittance"}
    assert {hit.level for hit in scan.hits} == {"info"}
    assert all("payment-risk" in hit.tags for hit in scan.hits)
    assert scan.decision == "allow"


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("La cuenta es de otro: un tercero pagará, pago de terceros", "third_party_payer"),
        ("реквизиты изменились, отправляю новые", "changed_bank_details"),
        ("可以低报货值", "under_invoicing"),
        ("pode superfaturar a nota?", "over_invoicing"),
        ("şahsi hesaba gönderin", "personal_account"),
        ("pinjam rekening sebentar", "money_mule"),
    ],
)
def test_it_reads_many_languages(text: str, term: str):
    assert term in {hit.term for hit in scanner().scan(text).hits}


@pytest.mark.parametrize(
    "text",
    ["Bitcoin souvenir coin 24k plated", "Ask your account manager", "Split type air conditioner", "new bank of cells"],
)
def test_goods_are_not_payments(text: str):
    assert not scanner().scan(text).hits
