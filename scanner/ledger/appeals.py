"""Appeals on record: each filing with what it was answered, and which of them wait for a decision."""

from __future__ import annotations

from typing import Any

from scanner.ledger.book import Book
from scanner.ledger.codec import loads
from scanner.ledger.finals import in_force
from scanner.ledger.fold import COLUMNS, apply, named
from scanner.rules.appealing import appeal_until
from scanner.rules.findings import Key
from scanner.rules.times import iso, iso_or_none


def appeals(book: Book, merchant: str | None = None, limit: int = 1_000) -> list[dict[str, Any]]:
    """The latest filings, oldest of them first; `pending` marks what waits."""
    where = " AND merchant = ?" if merchant is not None else ""
    sql = f"SELECT {COLUMNS} FROM events WHERE type = 'appeal'{where} ORDER BY seq DESC LIMIT ?"
    values = (limit,) if merchant is None else (merchant, limit)
    with book.transaction():
        rows = [named(row) for row in reversed(book.store.rows(sql, values))]
        answers = {row["seq"]: _answer(book, row) for row in rows}
        last = {_offence(row): row["seq"] for row in rows if answers[row["seq"]] == "admitted"}
        return [_line(book, row, answers[row["seq"]], last) for row in rows]


def _offence(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["merchant"], row["rule"], row["ref"]


def _line(book: Book, row: dict[str, Any], answer: str | None, last: dict[Any, int]) -> dict[str, Any]:
    policy, key = book.accounts.policy, (row["rule"], row["ref"])
    account = book.accounts.get(row["merchant"])
    penalty = next((item.penalty for item in in_force(account, policy, row["merchant"]) if item.key == key), None)
    until = appeal_until(policy, penalty.executed) if penalty else None
    return {
        "event": row["seq"],
        "merchant": row["merchant"],
        "rule": row["rule"],
        "ref": row["ref"],
        "at": iso(row["at"], policy.zone),
        "ground": loads(row["body"]).get("ground"),
        "appeal": answer,
        "pending": key in account.contested and row["seq"] == last.get(_offence(row)),
        "appeal_until": iso_or_none(until, policy.zone),
    }


def _answer(book: Book, row: dict[str, Any]) -> str | None:
    """What the filing was answered, derived again from what stood before it."""
    account = book.accounts.load(row["merchant"], row["seq"] - 1)
    return apply(account, book.accounts.policy_at(row["seq"]), row, {}).appeal


def filed(book: Book, seq: int) -> tuple[str, Key] | None:
    """Whose appeal event `seq` is, and about which offence; None when it is none."""
    rows = book.query("SELECT merchant, rule, ref FROM events WHERE seq = ? AND type = 'appeal'", (seq,))
    return (rows[0]["merchant"], (rows[0]["rule"], rows[0]["ref"])) if rows else None


def pending(book: Book, merchant: str, key: Key) -> bool:
    """Whether an admitted appeal about an offence waits for a decision."""
    with book.transaction() as accounts:
        return key in accounts.get(merchant).contested
