"""The outbox: what webhooks tell, made from the chain of events and kept until it was delivered.

The events are the source: whatever wrote them (the service, the console, a command), their messages follow, in
one transaction with the place reached. Bodies hold ids, rules, spans, amounts; never a text or a contact. An id
that does not look like one is left out: it may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.ledger.book import Book
from scanner.ledger.chain import canonical
from scanner.ledger.codec import loads
from scanner.rules.policy import tidy
from scanner.rules.times import DAY, Instant, iso, iso_or_none

BACKOFF = (5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 86_400)
"""Seconds before each further try; after the last the message is given up."""

LEASE = 60
"""Seconds for which a message that is being sent is nobody else's."""

KEPT = 7 * DAY
"""How long what was delivered, or given up, is kept."""

_BATCH = 500
_ID = re.compile(r"[A-Za-z0-9][\w.:/#-]{0,127}", re.ASCII)
_OPEN = ("proposed", "review")


@dataclass(frozen=True, slots=True)
class Due:
    """One message to send: its number in the table, its id, its body, and how often it was tried."""

    id: int
    message: str
    body: str
    tries: int


def fill(book: Book, endpoint: str, now: Instant) -> int:
    """Put the messages of all new events into the outbox of an endpoint; how many. A new one starts from now."""
    with book.transaction(now):
        conn = book.store.db.conn
        reached = book.store.one("SELECT event FROM cursors WHERE endpoint = ?", (endpoint,))
        if reached is None:
            conn.execute("INSERT INTO cursors VALUES (?, ?)", (endpoint, book.store.head[0]))
            return 0
        rows = book.query(
            "SELECT seq, type, merchant, rule, ref, at, received, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
            (reached, _BATCH),
        )
        if not rows:
            return 0
        made = [(endpoint, name, canonical(body), now, now) for row in rows for name, body in _messages(book, row)]
        sql = "INSERT OR IGNORE INTO outbox (endpoint, message, body, made, due) VALUES (?, ?, ?, ?, ?)"
        conn.executemany(sql, made)
        conn.execute("UPDATE cursors SET event = ? WHERE endpoint = ?", (rows[-1]["seq"], endpoint))
        conn.execute("DELETE FROM outbox WHERE state != 'due' AND made < ?", (now - KEPT,))
        return len(made)


def behind(book: Book, endpoint: str) -> bool:
    """Whether there is something to fill or to send, found by reading only."""
    sql = (
        "SELECT coalesce((SELECT event FROM cursors WHERE endpoint = ?), -1) < "
        "coalesce((SELECT max(seq) FROM events), 0) AS news"
    )
    return bool(book.query(sql, (endpoint,))[0]["news"])


def _messages(book: Book, row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The messages of one event: the verdict, each charge, each item that joins or leaves the review queue."""
    zone = book.accounts.policy.zone
    if row["type"] == "finding" and row["rule"] is not None:
        yield f"msg_{row['seq']}_verdict", _told("verdict.recorded", row, zone, _verdict(row))
    charges = book.query("SELECT * FROM charges WHERE event = ? ORDER BY seq", (row["seq"],))
    for charge in charges:
        yield (
            f"msg_{row['seq']}_charge_{charge['seq']}",
            _told(f"charge.{charge['state']}", row, zone, _charge(charge, zone)),
        )
        if charge["state"] in _OPEN:
            yield f"msg_{row['seq']}_review_{charge['seq']}", _told("review.opened", row, zone, _charge(charge, zone))
    if row["type"] in ("uphold", "dismiss"):
        body = loads(row["body"])
        decided = "note" if body.get("noted") else row["type"]
        closed = {"charge": charges[-1]["seq"] if charges else None, "decision": decided, "code": body.get("code")}
        if row["type"] == "dismiss" or body["final"]:
            yield f"msg_{row['seq']}_closed", _told("review.closed", row, zone, {**_offence(row), **closed})


def _told(kind: str, row: dict[str, Any], zone: str, data: dict[str, Any]) -> dict[str, Any]:
    shown = {"event": row["seq"], "merchant": _id(row["merchant"]), **data}
    return {"type": kind, "timestamp": iso(row["received"], zone), "data": shown}


def _offence(row: dict[str, Any]) -> dict[str, Any]:
    return {"rule": row["rule"], "ref": _id(row["ref"])}


def _verdict(row: dict[str, Any]) -> dict[str, Any]:
    body = loads(row["body"])
    hits = [{name: hit[name] for name in ("rule", "category", "span", "level")} for hit in body["hits"]]
    return {**_offence(row), "judged": body.get("judged") or "offence", "hits": hits}


def _charge(charge: dict[str, Any], zone: str) -> dict[str, Any]:
    return {
        "charge": charge["seq"],
        "merchant": _id(charge["merchant"]),
        **_offence(charge),
        "state": charge["state"],
        "action": charge["action"],
        "points": tidy(charge["points"]),
        "offence_no": charge["offence_no"],
        "until": iso_or_none(charge["until"], zone),
        "delta": tidy(charge["delta"]),
    }


def _id(name: str | None) -> str | None:
    """An id as it is, or None for what only says that it is one."""
    return name if name is not None and _ID.fullmatch(name) else None


def lease(book: Book, endpoint: str, now: Instant, limit: int = 20) -> list[Due]:
    """Messages that are due, taken so that no other worker sends them meanwhile."""
    sql = (
        "SELECT id, message, body, tries FROM outbox WHERE endpoint = ? AND state = 'due' AND due <= ? "
        "ORDER BY id LIMIT ?"
    )
    with book.transaction(now):
        found = [Due(**row) for row in book.query(sql, (endpoint, now, limit))]
        for due in found:
            book.store.db.conn.execute("UPDATE outbox SET due = ? WHERE id = ?", (now + LEASE, due.id))
    return found


def waiting(book: Book, endpoint: str, now: Instant) -> bool:
    """Whether a message is due now, found by reading only."""
    sql = "SELECT 1 FROM outbox WHERE endpoint = ? AND state = 'due' AND due <= ? LIMIT 1"
    return bool(book.query(sql, (endpoint, now)))


def settle(book: Book, due: Due, now: Instant, *, delivered: bool, said: str) -> str:
    """Note what became of a try: `sent`, `due` again later, or `failed` for good."""
    tries = due.tries + 1
    state = "sent" if delivered else "failed" if tries > len(BACKOFF) else "due"
    later = now if state != "due" else now + BACKOFF[tries - 1]
    sql = "UPDATE outbox SET state = ?, due = ?, tries = ?, said = ? WHERE id = ?"
    with book.transaction(now):
        book.store.db.conn.execute(sql, (state, later, tries, said, due.id))
    return state


def status(book: Book) -> dict[str, int]:
    """How many messages are due, sent and given up."""
    rows = book.query("SELECT state, count(*) AS n FROM outbox GROUP BY state")
    return {"due": 0, "sent": 0, "failed": 0} | {row["state"]: row["n"] for row in rows}
