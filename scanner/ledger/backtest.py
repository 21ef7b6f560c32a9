"""What the recorded past would have cost under another policy: merchant by merchant, nothing written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from scanner.ledger.book import Book
from scanner.ledger.codec import loads, read_facts
from scanner.ledger.fold import COLUMNS, named
from scanner.ledger.rescan import Scans, rescanned
from scanner.rules import step
from scanner.rules.account import STANDING, Account
from scanner.rules.appealing import decide_appeal, file_appeal
from scanner.rules.findings import Finding, held_state
from scanner.rules.policy import Points, Policy, tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a past amounts to."""

    offences: int = 0
    points: Points = 0
    closed: frozenset[str] = frozenset()
    warned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The past under the policy it had, and under another."""

    old: Sum
    new: Sum
    policy: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the sums, and the merchants that gain or lose by it."""
        return {
            "policy": self.policy,
            "offences": {"was": self.old.offences, "would_be": self.new.offences},
            "points": {"was": tidy(self.old.points), "would_be": tidy(self.new.points)},
            "closures_gained": sorted(self.new.closed - self.old.closed),
            "closures_lost": sorted(self.old.closed - self.new.closed),
            "newly_warned": sorted(self.new.warned - self.old.warned),
            "no_longer_warned": sorted(self.old.warned - self.new.warned),
        }


def backtest(book: Book, policy: Policy, scanner: Scans | None = None) -> Comparison:
    """Every merchant's events under `policy`; with a `scanner`, the texts still held are read again.

    What machines found counts as confirmed on both sides.
    """
    old, new = Sum(), Sum()
    merchants = book.query("SELECT DISTINCT merchant FROM events WHERE merchant IS NOT NULL ORDER BY 1")
    running = book.policy
    for row in merchants:
        events = _events(book, row["merchant"])
        old = _plus(old, row["merchant"], _again(events, running))
        if scanner is None:
            account = _again(events, policy)
        else:
            account = _read_again(book, row["merchant"], events, policy, scanner)
        new = _plus(new, row["merchant"], account)
    return Comparison(old=old, new=new, policy=f"{policy.name} {policy.version}")


def _events(book: Book, merchant: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    sql = f"SELECT {COLUMNS} FROM events WHERE merchant = ? ORDER BY seq"
    stated = "SELECT event, body FROM personal WHERE merchant = ? AND kind = 'merchant' AND event IS NOT NULL"
    private = {row["event"]: loads(row["body"]) for row in book.query(stated, (merchant,))}
    with book.transaction():
        rows = [named(row) for row in book.store.rows(sql, (merchant,))]
    return [(row, private.get(row["seq"], {})) for row in rows]


def _read_again(
    book: Book,
    merchant: str,
    events: list[tuple[dict[str, Any], dict[str, Any]]],
    policy: Policy,
    scanner: Scans,
) -> Account:
    """An account from the texts: facts and services first, then what is found, then what persons decided."""
    known = [item for item in events if item[0]["type"] in ("facts", "serve")]
    decided = [item for item in events if item[0]["type"] not in ("facts", "serve", "finding", "uphold")]
    account = _again(known, policy)
    for finding in rescanned(book, merchant, account, policy, scanner):
        step.submit(account, policy, finding)
    return _again(decided, policy, account)


def _again(
    events: list[tuple[dict[str, Any], dict[str, Any]]], policy: Policy, account: Account | None = None
) -> Account:
    """An account from findings judged anew; those that a person dismissed stay dismissed."""
    account = account or Account()
    held: dict[tuple[str, str], Finding] = {}
    for row, private in events:
        body, key = loads(row["body"]), (row["rule"], row["ref"])
        match row["type"]:
            case "facts":
                account.update_facts(row["at"], read_facts(body["set"], private))
            case "finding":
                finding = _finding(row, body, private)
                if held_state(body.get("judged")) == "review":
                    held[key] = finding
                else:
                    step.submit(account, policy, finding)
            case "uphold" if body["final"] and key in held:
                step.submit(account, policy, replace(held.pop(key), received=row["received"]), judged=None)
            case "dismiss":
                step.revoke(account, policy, key, row["received"])
            case "revoke":
                step.revoke(account, policy, key, row["received"])
            case "serve":
                step.serve(account, key, row["at"])
            case "appeal":
                step.begin(account)
                account.arrive()
                file_appeal(account, policy, key, row["at"], ground=body.get("ground"))
            case "appeal_decision":
                step.begin(account)
                account.arrive()
                decide_appeal(account, policy, key, row["received"], accepted=body["accepted"])
    return account


def _finding(row: dict[str, Any], body: dict[str, Any], private: dict[str, Any]) -> Finding:
    """The finding as it came, with its contacts while they are kept; confirmed."""
    contacts = tuple(
        (str(hit["term"]), str(hit["value"] or hit["text"]))
        for hit in private.get("hits", ())
        if hit["category"] == "contact" and hit["level"] == "violation"
    )
    fields = {**body.get("finding", {}), "machine": False, "review": False}
    return Finding(
        rule=row["rule"],
        ref=row["ref"],
        at=row["at"],
        received=row["received"],
        group=row["conversation"],
        hits=contacts,
        **fields,
    )


def _plus(so_far: Sum, merchant: str, account: Account) -> Sum:
    standing = [offence for offence in account.offences.values() if offence.state == STANDING]
    closed = account.store_closed()
    return Sum(
        offences=so_far.offences + len(standing),
        points=so_far.points + account.total,
        closed=so_far.closed | {merchant} if closed else so_far.closed,
        warned=so_far.warned | {merchant} if standing else so_far.warned,
    )
