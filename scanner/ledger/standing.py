"""A merchant's record now, summed by the database: quick also for ten thousand offences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.ledger.book import Book, moment
from scanner.rules.policy import Points, Policy, tidy
from scanner.rules.times import DAY, Instant, iso, iso_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Balance, offences per rule, and what is closed at `at`."""

    merchant: str
    at: Instant
    balance: Points
    counts: dict[str, int]
    store_closed: bool
    ta_closed_until: Instant | None
    waiting: int
    measures: tuple[str, ...] = ()

    def to_dict(self, tz: str) -> dict[str, Any]:
        """As JSON."""
        return {
            "merchant": self.merchant,
            "at": iso(self.at, tz),
            "balance": tidy(self.balance),
            "counts": self.counts,
            "store_closed": self.store_closed,
            "ta_closed_until": iso_or_none(self.ta_closed_until, tz),
            "waiting": self.waiting,
            "measures": list(self.measures),
        }


_LATEST = (
    "SELECT c.action, c.until, c.state FROM charges c WHERE c.merchant = ? AND c.action IN "
    "('close_store', 'ta_suspended') AND NOT EXISTS (SELECT 1 FROM charges d WHERE d.merchant = c.merchant "
    "AND d.rule = c.rule AND d.ref = c.ref AND d.seq > c.seq)"
)
_OPEN = (
    "SELECT count(*) AS n FROM charges c WHERE c.merchant = ? AND c.state IN ('proposed', 'review') AND NOT "
    "EXISTS (SELECT 1 FROM charges d WHERE d.merchant = c.merchant AND d.rule = c.rule AND d.ref = c.ref "
    "AND d.seq > c.seq)"
)


def standing(book: Book, merchant: str, at: object) -> Standing:
    """The record of a merchant at `at`, under the policy in force."""
    now, policy = moment(at), book.policy
    balance, counts = _sums(book, merchant, policy, now)
    closing = [row for row in book.query(_LATEST, (merchant,)) if row["state"] == "executed"]
    ends = [row["until"] for row in closing if row["action"] == "ta_suspended" and row["until"] is not None]
    return Standing(
        merchant=merchant,
        at=now,
        balance=balance,
        counts=counts,
        store_closed=any(row["action"] == "close_store" for row in closing),
        ta_closed_until=max(ends, default=None),
        waiting=book.query(_OPEN, (merchant,))[0]["n"],
        measures=tuple(step.measure for step in policy.thresholds if balance >= step.points),
    )


def _sums(book: Book, merchant: str, policy: Policy, now: Instant) -> tuple[Points, dict[str, int]]:
    """The points that live at `now` and the offences per rule."""
    oldest = now - policy.expiry_days * DAY if policy.expiry_days else -(1 << 62)
    sql = (
        "SELECT rule, sum(stands) AS n, sum(CASE WHEN executed > ? THEN delta ELSE 0 END) AS points "
        "FROM charges WHERE merchant = ? GROUP BY rule"
    )
    rows = book.query(sql, (oldest, merchant))
    return tidy(sum(row["points"] for row in rows)), {row["rule"]: row["n"] for row in rows if row["n"]}


def history(book: Book, merchant: str, limit: int = 200, before: int | None = None) -> list[dict[str, Any]]:
    """A merchant's charges, latest first; `before` is the charge where the last page ended."""
    sql = (
        "SELECT c.seq AS charge, c.event, c.rule, c.ref, c.state, c.offence_no, c.action, c.points, c.until, "
        "c.measure, e.at, e.received, e.type FROM charges c JOIN events e ON e.seq = c.event "
        "WHERE c.merchant = ? AND c.seq < ? ORDER BY c.seq DESC LIMIT ?"
    )
    return book.query(sql, (merchant, 1 << 62 if before is None else before, limit))
