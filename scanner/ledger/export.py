"""What persons decided, as labelled cases: the machine's work corrected by those who know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.ledger.book import Book
from scanner.ledger.codec import loads
from scanner.ledger.evidence import resolved

_DECIDED = (
    "SELECT e.seq, e.type, e.merchant, e.rule, e.ref, e.body FROM events e "
    "WHERE e.type IN ('uphold', 'dismiss', 'revoke', 'appeal_decision', 'undo') ORDER BY e.seq"
)


def decided_cases(book: Book) -> Iterator[dict[str, Any]]:
    """One case per message decided on, the latest decision of each; those whose text was erased are left out."""
    latest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in book.query(_DECIDED):
        body = loads(row["body"])
        if row["type"] == "uphold" and not body["final"]:
            continue
        if row["type"] == "appeal_decision" and not body["accepted"]:
            continue
        key = (row["merchant"], row["rule"], row["ref"])
        latest.pop(key, None)
        if row["type"] != "undo":
            latest[key] = row
    for (merchant, rule, ref), row in latest.items():
        found = _evidence(book, merchant, rule, ref)
        if found is not None:
            noted = bool(loads(row["body"]).get("noted"))
            yield _case(found, rule, guilty=noted or row["type"] == "uphold", level="review" if noted else "violation")


def _evidence(book: Book, merchant: str, rule: str, ref: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    sql = (
        "SELECT p.body AS kept, e.body FROM personal p JOIN events e ON e.seq = p.event "
        "WHERE p.kind = 'evidence' AND e.merchant = ? AND e.rule = ? AND e.ref = ? ORDER BY e.seq LIMIT 1"
    )
    rows = book.query(sql, (merchant, rule, ref))
    return (resolved(book, loads(rows[0]["kept"])), loads(rows[0]["body"])) if rows else None


def _case(found: tuple[dict[str, Any], dict[str, Any]], rule: str, *, guilty: bool, level: str) -> dict[str, Any]:
    """A case line: the record as it was read, and what stands in it by a person's word."""
    kept, body = found
    spans = [tuple(hit["span"]) for hit in body["hits"]]
    hits = [hit for hit in kept["hits"] if (hit["start"], hit["end"]) in spans]
    expect = [_expected(hit, level) for hit in hits] if guilty else []
    record = {name: value for name, value in kept["record"].items() if name != "merchant"}
    return {**record, "expect": expect, "technique": ["decided"], "lang": "und", "note": rule}


def _expected(hit: dict[str, Any], level: str) -> dict[str, Any]:
    name = "channel" if hit["category"] == "contact" else "term"
    return {"category": hit["category"], name: hit["term"], "evidence": hit["text"], "level": level}
