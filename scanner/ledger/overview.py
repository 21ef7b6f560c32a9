"""Figures over the whole ledger, for a page that shows how things go. Reads only; periods are `[since, until)`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scanner.ledger.book import Book
from scanner.rules.policy import Points, tidy
from scanner.rules.times import DAY, Instant

Z = 1.96
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What was read from `start` on: messages, of which so many charged, waiting for or decided by a person."""

    start: Instant
    read: int
    charged: int
    held: int

    @property
    def clean(self) -> int:
        """Messages with nothing to decide in them."""
        return max(0, self.read - self.charged - self.held)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its number of cases and a 95 % interval (Wilson)."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """The share; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0

    def interval(self) -> tuple[float, float]:
        """Its lower and upper end."""
        n, p = self.whole, self.share
        if not n:
            return 0.0, 1.0
        middle, spread = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        low, high = (middle - spread) / (1 + Z * Z / n), (middle + spread) / (1 + Z * Z / n)
        return max(0.0, low), min(1.0, high)


def volume(book: Book, since: Instant, until: Instant, step: int) -> list[Bucket]:
    """Messages by the time they were written, in steps of so many seconds. Erased ones are not counted."""
    turns = "SELECT (at - ?) / ? AS bucket, count(*) AS n FROM personal WHERE kind = 'turn' AND at >= ? AND at < ?"
    read = {row["bucket"]: row["n"] for row in book.query(f"{turns} GROUP BY 1", (since, step, since, until))}
    sql = (
        "SELECT (e.at - ?) / ? AS bucket, count(DISTINCT e.merchant || ' ' || e.ref) AS n, "
        "max(c.state = 'executed') AS charged FROM events e JOIN charges c ON c.event = e.seq "
        "WHERE e.type = 'finding' AND e.at >= ? AND e.at < ? GROUP BY 1, c.state = 'executed'"
    )
    found: dict[tuple[int, int], int] = {}
    for row in book.query(sql, (since, step, since, until)):
        found[(row["bucket"], row["charged"])] = row["n"]
    count = max(0, -(-(until - since) // step))
    return [
        Bucket(start=since + i * step, read=read.get(i, 0), charged=found.get((i, 1), 0), held=found.get((i, 0), 0))
        for i in range(count)
    ]


def first_moment(book: Book) -> Instant | None:
    """When the oldest message on record was written."""
    found = book.query("SELECT min(at) AS at FROM events WHERE merchant IS NOT NULL")[0]["at"]
    return None if found is None else int(found)


def by_rule(book: Book, since: Instant, until: Instant) -> list[dict[str, Any]]:
    """Findings of each rule of the policy received in a period: executed, proposed, review; most first."""
    sql = (
        "SELECT e.rule, sum(c.state = 'executed') AS executed, sum(c.state = 'proposed') AS proposed, "
        "sum(c.state = 'review') AS review FROM events e JOIN charges c ON c.event = e.seq AND c.rule = e.rule "
        "AND c.ref = e.ref WHERE e.type = 'finding' AND e.received >= ? AND e.received < ? GROUP BY e.rule "
        "ORDER BY count(*) DESC, e.rule"
    )
    return book.query(sql, (since, until))


def top_terms(book: Book, since: Instant, until: Instant, limit: int = 12) -> list[dict[str, Any]]:
    """The terms found most often in a period: category, term, findings, merchants."""
    sql = (
        "SELECT json_extract(h.value, '$.category') AS category, json_extract(h.value, '$.term') AS term, "
        "count(DISTINCT e.seq) AS findings, count(DISTINCT e.merchant) AS merchants "
        "FROM events e, json_each(e.body, '$.hits') h WHERE e.type = 'finding' AND e.received >= ? "
        "AND e.received < ? GROUP BY 1, 2 ORDER BY findings DESC, term LIMIT ?"
    )
    return book.query(sql, (since, until, limit))


def decided(book: Book, since: Instant, until: Instant) -> dict[str, int]:
    """What persons did in a period, by kind."""
    kinds = ("uphold", "dismiss", "undo", "reveal", "appeal", "appeal_decision", "revoke")
    marks = ", ".join("?" * len(kinds))
    sql = (
        f"SELECT type, count(*) AS n FROM events WHERE type IN ({marks}) AND received >= ? AND received < ? GROUP BY 1"
    )
    found = {row["type"]: row["n"] for row in book.query(sql, (*kinds, since, until))}
    return {kind: found.get(kind, 0) for kind in kinds}


def overturned(book: Book, since: Instant, until: Instant) -> list[tuple[str, Rate]]:
    """Of the appeals decided in a period, how many were accepted, by rule; most decided first."""
    sql = (
        "SELECT rule, count(*) AS n, sum(json_extract(body, '$.accepted') = 1) AS accepted FROM events "
        "WHERE type = 'appeal_decision' AND received >= ? AND received < ? GROUP BY rule ORDER BY n DESC, rule"
    )
    return [(row["rule"], Rate(row["accepted"], row["n"])) for row in book.query(sql, (since, until))]


def merchants(book: Book, part: str = "", limit: int = 50, offset: int = 0) -> list[dict[str, Any]]:
    """Merchants of whom anything is on record, the last active first; `part` is a piece of the id."""
    sql = (
        "SELECT merchant, max(received) AS last, sum(type = 'finding') AS findings, sum(type = 'appeal') AS appeals "
        "FROM events WHERE merchant IS NOT NULL AND instr(lower(merchant), lower(?)) > 0 "
        "GROUP BY merchant ORDER BY last DESC, merchant LIMIT ? OFFSET ?"
    )
    return (
        book.query(sql, (part, limit, offset))
        if part
        else book.query(sql.replace("AND instr(lower(merchant), lower(?)) > 0 ", ""), (limit, offset))
    )


def balance_over_time(book: Book, merchant: str, now: Instant) -> list[tuple[Instant, Points]]:
    """A merchant's points at every moment they changed up to now, those that expire included; ends with now."""
    days = book.policy.expiry_days
    sql = (
        "SELECT c.delta, c.executed, e.received FROM charges c JOIN events e ON e.seq = c.event "
        "WHERE c.merchant = ? AND c.delta <> 0 AND c.executed IS NOT NULL ORDER BY c.seq"
    )
    steps: list[tuple[Instant, float]] = []
    for row in book.query(sql, (merchant,)):
        ends = row["executed"] + days * DAY if days else None
        if ends is None or row["received"] < ends:
            steps.append((row["received"], row["delta"]))
            steps += [] if ends is None else [(ends, -row["delta"])]
    return _summed(sorted(step for step in steps if step[0] <= now), now)


def _summed(steps: Sequence[tuple[Instant, float]], now: Instant) -> list[tuple[Instant, Points]]:
    out: list[tuple[Instant, Points]] = []
    total = 0.0
    for at, delta in steps:
        total += delta
        if out and out[-1][0] == at:
            out.pop()
        out.append((at, tidy(total)))
    return [*out, (now, tidy(total))]
