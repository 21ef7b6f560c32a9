"""Recorded texts read again with other packs: what they would have found, as findings of a backtest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from scanner.ledger.book import Book
from scanner.ledger.codec import loads
from scanner.ledger.evidence import message_of
from scanner.model import Message, Scan
from scanner.rules.account import Account
from scanner.rules.decide import Circumstances, findings
from scanner.rules.findings import Finding
from scanner.rules.policy import Policy
from scanner.windows import Windows


class Scans(Protocol):
    """What reads a message."""

    def scan_message(self, message: Message) -> Scan: ...


def rescanned(book: Book, merchant: str, account: Account, policy: Policy, scanner: Scans) -> Iterator[Finding]:
    """The findings in every text of a merchant that the ledger still holds, in order of time; confirmed."""
    windows, evidence = Windows(), _evidence(book, merchant)
    for row in _turns(book, merchant):
        placed = windows.place(_message(row, evidence.get(row["ref"])))
        message = replace(placed, merchant=account.facts_at(row["at"]).merchant(merchant))
        about = Circumstances(
            ref=row["ref"], at=row["at"], received=row["at"], requested=_requested(book, row["conversation"], row["at"])
        )
        for finding, _ in findings(scanner.scan_message(message).hits, message, policy, about):
            if not finding.review:
                yield replace(finding, machine=False)


def _turns(book: Book, merchant: str) -> list[dict[str, Any]]:
    sql = (
        "SELECT ref, conversation, sender, at, body FROM personal WHERE merchant = ? AND kind = 'turn' ORDER BY at, id"
    )
    return [row for row in book.query(sql, (merchant,)) if loads(row["body"])["role"] == "seller"]


def _evidence(book: Book, merchant: str) -> dict[str, dict[str, Any]]:
    """The records of messages that had findings: they say more than a turn does."""
    rows = book.query("SELECT ref, body FROM personal WHERE merchant = ? AND kind = 'evidence'", (merchant,))
    return {row["ref"]: loads(row["body"])["record"] for row in rows}


def _message(row: dict[str, Any], record: dict[str, Any] | None) -> Message:
    if record is not None:
        return message_of(record)
    body = loads(row["body"])
    texts = tuple(body["texts"])
    return Message(
        text=texts[0] if len(texts) == 1 else "",
        messages=texts if len(texts) > 1 else None,
        title=body.get("title"),
        kind=body.get("kind", "message"),
        at=datetime.fromtimestamp(row["at"], UTC),
        id=row["ref"],
        conversation=row["conversation"],
        sender=row["sender"],
    )


def _requested(book: Book, conversation: str | None, at: int) -> bool | None:
    if conversation is None:
        return None
    sql = "SELECT min(at) AS first FROM events WHERE type = 'request' AND conversation = ?"
    first = book.query(sql, (conversation,))[0]["first"]
    return True if first is not None and first <= at else None
