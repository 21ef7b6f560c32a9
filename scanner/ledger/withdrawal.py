"""Taking back everything that one version of a pack did: one preview, one confirmation, one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.ledger.book import Book, moment
from scanner.ledger.cases import revoke_within
from scanner.ledger.codec import loads
from scanner.rules.account import REMOVED
from scanner.rules.findings import Key
from scanner.rules.policy import Points, tidy
from scanner.rules.times import Instant


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be taken back: the offences by merchant, and the points that go with them."""

    pack: str
    version: str
    since: Instant
    offences: tuple[tuple[str, Key], ...]
    proposed: tuple[tuple[str, Key], ...]
    points: Points

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        everything = (*self.offences, *self.proposed)
        return {
            "pack": self.pack,
            "version": self.version,
            "offences": len(self.offences),
            "proposed": len(self.proposed),
            "merchants": len({merchant for merchant, _ in everything}),
            "points": tidy(self.points),
            "refs": [f"{key[0]} {key[1]}" for _, key in everything],
        }


def plan(book: Book, pack: str, version: str, since: object, beside: frozenset[str] = frozenset()) -> Plan:
    """What a version of a pack did since a time. `beside` are rule ids of other packs: what they bear out stands."""
    start = moment(since)
    offences: list[tuple[str, Key]] = []
    proposed: list[tuple[str, Key]] = []
    points: Points = 0
    with book.transaction(start) as accounts:
        packs = _events_of(book, pack, version)
        for merchant, key, body in _findings(book, start):
            if body.get("packs") not in packs or any(hit["rule"] in beside for hit in body["hits"]):
                continue
            account = accounts.get(merchant)
            offence = account.offences.get(key)
            if offence is not None and offence.state != REMOVED:
                offences.append((merchant, key))
                points += offence.penalty.points if offence.penalty else 0
            elif key in account.pending:
                proposed.append((merchant, key))
    return Plan(pack, version, start, tuple(dict.fromkeys(offences)), tuple(dict.fromkeys(proposed)), points)


def _events_of(book: Book, pack: str, version: str) -> set[int]:
    rows = book.query("SELECT seq, body FROM events WHERE merchant IS NULL AND type = 'packs'")
    return {row["seq"] for row in rows if loads(row["body"])["packs"].get(pack) == version}


def _findings(book: Book, start: Instant) -> list[tuple[str, Key, dict[str, Any]]]:
    sql = "SELECT merchant, rule, ref, body FROM events WHERE type = 'finding' AND received >= ? ORDER BY seq"
    return [(r["merchant"], (r["rule"], r["ref"]), loads(r["body"])) for r in book.query(sql, (start,))]


def take_back(book: Book, what: Plan, *, by: str, at: object) -> int:
    """Withdraw all that a plan names; how many findings."""
    now = moment(at)
    body = {"by": by, "why": f"pack {what.pack} {what.version}", "pack": what.pack, "version": what.version}
    with book.transaction(now):
        for merchant, key in (*what.offences, *what.proposed):
            revoke_within(book, merchant, key, body=body, now=now)
    return len(what.offences) + len(what.proposed)
