"""Decisions about what waits in the queue: upheld, dismissed or noted for a reason, seen beforehand, and undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from scanner.errors import LedgerError
from scanner.ledger import cases
from scanner.ledger.book import Book, Entry, moment
from scanner.ledger.codec import loads, pending_body
from scanner.ledger.queue import NotWaitingError, SamePersonError, free_for, item
from scanner.rules.decide import persons_needed, preview
from scanner.rules.decision import DecisionError
from scanner.rules.findings import Key, Outcome
from scanner.rules.policy import ACTIONS
from scanner.rules.times import DAY, Instant

UPHOLD_CODES: Mapping[str, str] = {
    "clear": "the text says it plainly",
    "disguised": "written so as to be missed",
    "context": "the conversation shows it",
    "repeated": "it was said before, after a notice",
    "complaint": "the other side complained",
}
DISMISS_CODES: Mapping[str, str] = {
    "innocent": "the words mean something else",
    "quoted": "a quotation, a warning or a refusal",
    "permitted": "a registered contact or an authorised mark",
    "third_party": "a contact of somebody else, for the documents or the carriage",
    "scope": "goods or conduct outside the rule",
    "sender": "somebody else wrote it",
    "evidence": "too little to go on",
    "test": "a test",
}
NOTE_CODES: Mapping[str, str] = {
    "withheld": "as found: the text was held back or removed",
    "told": "as found: the seller was told to change it",
    "referred": "as found: passed on to those who decide about such goods",
    "tolerated": "as found, and it may stay",
}
"""Why a finding is upheld or dismissed, and what became of one that no rule covers; a note may say more."""

Kind = Literal["uphold", "dismiss", "note"]
CODES: Mapping[Kind, Mapping[str, str]] = {"uphold": UPHOLD_CODES, "dismiss": DISMISS_CODES, "note": NOTE_CODES}

UNDO_SECONDS = DAY
"""How long a decision can be undone; later it is for an appeal or a revocation."""


class NotUndoneError(LedgerError):
    """The decision cannot be undone any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decides; `decided` and `measure` only where the rule leaves them open.

    `note` closes what no rule covers, without a charge.
    """

    kind: Kind
    code: str
    note: str = ""
    decided: Mapping[str, Any] = field(default_factory=dict)
    measure: str | None = None

    def check(self) -> None:
        """`DecisionError` unless the reason is one of those for this decision."""
        codes = CODES[self.kind]
        if self.code not in codes:
            raise DecisionError("code", f"the reason is one of {', '.join(codes)}")
        if self.kind != "uphold" and (self.decided or self.measure):
            raise DecisionError("points", "what is not upheld brings no points and no measure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What upholding would bring now: its outcome, how many persons it needs and who has upheld it."""

    outcome: Outcome
    action: str
    persons: int
    upheld_by: tuple[str, ...]


def forecast(book: Book, charge: int, at: object) -> Forecast:
    """What upholding a waiting finding would bring; nothing is written."""
    now = moment(at)
    with book.transaction(now) as accounts:
        found = item(book, charge, now)
        account = accounts.get(found.merchant)
        outcome = preview(account, accounts.policy, found.key, now)
        action = max((outcome.action, *(change.action for change in outcome.changes)), key=ACTIONS.index)
        return Forecast(
            outcome=outcome,
            action=action,
            persons=persons_needed(accounts.policy, action),
            upheld_by=account.pending[found.key].upheld_by,
        )


def decide(book: Book, charge: int, decision: Decision, *, by: str, at: object) -> Entry:
    """Uphold or dismiss what waits under a charge, unless another person works on it."""
    decision.check()
    now = moment(at)
    with book.transaction(now) as accounts:
        found = free_for(book, charge, by, now)
        if decision.kind != "uphold":
            close = cases.dismiss if decision.kind == "dismiss" else cases.note
            return close(book, found.merchant, found.key, by=by, at=now, code=decision.code, note=decision.note)
        if by in accounts.get(found.merchant).pending[found.key].upheld_by:
            raise SamePersonError("you have upheld this already: another person has to")
        return cases.uphold(
            book, found.merchant, found.key, by=by, at=now, decision=decision.decided, measure=decision.measure,
            code=decision.code, note=decision.note,
        )  # fmt: skip


def decide_all(book: Book, charges: Sequence[int], decision: Decision, *, by: str, at: object) -> list[Entry]:
    """The same decision for many: all of them or, when one cannot be, none."""
    now = moment(at)
    with book.transaction(now):
        return [decide(book, charge, decision, by=by, at=now) for charge in dict.fromkeys(charges)]


def undo(book: Book, event: int, *, by: str, at: object) -> Entry:
    """Take a decision back: what it brought goes, and the finding waits as it did before."""
    now = moment(at)
    with book.transaction(now) as accounts:
        row = _decision(book, event)
        merchant, key = row["merchant"], (row["rule"], row["ref"])
        _refuse_late(book, row, key, now)
        before = accounts.load(merchant, event - 1).pending.get(key)
        if before is None:
            raise NotUndoneError("before this decision nothing waited: there is nothing to go back to")
        body = {**pending_body(before), "of": event, "by": by}
        return book.enter("undo", merchant, at=now, received=now, body=body, key=f"undo:{book.store.head[0] + 1}",
                          rule=key[0], ref=key[1])  # fmt: skip


def _decision(book: Book, event: int) -> dict[str, Any]:
    sql = (
        "SELECT seq, merchant, rule, ref, received FROM events WHERE seq = ? AND type IN ('uphold', 'dismiss') "
        "AND merchant IS NOT NULL"
    )
    rows = book.query(sql, (event,))
    if not rows:
        raise NotWaitingError("there is no decision of this number")
    return rows[0]


def _refuse_late(book: Book, row: dict[str, Any], key: Key, now: Instant) -> None:
    """Refuse what something else has been built upon since."""
    if now - row["received"] > UNDO_SECONDS:
        raise NotUndoneError("too late to undo: revoke it, or decide an appeal")
    sql = (
        "SELECT type, body FROM events WHERE merchant = ? AND rule = ? AND ref = ? AND seq > ? "
        "AND type NOT IN ('claim', 'unclaim', 'reveal', 'finding')"
    )
    later = book.query(sql, (row["merchant"], *key, row["seq"]))
    if any(step["type"] == "undo" and loads(step["body"])["of"] == row["seq"] for step in later):
        raise NotUndoneError("this decision is undone already")
    if later:
        raise NotUndoneError("something was done about it since: undo, revoke or decide that")
