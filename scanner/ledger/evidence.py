"""Evidence: the text as it stood with everything the scan was given, so that a case can be read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from scanner.ledger.book import Book
from scanner.ledger.chain import written
from scanner.ledger.codec import loads, marks_body
from scanner.ledger.store import Row
from scanner.model import Merchant, Message, Scan
from scanner.records import parse_record
from scanner.rules.times import Instant

ERASED = "▇"
"""Stands for every code point of a text that was erased."""

_PLAIN = ("kind", "role", "category", "title", "conversation", "sender", "channel", "context", "buyer_requested")
_read = attrgetter(*_PLAIN)


def record_of(message: Message) -> dict[str, Any]:
    """A message as the record that reads back to it."""
    record: dict[str, Any] = {"id": message.id}
    record |= {name: value for name, value in zip(_PLAIN, _read(message), strict=True) if value is not None}
    if message.messages is not None:
        record["messages"] = list(message.messages)
    else:
        record["text"] = message.text
    if message.previous:
        record["previous"] = list(message.previous)
    if message.at is not None:
        record["at"] = message.at.isoformat()
    if message.merchant is not None:
        record["merchant"] = _merchant(message.merchant)
    return record


def _merchant(merchant: Merchant) -> dict[str, Any]:
    """What is known of a merchant, as a record says it; nothing but the id when that is all."""
    out: dict[str, Any] = {"id": merchant.id}
    if merchant.registered_contacts:
        out["registered_contacts"] = list(merchant.registered_contacts)
    if merchant.authorised_marks:
        out["authorised_marks"] = marks_body(merchant.authorised_marks)
    if merchant.ta_signed or merchant.ta_opened:
        out["trade_assurance"] = {"signed": bool(merchant.ta_signed), "opened": bool(merchant.ta_opened)}
    return out


def message_of(record: Mapping[str, Any]) -> Message:
    """The message that `record_of` wrote."""
    return parse_record(_without_empty(record), where=str(record.get("id")))


def text_of(evidence: Mapping[str, Any]) -> str:
    """The text that was read; spans index it."""
    return "\n".join(message_of(evidence["record"]).pieces())


def resolved(book: Book, evidence: dict[str, Any]) -> dict[str, Any]:
    """The evidence with the texts of its window; an erased one is blocked out, so that spans stay right."""
    window = evidence.get("window")
    if not window:
        return evidence
    record = evidence["record"]
    kept = _texts(book, record["conversation"], {ref for ref, _ in window})
    previous = [next(kept[ref], None) or ERASED * length for ref, length in window]
    return {**evidence, "record": {**record, "previous": previous}}


def _texts(book: Book, conversation: str, refs: set[str]) -> dict[str, Iterator[str]]:
    """The texts of messages, one after the other by ref."""
    marks = ", ".join("?" * len(refs))
    sql = f"SELECT ref, body FROM personal WHERE kind = 'turn' AND conversation = ? AND ref IN ({marks})"
    found = {row["ref"]: loads(row["body"])["texts"] for row in book.query(sql, (conversation, *sorted(refs)))}
    return {ref: iter(found.get(ref, ())) for ref in refs}


def spans_into(evidence: Mapping[str, Any], ref: str) -> bool:
    """Whether a hit of this evidence reaches into the message `ref` of its window."""
    within = any(ref == name for name, _ in evidence.get("window", ()))
    return within and any(hit["parts"] for hit in evidence["hits"])


def _without_empty(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without fields that say nothing, in merchants' marks too."""
    out = dict(record)
    merchant = out.get("merchant")
    if isinstance(merchant, Mapping):
        marks = [
            {name: value for name, value in mark.items() if value is not None}
            for mark in merchant.get("authorised_marks", ())
        ]
        out["merchant"] = {**merchant, "authorised_marks": marks}
    return out


def evidence_row(merchant: str, message: Message, scan: Scan, at: Instant, refs: Sequence[str] = ()) -> Row:
    """The personal row that goes with a finding.

    The earlier messages of the window are named by `refs`, not copied: what is erased there is erased here.
    """
    body: dict[str, Any] = {"record": record_of(message), "hits": [hit.to_dict() for hit in scan.hits]}
    if refs and len(refs) == len(message.previous):
        body["window"] = [[ref, len(text)] for ref, text in zip(refs, body["record"].pop("previous"), strict=True)]
    return ("evidence", merchant, message.id, message.conversation, message.sender, at, written(body))
