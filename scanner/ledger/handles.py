"""Handles: which merchants gave the same contact, without keeping the contact.

A handle is an HMAC of a contact's canonical value under one secret of the whole ledger, so that the same number
given by two merchants gives the same handle. (The HMACs in the chain are under a secret per merchant and cannot
be compared.) Handles lie in the erasable table only, with the merchant, message and event they come from: an
erasure takes them along, and the secret leaves nothing in the chain that could be tried out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from scanner.ledger.book import Book
from scanner.ledger.codec import keyed
from scanner.ledger.store import Row
from scanner.model import Hit, Message
from scanner.rules.times import Instant

HANDLE = re.compile("[0-9a-f]{32}")
"""What a handle looks like."""


def handle_of(secret: bytes, hit: Hit) -> str | None:
    """The handle of a hit; None when it holds no contact."""
    if hit.category != "contact" or not hit.value:
        return None
    return keyed(secret, f"handle {hit.value}")


def handle_rows(book: Book, merchant: str, message: Message, hits: Iterable[Hit], at: Instant) -> list[Row]:
    """The personal rows of the contacts that a finding's hits hold."""
    given = [hit for hit in hits if hit.category == "contact" and hit.value and hit.level != "info"]
    if not given:
        return []
    secret = book.key(None, at)
    found = dict.fromkeys(filter(None, (handle_of(secret, hit) for hit in given)))
    return [("handle", merchant, message.id, message.conversation, message.sender, at, name) for name in found]


def handles_of(book: Book, hits: Iterable[Hit], now: Instant) -> list[str | None]:
    """The handle of each hit, in order."""
    with book.transaction(now):
        secret = book.key(None, now)
        return [handle_of(secret, hit) for hit in hits]


def given_by(book: Book, handle: str, limit: int = 200) -> list[dict[str, Any]]:
    """Who gave a contact: a line per merchant with how often, when first and last, and the last message."""
    sql = (
        "SELECT merchant, count(DISTINCT ref) AS messages, min(at) AS first, max(at) AS last, "
        "ref AS last_ref FROM personal WHERE kind = 'handle' AND body = ? AND merchant IS NOT NULL "
        "GROUP BY merchant ORDER BY last DESC, merchant LIMIT ?"
    )
    return book.query(sql, (handle, limit))


def shared(book: Book, merchant: str, ref: str) -> list[dict[str, Any]]:
    """The handles of one message, and how many merchants gave each."""
    sql = (
        "SELECT p.body AS handle, (SELECT count(DISTINCT q.merchant) FROM personal q WHERE q.kind = 'handle' "
        "AND q.body = p.body) AS merchants FROM personal p WHERE p.kind = 'handle' AND p.merchant = ? AND p.ref = ? "
        "GROUP BY p.body ORDER BY merchants DESC, p.body"
    )
    return book.query(sql, (merchant, ref))
