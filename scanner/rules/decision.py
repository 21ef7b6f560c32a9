"""A person's decision, checked before it counts: only amounts and measures that the rules know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scanner.errors import InputError
from scanner.rules.policy import Policy

_MOST = 1e9


def check_amount(decision: Mapping[str, Any]) -> None:
    """`InputError` unless the points of a decision, when it names any, are 0 or more, in halves."""
    points = decision.get("points")
    if points is None:
        return
    number = isinstance(points, int | float) and not isinstance(points, bool) and math.isfinite(points)
    if not number or not 0 <= points < _MOST or points * 2 != int(points * 2):
        raise InputError("decided points are a number, 0 or more, in halves")


def check_decision(policy: Policy, rule_id: str, decision: Mapping[str, Any], measure: str | None) -> None:
    """`InputError` where a rule leaves nothing to decide, or a measure is none of the policy's.

    For what persons enter; a replayed event may say too much, and the rule takes what it knows.
    """
    rule = policy.rules.get(rule_id)
    if rule is None:
        return
    check_amount(decision)
    if decision and not rule.decided:
        raise InputError(f"{rule_id} has a ladder of its own: no points, strike or closure can be decided under it")
    if measure is None:
        return
    if not rule.serious:
        raise InputError(f"{rule_id} knows no serious cases: leave the measure out")
    if measure not in policy.measures:
        raise InputError(f"measure {measure[:40]!r} is not one of {', '.join(policy.measures)}")
