"""Appeals: filing, tested in the order the rules give, and deciding."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.rules.account import Account
from scanner.rules.derive import remove, settle
from scanner.rules.findings import Key, Outcome, Penalty
from scanner.rules.policy import Policy
from scanner.rules.times import DAY, Instant, end_of_day


def appeal_until(policy: Policy, executed: Instant) -> Instant:
    """The last second in which a penalty executed then can be appealed."""
    if policy.appeals.window == "platform_day":
        return end_of_day(executed, policy.appeals.days, policy.zone)
    return executed + policy.appeals.days * DAY


def file_appeal(
    account: Account,
    policy: Policy,
    key: Key,
    at: Instant,
    *,
    ground: str | None,
    unusable: Sequence[str] = (),
    order_usd: int | float | None = None,
) -> Outcome:
    """One filing: `appeal` says what becomes of it, `appeal_until` how long the window is or was."""
    balance = account.balance(policy, at)
    offence = account.offences.get(key)
    penalty = offence.penalty if offence is not None else None
    if not _appealable(policy, key[0], penalty):
        return Outcome(balance=balance, appeal="not_appealable")
    if penalty is None:
        return Outcome(balance=balance, appeal="no_penalty")
    until = appeal_until(policy, penalty.executed)
    answer = _answer(account, policy, key, penalty, at, ground)
    met = None
    if answer == "admitted":
        account.appealed.add((key, penalty.execution))
        account.contested.add(key)
        met = _example_met(policy, ground, unusable, order_usd)
    return Outcome(balance=balance, appeal=answer, appeal_until=until, example_met=met)


def _appealable(policy: Policy, rule: str, penalty: Penalty | None) -> bool:
    if rule in policy.appeals.rules:
        return True
    return penalty is not None and penalty.action in policy.appeals.actions


def _answer(account: Account, policy: Policy, key: Key, penalty: Penalty, at: Instant, ground: str | None) -> str:
    if (key, penalty.execution) in account.appealed:
        return "already_appealed"
    if at > appeal_until(policy, penalty.executed):
        return "out_of_time"
    return "admitted" if ground in policy.appeals.grounds else "no_ground"


def _example_met(
    policy: Policy, ground: str | None, unusable: Sequence[str], order_usd: int | float | None
) -> bool | None:
    """Whether the example that the rules give for this ground fits; informs whoever decides, binds nobody."""
    appeals = policy.appeals
    if ground != appeals.example_ground:
        return None
    if len(set(unusable)) < appeals.example_ways or order_usd is None:
        return False
    if appeals.example_usd_inclusive:
        return order_usd >= appeals.example_usd
    return order_usd > appeals.example_usd


def decide_appeal(account: Account, policy: Policy, key: Key, now: Instant, *, accepted: bool) -> Outcome:
    """A decision on the admitted appeal of `key`; without one nothing changes."""
    if key not in account.contested:
        return Outcome(balance=account.balance(policy, now), reason="no_admitted_appeal")
    account.contested.discard(key)
    if not accepted:
        return Outcome(balance=account.balance(policy, now), reason="rejected")
    return take_back(account, policy, key, now, reason="accepted")


def take_back(account: Account, policy: Policy, key: Key, now: Instant, *, reason: str) -> Outcome:
    """Remove an offence, by an accepted appeal or a withdrawal; what follows is in `changes`."""
    remove(account, policy, key, now)
    settle(account, policy, now)
    return Outcome(balance=account.balance(policy, now), reason=reason, changes=account.changes(None))
