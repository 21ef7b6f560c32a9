"""One event after another: each function here changes an account and says what follows.

Whoever wants a pure function forks the account first (`Account.fork`). Times are instants, passed in.
"""

from __future__ import annotations

from dataclasses import replace

from scanner.rules.account import REMOVED, WAITING, Account, Offence, Pending
from scanner.rules.appealing import take_back
from scanner.rules.derive import rerank, settle, stand, wait
from scanner.rules.findings import Finding, Key, Outcome, Penalty, held_state
from scanner.rules.judge import excluded
from scanner.rules.policy import Points, Policy
from scanner.rules.times import Instant


def begin(account: Account) -> None:
    """Start a step: forget what the last one changed."""
    account.before, account.moved = {}, {}


def submit(account: Account, policy: Policy, finding: Finding, *, judged: str | None = "") -> Outcome:
    """A finding arrives. `judged` is the recorded reason when a ledger is read again ("": judge now)."""
    begin(account)
    arrival = account.arrive()
    now = finding.received
    if finding.key in account.offences:
        return _duplicate(account, policy, finding.key, now)
    if finding.machine and finding.key in account.dismissed:
        return Outcome(balance=account.balance(policy, now), reason="dismissed")
    reason = excluded(finding, account, policy) if judged == "" else judged
    if reason is not None:
        return Outcome(balance=account.balance(policy, now), reason=reason)
    offence = Offence(finding=finding, arrival=arrival)
    account.offences[finding.key] = offence
    account.pending.pop(finding.key, None)
    if account.store_closed():
        wait(account, finding.key)
        return Outcome(balance=account.balance(policy, now), reason="store_closed", state=WAITING)
    return _execute(account, policy, finding.key, now)


def _duplicate(account: Account, policy: Policy, key: Key, now: Instant) -> Outcome:
    penalty = account.offences[key].penalty
    number = penalty.no if penalty is not None else None
    return Outcome(balance=account.balance(policy, now), offence_no=number, reason="duplicate")


def _execute(account: Account, policy: Policy, key: Key, now: Instant) -> Outcome:
    before = account.balance(policy, now)
    stand(account, policy, key, now)
    settle(account, policy, now)
    balance = account.balance(policy, now)
    penalty = account.offences[key].penalty
    changes = account.changes(key)
    if penalty is None:
        return Outcome(balance=balance, reason="same_offence", changes=changes, state="executed")
    return Outcome(
        action=penalty.action,
        points=penalty.points,
        offence_no=penalty.no,
        balance=balance,
        until=penalty.until,
        flags=_flags(account, policy, penalty, balance),
        measure=penalty.measure,
        changes=changes,
        thresholds=crossed(policy, before, balance, now),
        state="executed",
    )


def _flags(account: Account, policy: Policy, penalty: Penalty, balance: Points) -> tuple[str, ...]:
    limit = policy.review_at_balance
    closing = policy.close_at_balance is not None or account.store_closed()
    if limit is None or closing or balance < limit:
        return penalty.flags
    return (*penalty.flags, "closure_review")


def crossed(policy: Policy, before: Points, after: Points, at: Instant) -> tuple[str, ...]:
    """The account measures in force at `at` whose balance was reached by going from `before` to `after`."""
    return tuple(step.measure for step in policy.thresholds if before < step.points <= after and step.holds(at))


def revoke(account: Account, policy: Policy, key: Key, now: Instant) -> Outcome:
    """The platform withdraws a finding, of any rule."""
    begin(account)
    account.arrive()
    if account.pending.pop(key, None) is not None:
        account.dismissed.add(key)
        return Outcome(balance=account.balance(policy, now), reason="revoked")
    offence = account.offences.get(key)
    if offence is None or offence.state == REMOVED:
        return Outcome(balance=account.balance(policy, now), reason="no_penalty")
    return take_back(account, policy, key, now, reason="revoked")


def republish(account: Account, policy: Policy, now: Instant) -> Outcome:
    """A policy with other versions takes over; penalties in force change only where the conduct is later."""
    begin(account)
    account.arrive()
    rerank(account, policy, now)
    settle(account, policy, now)
    return Outcome(balance=account.balance(policy, now), changes=account.changes(None))


def status(account: Account, policy: Policy, at: Instant) -> Outcome:
    """The state at `at`; the balance is that of now."""
    return Outcome(
        balance=account.balance(policy, at),
        ta_suspended=account.ta_suspended(at),
        store_closed=account.store_closed(at),
    )


def hold(account: Account, finding: Finding, why: str, action: str = "none") -> None:
    """Keep a finding for a person to look at."""
    account.arrive()
    account.pending[finding.key] = Pending(finding=finding, why=why, action=action)


def uphold(account: Account, key: Key, by: str) -> Pending | None:
    """Note that a person upholds a finding that waits; the finding, or None when none does."""
    pending = account.pending.get(key)
    if pending is None:
        return None
    account.arrive()
    upheld = pending if by in pending.upheld_by else replace(pending, upheld_by=(*pending.upheld_by, by))
    account.pending[key] = upheld
    return upheld


def dismiss(account: Account, key: Key) -> Pending | None:
    """A person finds nothing in a finding that waits."""
    account.arrive()
    account.dismissed.add(key)
    return account.pending.pop(key, None)


def reopen(account: Account, policy: Policy, pending: Pending, now: Instant) -> Outcome:
    """A decision about a finding is undone: what it brought is taken back, and the finding waits as before."""
    begin(account)
    account.arrive()
    key = pending.finding.key
    account.dismissed.discard(key)
    outcome = Outcome(balance=account.balance(policy, now))
    offence = account.offences.get(key)
    if offence is not None and offence.state != REMOVED:
        outcome = take_back(account, policy, key, now, reason="reopened")
    account.pending[key] = pending
    return replace(outcome, state=held_state(pending.why), action=pending.action, reason="reopened")


def serve(account: Account, key: Key, at: Instant) -> None:
    """The notice of an offence reached the merchant at `at`; the first service counts."""
    account.arrive()
    account.served.setdefault(key, at)
