"""Proof: that the chain is whole, that the charges follow from the events, and what is kept elsewhere to show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from scanner.ledger import chain, schema
from scanner.ledger.book import Book
from scanner.ledger.store import Row, translated
from scanner.rules.account import Account
from scanner.rules.policy import tidy

_CHARGES = f"SELECT {', '.join(chain.CHARGE_COLUMNS)} FROM charges ORDER BY seq"
_EVENTS = f"SELECT {', '.join(chain.EVENT_COLUMNS)}, hash FROM events ORDER BY seq"


def seal(book: Book) -> dict[str, Any]:
    """The head of the chain, to be kept elsewhere: who holds it can tell whether the past was rewritten."""
    row = book.query("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")
    return row[0] if row else {"seq": 0, "hash": chain.START}


def verify(book: Book, sealed: dict[str, Any] | None = None) -> list[str]:
    """Every fault of the ledger, empty when it is whole. `sealed` is a head printed earlier."""
    with translated(book.store.path):
        faults = [f"database: {row[0]}" for row in book.store.db.execute("PRAGMA integrity_check")]
        faults = [fault for fault in faults if fault != "database: ok"]
    if faults:
        return faults
    faults += _triggers(book)
    faults += _chain(book, sealed)
    if not faults:
        faults += _derived(book)
    return faults


def _triggers(book: Book) -> list[str]:
    """Whether the triggers that keep the tables append-only are there."""
    found = {row["name"] for row in book.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    wanted = {f"{table}_no_{what}" for table in schema.GUARDED for what in ("update", "delete", "replace")}
    return [f"the trigger {name} is missing" for name in sorted(wanted - found)]


def _chain(book: Book, sealed: dict[str, Any] | None) -> list[str]:
    faults: list[str] = []
    before, expected, held = chain.START, 1, sealed is None
    orphans = _Charges(book)
    for row in _stream(book, _EVENTS):
        seq, made = row[0], row[-1]
        if seq != expected:
            faults.append(f"event {expected} is missing")
        if chain.link(before, row[:-1], orphans.of(seq)) != made:
            faults.append(f"event {seq} or a charge of it is not what was recorded")
        if sealed is not None and seq == sealed["seq"]:
            held = True
            if made != sealed["hash"]:
                faults.append(f"event {seq} is not the one that was sealed")
        before, expected = made, seq + 1
        if len(faults) > 20:
            return [*faults, "more faults follow"]
    if not held and sealed is not None and sealed["seq"]:
        faults.append(f"the sealed event {sealed['seq']} is missing: the end of the ledger was cut off")
    return faults + orphans.rest()


class _Charges:
    """The charges in order of their events, beside the events."""

    def __init__(self, book: Book) -> None:
        self._groups = groupby(_stream(book, _CHARGES), key=lambda row: row[1])
        self._next: tuple[int, list[Row]] | None = None
        self.stray: list[str] = []
        self._advance()

    def _advance(self) -> None:
        found = next(self._groups, None)
        self._next = None if found is None else (found[0], list(found[1]))

    def of(self, event: int) -> list[Row]:
        """The charges of an event."""
        while self._next is not None and self._next[0] < event:
            self.stray.append(f"charge {self._next[1][0][0]} belongs to no event that is there")
            self._advance()
        if self._next is None or self._next[0] != event:
            return []
        rows = self._next[1]
        self._advance()
        return rows

    def rest(self) -> list[str]:
        """The charges that no event claimed."""
        while self._next is not None:
            self.stray.append(f"charge {self._next[1][0][0]} belongs to no event that is there")
            self._advance()
        return self.stray


def _stream(book: Book, sql: str) -> Iterator[Row]:
    """The rows of a query, one at a time. No `yield from`: it would close a cursor of a closed file."""
    with translated(book.store.path):
        for row in book.store.db.execute(sql):  # noqa: UP028
            yield row


def _derived(book: Book) -> list[str]:
    """Whether the charges are what the events make of every merchant's account."""
    faults: list[str] = []
    sums: dict[str, float] = defaultdict(float)
    stands: dict[str, dict[str, int]] = defaultdict(dict)
    sql = "SELECT merchant, rule, sum(delta) AS delta, sum(stands) AS stands FROM charges GROUP BY 1, 2"
    for row in book.query(sql):
        sums[row["merchant"]] += row["delta"]
        if row["stands"]:
            stands[row["merchant"]][row["rule"]] = row["stands"]
    merchants = book.query("SELECT DISTINCT merchant FROM events WHERE merchant IS NOT NULL ORDER BY 1")
    with book.transaction() as accounts:
        for found in merchants:
            name = found["merchant"]
            account: Account = accounts.load(name)
            if account.total != sums[name] or account.counts() != stands[name]:
                faults.append(f"merchant {name}: the charges say {tidy(sums[name])} points, the events {account.total}")
    return faults
