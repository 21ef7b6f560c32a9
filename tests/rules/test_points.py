"""alibaba-points: what it adds to the reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.rules import step
from scanner.rules.account import Account
from scanner.rules.appealing import file_appeal
from scanner.rules.findings import Finding, Outcome
from scanner.rules.load import load
from scanner.rules.times import DAY

POLICY = load("alibaba-points")
T = 1_630_500_000  # 2021-09-01


class Run:
    """One merchant under the policy; days count from T."""

    def __init__(self) -> None:
        self.account = Account()
        self.count = 0

    def find(self, rule: str, day: float, *, received: float | None = None, **more: Any) -> Outcome:
        self.count += 1
        ref = more.pop("ref", f"m{self.count}")
        late = day if received is None else received
        finding = Finding(rule=rule, ref=ref, at=int(T + day * DAY), received=int(T + late * DAY), **more)
        return step.submit(self.account, POLICY, finding)

    def serve(self, day: float) -> None:
        step.serve(self.account, ("off_platform", f"m{self.count}"), int(T + day * DAY))


def test_the_next_rung_needs_the_last_notice() -> None:
    run = Run()
    assert run.find("off_platform", 0).action == "warning"
    assert run.find("off_platform", 1).action == "warning"
    run.serve(2)
    assert run.find("off_platform", 1.5, received=3).action == "warning"
    assert run.find("off_platform", 4).points == 3
    assert run.find("off_platform", 5).points == 3
    run.serve(6)
    assert run.find("off_platform", 7).offence_no == 3


def test_one_offence_per_rule_conversation_and_day() -> None:
    run = Run()
    assert run.find("off_platform", 0, group="c").action == "warning"
    again = run.find("off_platform", 0.01, group="c")
    assert (again.action, again.reason) == ("none", "same_offence")
    assert run.find("off_platform", 0.01, group="d").action == "warning"
    taken = step.revoke(run.account, POLICY, ("off_platform", "m1"), int(T + DAY))
    assert [(change.ref, change.action) for change in taken.changes] == [("m1", "none"), ("m2", "warning")]


def test_serious_ip_cases_seven_days_fourteen_closure_merged_within_three() -> None:
    run = Run()
    first = run.find("counterfeit", 0)
    assert (first.action, first.measure, first.until) == ("restricted", "restriction_7_days", T + 7 * DAY)
    assert run.find("counterfeit", 2).reason == "same_offence"
    step.serve(run.account, ("counterfeit", "m1"), int(T + 2.5 * DAY))
    assert run.find("counterfeit", 3).measure == "restriction_14_days"
    step.serve(run.account, ("counterfeit", "m3"), int(T + 4 * DAY))
    assert run.find("counterfeit", 9).action == "close_store"


def test_twelve_points_a_day_except_for_malice() -> None:
    run = Run()
    points = [run.find("prohibited_goods", i / 100, decision={"points": 6}).points for i in range(4)]
    assert points == [6, 6, 0, 0]
    assert run.find("drug_serious", 0.5).points == 48
    other = Run()
    other.find("prohibited_goods", 0, decision={"points": 6})
    other.find("prohibited_goods", 0.1, decision={"points": 6})
    assert other.find("prohibited_goods", 1.2, decision={"points": 6}).points == 6


def test_thresholds_and_closure_at_48() -> None:
    run = Run()
    reached = [run.find("prohibited_goods", day, decision={"points": 6}).thresholds for day in range(8)]
    assert reached == [
        ("serious_warning",), ("restriction_7_days",), (), ("restriction_14_days",), (),
        ("restriction_21_days",), (), ("account_closed",),
    ]  # fmt: skip
    assert run.account.store_closed()


def test_points_live_365_days() -> None:
    run = Run()
    run.find("prohibited_goods", 0, decision={"points": 6})
    assert run.account.balance(POLICY, T + 365 * DAY - 1) == 6
    assert run.account.balance(POLICY, T + 365 * DAY) == 0


def test_older_conduct_found_late_never_worsens_a_penalty_in_force() -> None:
    run = Run()
    run.find("off_platform", 5)
    run.serve(6)
    run.find("off_platform", 7)
    before = run.account.balance(POLICY, T + 8 * DAY)
    late = run.find("off_platform", 1, received=8)
    assert late.action == "warning"
    assert run.account.balance(POLICY, T + 8 * DAY) == before


def test_backfilled_logs_cost_nothing() -> None:
    run = Run()
    found = run.find("off_platform", 0, received=120, machine=True)
    assert (found.action, found.reason) == ("none", "backfill")
    assert run.find("off_platform", 100, received=120, machine=True).action == "warning"


@pytest.mark.parametrize(("rule", "appealable"), [("drug_serious", True), ("off_platform", False)])
def test_every_closure_can_be_appealed(rule: str, appealable: bool) -> None:
    run = Run()
    run.find(rule, 0)
    answer = file_appeal(run.account, POLICY, (rule, "m1"), int(T + DAY), ground="d")
    assert answer.appeal == ("admitted" if appealable else "not_appealable")


def test_a_balance_of_48_is_flagged_where_it_closes_nothing() -> None:
    reference = load("alibaba-2021-08")
    account = Account()
    for number, points in enumerate((47, 1)):
        finding = Finding(
            rule="trademark", ref=f"g{number}", at=T + number, received=T + number, decision={"points": points}
        )
        outcome = step.submit(account, reference, finding)
        assert ("closure_review" in outcome.flags) is (number == 1)
    assert not account.store_closed()
    strict = replace(reference, close_at_balance=48)
    assert step.submit(Account(), strict, replace(finding, decision={"points": 48})).action == "close_store"
