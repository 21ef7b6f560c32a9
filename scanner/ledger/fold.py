"""Events back into accounts: an account is what its merchant's events, in order, make of an empty one.

Findings carry the judgement made when they came, so reading needs no merchant facts and no text: it gives
the same answer after everything personal was erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scanner.errors import LedgerError
from scanner.ledger.codec import loads, read_facts, read_finding, read_pending
from scanner.rules import step
from scanner.rules.account import Account
from scanner.rules.appealing import decide_appeal, file_appeal
from scanner.rules.decide import execute_upheld
from scanner.rules.findings import Outcome, held_state
from scanner.rules.policy import Policy

COLUMNS = "seq, key, type, merchant, rule, ref, conversation, at, received, body"
_NAMES = tuple(COLUMNS.split(", "))


def named(row: tuple[Any, ...]) -> dict[str, Any]:
    """An event's row by column name."""
    return dict(zip(_NAMES, row, strict=True))


def apply(account: Account, policy: Policy, row: Mapping[str, Any], private: Mapping[str, Any]) -> Outcome:
    """One recorded event on an account; `private` is what the erasable table still holds of it."""
    body = loads(row["body"])
    key = (row["rule"], row["ref"])
    now = row["received"]
    step.begin(account)
    match row["type"]:
        case "finding":
            return _finding(account, policy, row, body)
        case "facts":
            account.update_facts(row["at"], read_facts(body["set"], private))
        case "appeal":
            account.arrive()
            return _appeal(account, policy, row, body)
        case "appeal_decision":
            account.arrive()
            return decide_appeal(account, policy, key, now, accepted=body["accepted"])
        case "revoke":
            return step.revoke(account, policy, key, now)
        case "uphold":
            return _uphold(account, policy, row, body)
        case "dismiss":
            step.dismiss(account, key)
        case "serve":
            step.serve(account, key, row["at"])
        case "undo":
            return step.reopen(account, policy, read_pending(row, body), now)
        case "hold" | "release" | "request" | "erased" | "claim" | "unclaim" | "reveal":
            pass
        case other:
            raise LedgerError(f"event {row['seq']}: type {other!r} is not known to this program: update it")
    return Outcome(balance=account.balance(policy, now))


def _finding(account: Account, policy: Policy, row: Mapping[str, Any], body: Mapping[str, Any]) -> Outcome:
    finding = read_finding(row, body)
    if body.get("held"):
        step.hold(account, finding, body["judged"], body.get("action", "none"))
        if body.get("by"):
            step.uphold(account, finding.key, body["by"])
        balance = account.balance(policy, finding.received)
        return Outcome(
            action=body.get("action", "none"), balance=balance, reason=body["judged"], state=held_state(body["judged"])
        )
    return step.submit(account, policy, finding, judged=body.get("judged"))


def _appeal(account: Account, policy: Policy, row: Mapping[str, Any], body: Mapping[str, Any]) -> Outcome:
    return file_appeal(
        account,
        policy,
        (row["rule"], row["ref"]),
        row["at"],
        ground=body.get("ground"),
        unusable=body.get("unusable", ()),
        order_usd=body.get("order_usd"),
    )


def _uphold(account: Account, policy: Policy, row: Mapping[str, Any], body: Mapping[str, Any]) -> Outcome:
    """A person upholds a finding; `final` says that enough have."""
    key = (row["rule"], row["ref"])
    upheld = step.uphold(account, key, body["by"])
    if upheld is None:
        return Outcome(reason="no_penalty")
    changed = replace(upheld.finding, **body.get("changed", {}))
    account.pending[key] = replace(upheld, finding=changed)
    if not body["final"]:
        return Outcome(reason="proposed", state="proposed")
    return execute_upheld(account, policy, key, row["received"])
