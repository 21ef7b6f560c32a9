"""Scenario events of the wrong shape: each refused with the field's name, nothing changed, no traceback."""

from __future__ import annotations

import math
from typing import Any

import pytest

from scanner.errors import InputError
from scanner.rules.decision import check_amount, check_decision
from scanner.rules.load import load
from scanner.rules.replay import replay

POLICY = load("alibaba-2021-08")
AT = "2021-08-10T00:00:00Z"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"type": "violation", "rule": "trademark", "decision": {"points": -4}}, "decided points"),
        ({"type": "violation", "rule": "trademark", "decision": {"points": math.nan}}, "decided points"),
        ({"type": "violation", "rule": "trademark", "decision": {"points": 1.3}}, "decided points"),
        ({"type": "violation", "rule": "trademark", "decision": 6}, "`decision`"),
        ({"type": "violation", "rule": "trademark", "mark": 7}, "`mark`"),
        ({"type": "violation", "rule": "off_platform", "hits": [5]}, "`hits`"),
        ({"type": "violation", "rule": "off_platform", "role": 5}, "`role`"),
        ({"type": "violation", "rule": "off_platform", "context": [1]}, "`context`"),
        ({"type": "violation", "rule": "ta_refusal", "refusal": [1]}, "`refusal`"),
        ({"type": "appeal", "rule": "ta_refusal", "ref": "a", "ground": 1}, "`ground`"),
        ({"type": "appeal", "rule": "ta_refusal", "ref": "a", "order_usd": "much"}, "`order_usd`"),
        ({"type": "appeal", "rule": "ta_refusal", "ref": "a", "order_usd": True}, "`order_usd`"),
        ({"type": "policy_publish", "rule": "off_platform", "ladder": 5}, "`ladder`"),
        ({"type": "policy_publish", "rule": "off_platform", "ladder": [{"n": "x"}]}, "`n`"),
        ({"type": "policy_publish", "rule": "off_platform", "ladder": [{"n": 1}], "from": "soon"}, "date"),
        ({"type": "merchant_update", "set": 5}, "`set`"),
        ({"type": "merchant_update", "set": {"registered_emails": "a@b.cn"}}, "`registered_emails`"),
        ({"type": "dance"}, "event type"),
    ],
)
def test_an_event_of_the_wrong_shape(event: dict[str, Any], said: str) -> None:
    result = replay({"id": "x", "events": [{"at": AT, "ref": "a", **event}]}, POLICY)
    assert said in result["results"][0]["error"]
    assert result["final"]["counts"] == {}


@pytest.mark.parametrize(
    "scenario",
    [
        {"merchant": 5},
        {"policy": {"rules": 5}},
        {"policy": {"close_at_balance": "many"}},
        {"policy": {"appealable": "ta_refusal"}},
        {"expect": 5},
        {"final": 3},
    ],
)
def test_a_scenario_of_the_wrong_shape(scenario: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        replay({"id": "x", "events": [], **scenario}, POLICY)


def test_an_amount_written_as_text_is_the_same_amount() -> None:
    events = [
        {"type": "violation", "rule": "ta_refusal", "ref": "a", "at": AT, "buyer_requested": True},
        {"type": "appeal", "rule": "ta_refusal", "ref": "a", "at": AT, "ground": "b", "order_usd": "5000.00",
         "unusable": ["x", "y", "z"]},
    ]  # fmt: skip
    results = replay({"merchant": {"ta_signed": True}, "events": events}, POLICY)["results"]
    assert results[1]["example_met"] is True


def test_what_a_person_may_decide() -> None:
    check_decision(POLICY, "trademark", {"points": 6}, None)
    check_decision(POLICY, "off_platform", {}, "store_shield")
    check_amount({"strike": True})
    for rule, decision, measure in (
        ("off_platform", {"points": 6}, None),
        ("trademark", {}, "store_shield"),
        ("off_platform", {}, "public_shaming"),
    ):
        with pytest.raises(InputError):
            check_decision(POLICY, rule, decision, measure)
