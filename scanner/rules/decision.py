"""A person's decision, checked before it counts: only amounts and measures that the rules know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scanner.errors import InputError
from scanner.rules.policy import Policy

_MOST = 1e9


class DecisionError(InputError):
    """A decision cannot be made so. Its words are of rules and measures, never of what was given or about whom.

    `field` names what is wrong: `points`, `measure`, `code` ...
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def check_amount(decision: Mapping[str, Any]) -> None:
    """`DecisionError` unless the points of a decision, when it names any, are 0 or more, in halves."""
    points = decision.get("points")
    if points is None:
        return
    number = isinstance(points, int | float) and not isinstance(points, bool) and math.isfinite(points)
    if not number or not 0 <= points < _MOST or points * 2 != int(points * 2):
        raise DecisionError("points", "decided points are a number, 0 or more, in halves")


def check_decision(policy: Policy, rule_id: str, decision: Mapping[str, Any], measure: str | None) -> None:
    """`DecisionError` where a rule leaves nothing to decide, or a measure is none of the policy's.

    For what persons enter; a replayed event may say too much, and the rule takes what it knows.
    """
    rule = policy.rules.get(rule_id)
    if rule is None:
        return
    check_amount(decision)
    if decision and not rule.decided:
        said = f"{rule_id} has a ladder of its own: no points, strike or closure can be decided under it"
        raise DecisionError("points", said)
    if measure is None:
        return
    if not rule.serious:
        raise DecisionError("measure", f"{rule_id} knows no serious cases: leave the measure out")
    if measure not in policy.measures:
        raise DecisionError("measure", f"the measure is one of {', '.join(policy.measures)}")
