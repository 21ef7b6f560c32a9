"""Idempotency: an answer is kept in the transaction that did the work, and given again to the same question.

The key of a caller leads to a row of the erasable table that holds the digest of the question and the answer.
An erasure takes the answer and the digest with it; that the key was used stays until it is past its time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scanner.errors import LedgerError
from scanner.ledger.book import Book
from scanner.ledger.chain import canonical
from scanner.ledger.codec import keyed, loads
from scanner.rules.times import DAY, Instant

KEPT = DAY
"""How long an answer is kept, in seconds."""

_SWEEP = 200  # rows past their time that one write takes along


class KeyReusedError(LedgerError):
    """The key came before with another question."""


class AnswerGoneError(LedgerError):
    """The question was answered before, but the answer has been erased since."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks, under which key, and what: the text of method, path and body."""

    caller: str
    key: str
    stated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered, and about whom: an erasure of that merchant or message takes it along."""

    status: int
    body: str
    merchant: str | None = None
    ref: str | None = None
    conversation: str | None = None
    repeated: bool = False


def once(book: Book, question: Question, now: Instant, work: Callable[[], Answer]) -> Answer:
    """The answer of `work`, done at most once for a question; work and record are one transaction."""
    with book.transaction(now):
        secret = book.key(None, now)
        name, digest = keyed(secret, f"key {question.key}"), keyed(secret, f"question {question.stated}")
        found = _found(book, question.caller, name, digest, now)
        if found is not None:
            return found
        answer = work()
        _keep(book, (question.caller, name), digest, answer, now)
        return answer


def _found(book: Book, caller: str, name: str, digest: str, now: Instant) -> Answer | None:
    """The answer given under this key; raises when the key stood for another question."""
    sql = (
        "SELECT a.at, p.body FROM answers a LEFT JOIN personal p ON p.id = a.body AND p.kind = 'answer' "
        "WHERE a.caller = ? AND a.key = ?"
    )
    rows = book.store.rows(sql, (caller, name))
    if not rows or rows[0][0] <= now - KEPT:
        return None
    if rows[0][1] is None:
        raise AnswerGoneError("this was answered before, and the answer has been erased since")
    kept = loads(rows[0][1])
    if kept["digest"] != digest:
        raise KeyReusedError("this key came before with another request")
    return Answer(status=kept["status"], body=kept["answer"], repeated=True)


def _keep(book: Book, name: tuple[str, str], digest: str, answer: Answer, now: Instant) -> None:
    book.store.flush()
    _sweep(book, now, name)
    body = canonical({"digest": digest, "status": answer.status, "answer": answer.body})
    columns = ("answer", answer.merchant, answer.ref, answer.conversation, None, now, None, body)
    sql = (
        "INSERT INTO personal (kind, merchant, ref, conversation, sender, at, event, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    row = book.store.db.conn.execute(sql, columns).lastrowid
    book.store.db.conn.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (*name, now, row))


def _sweep(book: Book, now: Instant, name: tuple[str, str]) -> None:
    """Drop the oldest answers that are past their time, and this key's own old one."""
    conn = book.store.db.conn
    old = conn.execute(
        "SELECT caller, key, body FROM answers WHERE at <= ? ORDER BY at LIMIT ?", (now - KEPT, _SWEEP)
    ).fetchall()
    own = conn.execute("SELECT caller, key, body FROM answers WHERE caller = ? AND key = ?", name).fetchall()
    for caller, key, body in {*old, *own}:
        conn.execute("DELETE FROM personal WHERE id = ? AND kind = 'answer'", (body,))
        conn.execute("DELETE FROM answers WHERE caller = ? AND key = ?", (caller, key))
