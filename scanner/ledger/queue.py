"""The review queue: what waits for a person, in order of weight and age, and who is working on it.

Claims are events. A claim lasts `CLAIM_SECONDS` and ends with any decision; nothing has to be cleaned up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scanner.errors import LedgerError
from scanner.ledger.book import Book, Entry, moment
from scanner.ledger.codec import loads
from scanner.rules.findings import Key
from scanner.rules.policy import Points, tidy
from scanner.rules.times import Instant, iso, iso_or_none

CLAIM_SECONDS = 15 * 60
"""How long a claim keeps others away."""

PRIORITIES = {5: "closure", 4: "suspension", 3: "points", 2: "proposed", 1: "review"}
"""From most to least pressing, by what upholding would bring."""


class NotWaitingError(LedgerError):
    """Nothing waits under this charge, or it has been decided."""


class ClaimedError(LedgerError):
    """Another person is working on it."""


class SamePersonError(LedgerError):
    """This person has upheld it already: another has to."""


_PRIORITY = (
    "CASE WHEN c.action = 'close_store' THEN 5 WHEN c.action IN ('ta_suspended', 'restricted') THEN 4 "
    "WHEN c.state = 'review' THEN 1 WHEN c.points > 0 THEN 3 ELSE 2 END"
)
_FIRST = (
    "(SELECT d.event FROM charges d WHERE d.merchant = c.merchant AND d.rule = c.rule AND d.ref = c.ref "
    "ORDER BY d.seq LIMIT 1)"
)
_KINDS = "'claim', 'unclaim', 'uphold', 'dismiss', 'undo'"
_STEP = (
    "(SELECT e.seq FROM events e WHERE e.merchant = c.merchant AND e.rule = c.rule AND e.ref = c.ref "
    f"AND e.type IN ({_KINDS}) ORDER BY e.seq DESC LIMIT 1)"
)
_OPEN = (
    "c.state IN ('proposed', 'review') AND NOT EXISTS (SELECT 1 FROM charges n WHERE n.merchant = c.merchant "
    "AND n.rule = c.rule AND n.ref = c.ref AND n.seq > c.seq)"
)
_ITEMS = (
    "SELECT i.*, s.type AS step, s.body AS step_body FROM (SELECT c.seq AS charge, c.merchant, c.rule, c.ref, c.state, "
    f"c.action, c.points, {_PRIORITY} AS priority, f.seq AS event, f.at, f.received, f.conversation, f.body, "
    f"{_STEP} AS step_seq FROM charges c JOIN events f ON f.seq = {_FIRST} WHERE {_OPEN}) i "
    "LEFT JOIN events s ON s.seq = i.step_seq"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding that waits. `charge` is its number; `terms` are (category, term) of its hits."""

    charge: int
    event: int
    merchant: str
    rule: str
    ref: str
    state: str
    action: str
    points: Points
    priority: int
    at: Instant
    received: Instant
    conversation: str | None
    why: str
    terms: tuple[tuple[str, str], ...]
    claimed_by: str | None = None
    claimed_until: Instant | None = None

    @property
    def key(self) -> Key:
        """(rule, ref)."""
        return (self.rule, self.ref)

    def to_dict(self, tz: str, now: Instant) -> dict[str, Any]:
        """As JSON; `age` in seconds."""
        return {
            "charge": self.charge,
            "event": self.event,
            "merchant": self.merchant,
            "rule": self.rule,
            "ref": self.ref,
            "conversation": self.conversation,
            "state": self.state,
            "action": self.action,
            "points": tidy(self.points),
            "priority": PRIORITIES[self.priority],
            "at": iso(self.at, tz),
            "received": iso(self.received, tz),
            "age": max(0, now - self.received),
            "why": self.why,
            "terms": [{"category": category, "term": term} for category, term in self.terms],
            "claimed_by": self.claimed_by,
            "claimed_until": iso_or_none(self.claimed_until, tz),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is asked of the queue; None sets no bound. `after` is the place where the last page ended."""

    state: str | None = None
    rule: str | None = None
    merchant: str | None = None
    priority: int | None = None
    after: tuple[int, int, int] | None = None


def items(book: Book, wanted: Filter, now: Instant, limit: int = 50) -> list[Item]:
    """What waits, most pressing first, oldest first among equals."""
    where, values = _bounds(wanted)
    sql = f"{_ITEMS} {where} ORDER BY i.priority DESC, i.received, i.charge LIMIT ?"
    return [_item(row, now) for row in book.query(sql, (*values, limit))]


def _bounds(wanted: Filter) -> tuple[str, list[Any]]:
    parts, values = [], []
    for name in ("state", "rule", "merchant", "priority"):
        value = getattr(wanted, name)
        if value is not None:
            parts.append(f"i.{name} = ?")
            values.append(value)
    if wanted.after is not None:
        parts.append("(-i.priority, i.received, i.charge) > (?, ?, ?)")
        values += [-wanted.after[0], *wanted.after[1:]]
    return (f"WHERE {' AND '.join(parts)}" if parts else "", values)


def place(item: Item) -> tuple[int, int, int]:
    """Where an item stands in the order, for `Filter.after`."""
    return (item.priority, item.received, item.charge)


def counts(book: Book) -> dict[str, int]:
    """How many wait, by priority."""
    rows = book.query(f"SELECT {_PRIORITY} AS priority, count(*) AS n FROM charges c WHERE {_OPEN} GROUP BY 1")
    found = {PRIORITIES[row["priority"]]: row["n"] for row in rows}
    return {name: found.get(name, 0) for name in PRIORITIES.values()}


def item(book: Book, charge: int, now: Instant) -> Item:
    """What waits under a charge's number, that of an earlier step included; `NotWaitingError` when nothing does."""
    whose = "SELECT merchant, rule, ref FROM charges WHERE seq = ?"
    sql = f"{_ITEMS} WHERE (i.merchant, i.rule, i.ref) = ({whose})"
    rows = book.query(sql, (charge,))
    if not rows:
        raise NotWaitingError("nothing waits for a decision under this charge")
    return _item(rows[0], now)


def _item(row: dict[str, Any], now: Instant) -> Item:
    body = loads(row["body"])
    by, until = _claim(row, now)
    terms = dict.fromkeys((hit["category"], hit["term"]) for hit in body.get("hits", ()))
    names = ("charge", "event", "merchant", "rule", "ref", "state", "action", "points", "priority", "at", "received",
             "conversation")  # fmt: skip
    return Item(
        **{name: row[name] for name in names},
        why=body.get("judged") or "proposed",
        terms=tuple(terms),
        claimed_by=by,
        claimed_until=until,
    )


def _claim(row: dict[str, Any], now: Instant) -> tuple[str | None, Instant | None]:
    """Who works on it, and until when; (None, None) when nobody does."""
    if row["step"] != "claim":
        return None, None
    body = loads(row["step_body"])
    return (body["by"], body["until"]) if body["until"] > now else (None, None)


def claim(book: Book, charge: int, *, by: str, at: object) -> Item:
    """Keep others away from an item for a while; again, it lasts longer."""
    now = moment(at)
    with book.transaction(now):
        found = free_for(book, charge, by, now)
        _enter(book, "claim", found, {"by": by, "until": now + CLAIM_SECONDS}, now)
        return item(book, charge, now)


def unclaim(book: Book, charge: int, *, by: str, at: object) -> Item:
    """Let others work on it; anybody may, and the event says who did."""
    now = moment(at)
    with book.transaction(now):
        found = item(book, charge, now)
        if found.claimed_by is not None:
            _enter(book, "unclaim", found, {"by": by, "of": found.claimed_by}, now)
        return item(book, charge, now)


def free_for(book: Book, charge: int, by: str, now: Instant) -> Item:
    """The item, unless another person works on it."""
    found = item(book, charge, now)
    if found.claimed_by not in (None, by):
        raise ClaimedError("another person works on this; it is free when the claim ends")
    return found


def reveal(book: Book, charge: int, *, by: str, at: object, why: str = "") -> int:
    """Note that a person saw what stands in a text; the event's number. `LedgerError` when there is no such charge."""
    now = moment(at)
    with book.transaction(now):
        rows = book.query("SELECT merchant, rule, ref FROM charges WHERE seq = ?", (charge,))
        if not rows:
            raise NotWaitingError("there is no such charge")
        return _enter(book, "reveal", rows[0], {"by": by, "charge": charge, "code": why}, now).seq


def _enter(book: Book, kind: str, what: Item | dict[str, Any], body: dict[str, Any], now: Instant) -> Entry:
    merchant, rule, ref = _names(what)
    key = f"{kind}:{book.store.head[0] + 1}"
    return book.enter(kind, merchant, at=now, received=now, body=body, key=key, rule=rule, ref=ref)


def _names(what: Item | dict[str, Any]) -> Sequence[str]:
    if isinstance(what, Item):
        return what.merchant, what.rule, what.ref
    return what["merchant"], what["rule"], what["ref"]
