"""decide(): pure, and data decides what hits become."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from scanner.model import Hit, Message, Span
from scanner.rules import step
from scanner.rules.account import Account
from scanner.rules.decide import Circumstances, decide, findings, next_cost
from scanner.rules.findings import Finding, MerchantFacts
from scanner.rules.load import load
from scanner.rules.policy import Policy

REFERENCE = load("alibaba-2021-08")
STRIKES = load("three-strikes")
T = 1_630_500_000
ABOUT = Circumstances(ref="m1", at=T, received=T)


def hit(
    category: str, term: str, *tags: str, level: Any = "violation", value: str | None = None, start: int = 0
) -> Hit:
    return Hit(
        rule="r",
        category=category,
        term=term,
        level=level,
        span=Span(start, start + 1),
        text="x",
        value=value,
        tags=tags,
    )


def rules(hits: list[Hit], policy: Policy = REFERENCE, **more: Any) -> list[str]:
    return [finding.rule for finding, _ in findings(hits, Message(text="x", **more), policy, ABOUT)]


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([hit("contact", "whatsapp")], ["off_platform"]),
        ([hit("contact", "whatsapp"), hit("contact", "email", start=5)], ["off_platform"]),
        ([hit("contact", "whatsapp", level="info")], []),
        ([hit("trademark", "SCANIA", "replica"), hit("trademark", "WAHL", start=3)], ["counterfeit"]),
        ([hit("trademark", "WAHL")], ["trademark"]),
        ([hit("trademark", "SCANIA", "replica", level="review"), hit("trademark", "WAHL", start=3)], ["trademark"]),
        ([hit("drug", "ketamine", "grade:A+")], ["drug_serious"]),
        ([hit("drug", "tramadol", "grade:A")], []),
        ([hit("trade_assurance", "refusal"), hit("contact", "wechat", start=4)], ["off_platform", "ta_refusal"]),
        ([hit("tobacco", "vape")], []),
    ],
)
def test_what_hits_become(hits: list[Hit], expected: list[str]) -> None:
    assert rules(hits) == expected
    assert rules(hits, role="buyer") == []


@pytest.mark.parametrize(
    ("term", "refusal", "review"),
    [
        ("refusal", "no_reason", False),
        ("conditional_use", "conditional", False),
        ("off_platform_payment", "other_unreasonable", False),
        ("objective_reason", None, True),
    ],
)
def test_refusals(term: str, refusal: str | None, review: bool) -> None:
    ((finding, _),) = findings([hit("trade_assurance", term)], Message(text="x"), REFERENCE, ABOUT)
    assert (finding.refusal, finding.review) == (refusal, review)


def test_same_input_same_answer_and_the_account_is_not_touched() -> None:
    account = Account(MerchantFacts(ta_signed=True, ta_opened=True))
    for number in range(3):
        step.submit(account, REFERENCE, Finding(rule="off_platform", ref=f"o{number}", at=T - 9, received=T - 9))
    before = deepcopy(vars(account))
    hits = [hit("contact", "whatsapp", value="447700900123"), hit("trade_assurance", "refusal", start=4)]
    message = Message(text="x", buyer_requested=True)
    first = decide(hits, message, account, REFERENCE, ABOUT)
    second = decide(hits, message, account, REFERENCE, ABOUT)
    assert {name: str(value) for name, value in vars(account).items()} == {n: str(v) for n, v in before.items()}
    assert [item.outcome for item in first] == [item.outcome for item in second]
    assert [(item.outcome.action, item.outcome.points, item.outcome.balance) for item in first] == [
        ("points", 6, 12),
        ("warning", 0, 12),
    ]
    assert next_cost(account, REFERENCE, "off_platform", T) == "6 points"


def test_registered_contacts_and_budget_and_pause() -> None:
    account = Account(MerchantFacts(contacts=("+86 138 0013 8000",)))
    phone = [hit("contact", "phone", value="8613800138000")]
    known = decide(phone, Message(text="x", context="reasonable"), account, REFERENCE, ABOUT)
    assert known[0].outcome.reason == "registered_contact"
    doubtful = decide(phone, Message(text="x"), account, REFERENCE, ABOUT)
    assert doubtful[0].outcome.state == "review"
    wechat = [hit("contact", "wechat", value="acme")]
    for about, why in (
        (Circumstances(ref="m1", at=T, received=T, paused=True), "paused"),
        (Circumstances(ref="m1", at=T, received=T, over_budget=frozenset({"off_platform"})), "budget"),
    ):
        (held,) = decide(wechat, Message(text="x"), account, REFERENCE, about)
        assert (held.outcome.state, held.outcome.reason, held.account.counts()) == ("proposed", why, {})


def test_another_marketplace() -> None:
    account, states = Account(), []
    for number in range(3):
        about = Circumstances(ref=f"m{number}", at=T + number * 90_000, received=T + number * 90_000)
        message = Message(text="x", conversation=f"c{number}")
        (decision,) = decide([hit("contact", "wechat")], message, account, STRIKES, about)
        account, states = decision.account, [*states, (decision.outcome.state, decision.outcome.action)]
    assert states == [("executed", "points"), ("executed", "points"), ("proposed", "close_store")]
