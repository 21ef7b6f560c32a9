"""Previews counted: how often a merchant asked what a text would cost before sending it.

A preview helps an honest seller and tells an evader what is seen through, so its use is on show in review.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.ledger.book import Book
from scanner.rules.times import DAY, Instant


def count(book: Book, merchant: str, now: Instant, *, found: bool) -> None:
    """One preview more for a merchant; `found` says that the text was not let through."""
    sql = (
        "INSERT INTO previews VALUES (?, ?, 1, ?) ON CONFLICT (merchant, day) DO UPDATE SET "
        "asked = asked + 1, found = found + excluded.found"
    )
    with book.transaction(now):
        book.store.db.conn.execute(sql, (merchant, now // DAY, int(found)))


def asked(book: Book, merchants: Iterable[str], now: Instant, days: int = 30) -> dict[str, dict[str, Any]]:
    """By merchant: previews of the last `days` days, and how many of them found something."""
    names = list(dict.fromkeys(merchants))
    if not names:
        return {}
    marks = ", ".join("?" * len(names))
    sql = (
        f"SELECT merchant, sum(asked) AS asked, sum(found) AS found FROM previews "
        f"WHERE merchant IN ({marks}) AND day > ? GROUP BY merchant"
    )
    rows = {row.pop("merchant"): row for row in book.query(sql, (*names, now // DAY - days))}
    return {name: rows.get(name, {"asked": 0, "found": 0}) for name in names}
