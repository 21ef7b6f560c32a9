"""What persons do with findings and penalties: uphold, dismiss, appeal, decide, revoke, serve.

Functions over a `Book`; each is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.ledger.book import Book, Entry, moment
from scanner.ledger.codec import finding_body, finding_key
from scanner.ledger.queue import NotWaitingError, SamePersonError
from scanner.rules import step
from scanner.rules.decide import persons_needed, preview
from scanner.rules.decision import DecisionError, check_decision
from scanner.rules.findings import UNCOVERED, Finding, Key, Outcome
from scanner.rules.policy import ACTIONS


def record(book: Book, merchant: str, finding: Finding, *, by: str, confirmed: bool = False) -> Entry:
    """A person's own finding. It counts at once; a closure waits for a second person unless it is `confirmed`."""
    with book.transaction(finding.received) as accounts:
        policy, account = accounts.policy, accounts.get(merchant)
        if not confirmed:
            check_decision(policy, finding.rule, finding.decision, finding.measure)
        trial = account.fork()
        outcome = step.submit(trial, policy, finding)
        if outcome.reason == "duplicate":
            return Entry(0, outcome)
        body: dict[str, Any] = {"finding": finding_body(finding), "hits": [], "judged": None, "by": by}
        if outcome.state == "none":
            body["judged"] = outcome.reason
        elif not confirmed and persons_needed(policy, _gravest(outcome)) > 1:
            body |= {"judged": "proposed", "held": True, "action": outcome.action}
        key = finding_key(merchant, finding, (), body["judged"])
        if book.store.has_key(key):
            return Entry(0, outcome)
        return book.enter("finding", merchant, at=finding.at, received=finding.received, body=body, key=key,
                          rule=finding.rule, ref=finding.ref, conversation=finding.group)  # fmt: skip


def uphold(
    book: Book,
    merchant: str,
    key: Key,
    *,
    by: str,
    at: object,
    decision: Mapping[str, Any] | None = None,
    measure: str | None = None,
    code: str = "",
    note: str = "",
) -> Entry:
    """A person upholds a finding that waits; a closure needs as many different persons as the policy says."""
    now = moment(at)
    with book.transaction(now) as accounts:
        account = accounts.get(merchant)
        if key[0] == UNCOVERED:
            raise DecisionError("decision", "no rule of the policy covers this: note it or dismiss it")
        check_decision(accounts.policy, key[0], decision or {}, measure)
        pending = account.pending.get(key)
        if pending is None:
            raise NotWaitingError(f"nothing of {merchant} waits for a decision under {key[0]} in {key[1]}")
        if by in pending.upheld_by:
            raise SamePersonError(f"{by} has upheld this already: another person has to")
        action = _gravest(preview(account, accounts.policy, key, now))
        enough = len(pending.upheld_by) + 1 >= persons_needed(accounts.policy, action)
        changed: dict[str, Any] = {"decision": dict(decision)} if decision else {}
        if measure:
            changed |= {"serious": True, "measure": measure}
        body = {"by": by, "final": enough, "action": action, "changed": changed, **({"code": code} if code else {})}
        return book.enter("uphold", merchant, at=now, received=now, body=body, note=note,
                          key=_own_key(book, "uphold"), rule=key[0], ref=key[1])  # fmt: skip


def _gravest(outcome: Outcome) -> str:
    """What upholding does at most, to this offence or to another that it moves up."""
    return max((outcome.action, *(change.action for change in outcome.changes)), key=ACTIONS.index)


def dismiss(
    book: Book, merchant: str, key: Key, *, by: str, at: object, why: str = "", code: str = "", note: str = ""
) -> Entry:
    """A person finds nothing in a finding that waits."""
    now = moment(at)
    with book.transaction(now) as accounts:
        if key not in accounts.get(merchant).pending:
            raise NotWaitingError(f"nothing of {merchant} waits for a decision under {key[0]} in {key[1]}")
        body = {"by": by, "why": why, **({"code": code} if code else {})}
        return book.enter("dismiss", merchant, at=now, received=now, body=body, note=note,
                          key=_own_key(book, "dismiss"), rule=key[0], ref=key[1])  # fmt: skip


def note(book: Book, merchant: str, key: Key, *, by: str, at: object, code: str = "", note: str = "") -> Entry:
    """A person closes what no rule covers: what became of the text is said, nothing is charged."""
    now = moment(at)
    with book.transaction(now):
        if key[0] != UNCOVERED:
            raise DecisionError("decision", "a rule covers this: uphold it or dismiss it")
        if key not in book.accounts.get(merchant).pending:
            raise NotWaitingError(f"nothing of {merchant} waits for a decision under {key[0]} in {key[1]}")
        body = {"by": by, "why": "", "noted": True, **({"code": code} if code else {})}
        return book.enter("dismiss", merchant, at=now, received=now, body=body, note=note,
                          key=_own_key(book, "note"), rule=key[0], ref=key[1])  # fmt: skip


def file_appeal(
    book: Book,
    merchant: str,
    key: Key,
    *,
    ground: str | None,
    at: object,
    received: object = None,
    unusable: Sequence[str] = (),
    order_usd: float | None = None,
) -> Entry:
    """A merchant appeals; the answer is in `outcome.appeal`. The same filing twice is one."""
    filed = moment(at)
    body = {"ground": ground, "unusable": list(unusable), "order_usd": order_usd}
    with book.transaction(filed):
        name = f"appeal:{merchant}:{key[0]}:{key[1]}:{filed}:{ground}"
        return book.enter("appeal", merchant, at=filed, received=filed if received is None else moment(received),
                          body=body, key=name, rule=key[0], ref=key[1])  # fmt: skip


def decide_appeal(book: Book, merchant: str, key: Key, *, accepted: bool, by: str, at: object, note: str = "") -> Entry:
    """An appeal is decided; accepted, it removes the offence and everything after is derived again."""
    now = moment(at)
    with book.transaction(now):
        return book.enter("appeal_decision", merchant, at=now, received=now,
                          body={"accepted": accepted, "by": by}, note=note,
                          key=_own_key(book, "decision"), rule=key[0], ref=key[1])  # fmt: skip


def revoke(book: Book, merchant: str, key: Key, *, by: str, at: object, why: str = "", note: str = "") -> Entry:
    """The platform withdraws a finding."""
    now = moment(at)
    with book.transaction(now):
        return revoke_within(book, merchant, key, body={"by": by, "why": why}, now=now, note=note)


def revoke_within(book: Book, merchant: str, key: Key, *, body: Mapping[str, Any], now: int, note: str = "") -> Entry:
    """The same inside a transaction that is open."""
    return book.enter("revoke", merchant, at=now, received=now, body=body, note=note,
                      key=_own_key(book, "revoke"), rule=key[0], ref=key[1])  # fmt: skip


def serve(book: Book, merchant: str, key: Key, *, at: object, how: str = "") -> Entry:
    """The notice of an offence reached the merchant; the first service counts."""
    now = moment(at)
    with book.transaction(now):
        return book.enter("serve", merchant, at=now, received=now, body={"how": how},
                          key=f"serve:{merchant}:{key[0]}:{key[1]}:{now}", rule=key[0], ref=key[1])  # fmt: skip


def _own_key(book: Book, kind: str) -> str:
    """A key for an event that is never the same as another."""
    return f"{kind}:{book.store.head[0] + 1}"


def waiting(book: Book, merchant: str | None = None) -> list[dict[str, Any]]:
    """The findings that wait for a person, oldest first: charge number, who, what, why, by whom upheld."""
    sql = (
        "SELECT c.seq AS charge, c.event, c.merchant, c.rule, c.ref, c.state, c.action, c.points, e.at "
        "FROM charges c JOIN events e ON e.seq = c.event "
        "WHERE c.state IN ('proposed', 'review') AND NOT EXISTS (SELECT 1 FROM charges d WHERE "
        "d.merchant = c.merchant AND d.rule = c.rule AND d.ref = c.ref AND d.seq > c.seq)"
    )
    values: tuple[Any, ...] = ()
    if merchant is not None:
        sql, values = sql + " AND c.merchant = ?", (merchant,)
    return book.query(sql + " ORDER BY c.seq", values)
