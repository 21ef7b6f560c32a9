"""Which penalties are in force and which of them are final: past every appeal."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.ledger.book import Book
from scanner.ledger.codec import loads
from scanner.ledger.evidence import resolved
from scanner.rules.account import Account, Offence
from scanner.rules.appealing import appeal_until
from scanner.rules.findings import Key, Penalty
from scanner.rules.policy import Policy
from scanner.rules.times import Instant


@dataclass(frozen=True, slots=True)
class InForce:
    """A penalty in force, with its offence and its merchant."""

    merchant: str
    key: Key
    offence: Offence
    penalty: Penalty
    deadline: Instant | None
    contested: bool
    appealed: bool

    def final(self, now: Instant) -> bool:
        """Whether nothing can undo it but a withdrawal: no appeal is possible, or it was used or let pass."""
        if self.contested:
            return False
        return self.deadline is None or self.appealed or now > self.deadline


def in_force(account: Account, policy: Policy, merchant: str) -> list[InForce]:
    """Every penalty in force of one account, by conduct time."""
    found = []
    for key, offence in account.offences.items():
        penalty = offence.penalty
        if penalty is not None:
            found.append(
                InForce(
                    merchant,
                    key,
                    offence,
                    penalty,
                    _deadline(policy, key, penalty),
                    key in account.contested,
                    (key, penalty.execution) in account.appealed,
                )
            )
    return sorted(found, key=lambda item: (item.offence.finding.at, item.offence.arrival))


def _deadline(policy: Policy, key: Key, penalty: Penalty) -> Instant | None:
    """Until when it can be appealed; None when the policy gives no appeal."""
    if key[0] in policy.appeals.rules or penalty.action in policy.appeals.actions:
        return appeal_until(policy, penalty.executed)
    return None


def of_merchant(book: Book, merchant: str) -> list[InForce]:
    """The penalties in force of a merchant."""
    with book.transaction() as accounts:
        return in_force(accounts.get(merchant), accounts.policy, merchant)


def of_period(book: Book, since: Instant, until: Instant, now: Instant) -> list[InForce]:
    """The final penalties executed in `[since, until)`, by the time they came into force."""
    sql = "SELECT DISTINCT merchant FROM charges WHERE state = 'executed' AND executed >= ? AND executed < ?"
    found = [
        item
        for row in book.query(sql, (since, until))
        for item in of_merchant(book, row["merchant"])
        if since <= item.penalty.executed < until and item.final(now)
    ]
    return sorted(found, key=lambda item: (item.penalty.executed, item.merchant, item.key))


def company(book: Book, merchant: str) -> str:
    """The company's name as last stated; empty when none is known or it was erased."""
    sql = "SELECT body FROM personal WHERE merchant = ? AND kind = 'merchant' ORDER BY at DESC, id DESC"
    for row in book.query(sql, (merchant,)):
        name = loads(row["body"]).get("name")
        if name:
            return str(name)
    return ""


def evidence_of(book: Book, merchant: str, key: Key) -> dict[str, object] | None:
    """The evidence of the finding behind an offence, while it is kept."""
    sql = (
        "SELECT p.body FROM personal p JOIN events e ON e.seq = p.event WHERE p.kind = 'evidence' AND "
        "e.merchant = ? AND e.rule = ? AND e.ref = ? ORDER BY e.seq LIMIT 1"
    )
    rows = book.query(sql, (merchant, *key))
    return resolved(book, loads(rows[0]["body"])) if rows else None
