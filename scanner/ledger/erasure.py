"""Erasure: what is personal goes, the record of what was decided stays. A legal hold refuses, and says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.errors import LedgerError
from scanner.ledger.book import Book, moment
from scanner.ledger.chain import canonical
from scanner.ledger.codec import loads
from scanner.ledger.evidence import spans_into
from scanner.ledger.store import translated
from scanner.rules.times import DAY, Instant

TEXTS = ("turn", "evidence", "handle", "note", "answer")
"""What holds or quotes texts: erased by age."""

_WITH = {"evidence": ("evidence", "handle", "note")}
"""What has no retention period of its own goes with the evidence it belongs to."""

_OF_MERCHANT = (
    "(merchant = :name OR conversation IN (SELECT DISTINCT conversation FROM personal WHERE merchant = :name "
    "AND conversation IS NOT NULL))"
)


def erase_merchant(book: Book, merchant: str, *, by: str, at: object) -> int:
    """Erase all that is personal about a merchant, both sides of its conversations included; how many rows."""
    return _erase(book, _OF_MERCHANT, {"name": merchant}, by=by, at=at, what={"merchant": merchant})


def erase_ref(book: Book, ref: str, *, by: str, at: object, merchant: str | None = None) -> int:
    """Erase one message or listing: its text, its evidence, its contacts."""
    where, values = "ref = :ref", {"ref": ref}
    if merchant is not None:
        where, values = f"{where} AND merchant = :name", {**values, "name": merchant}
    reaching = ", ".join(map(str, _reaching_into(book, ref)))
    where = f"(({where}) OR id IN ({reaching}))"
    return _erase(book, where, values, by=by, at=at, what={"ref": ref, "merchant": merchant})


def _reaching_into(book: Book, ref: str) -> list[int]:
    """The evidence of later messages whose hits quote the message `ref`."""
    sql = (
        "SELECT id, body FROM personal WHERE kind = 'evidence' AND conversation IN "
        "(SELECT conversation FROM personal WHERE kind = 'turn' AND ref = ?)"
    )
    return [row["id"] for row in book.query(sql, (ref,)) if spans_into(loads(row["body"]), ref)]


def erase_before(book: Book, before: object, *, by: str, at: object, kinds: Sequence[str] = TEXTS) -> int:
    """Erase the texts older than `before`; what a hold covers stays and is not counted."""
    cut = moment(before)
    marks = ", ".join(f"'{kind}'" for kind in kinds if kind.isalpha())
    where = f"at < :cut AND kind IN ({marks})"
    lasting = holds(book)
    where += "".join(f" AND NOT coalesce({_covered(hold, f':h{i}')}, 0)" for i, hold in enumerate(lasting))
    values = {"cut": cut, **{f"h{i}": hold["ref"] or hold["merchant"] for i, hold in enumerate(lasting)}}
    return _erase(book, where, values, by=by, at=at, what={"before": cut, "kinds": list(kinds)}, held=False)


def _covered(hold: Mapping[str, Any], name: str) -> str:
    """The rows that a hold covers: one message, or a merchant with both sides of its conversations."""
    return f"(ref = {name})" if hold["ref"] else _OF_MERCHANT.replace(":name", name)


def retain(book: Book, *, by: str, at: object) -> dict[str, int]:
    """Erase what is past its retention period, kind by kind; how many rows of each."""
    now = moment(at)
    return {
        kind: erase_before(book, now - days * DAY, by=by, at=now, kinds=_WITH.get(kind, (kind,)))
        for kind, days in book.policy.retention_days.items()
        if kind in ("turn", "evidence")
    }


def _erase(
    book: Book,
    where: str,
    values: Mapping[str, Any],
    *,
    by: str,
    at: object,
    what: Mapping[str, Any],
    held: bool = True,
) -> int:
    now = moment(at)
    with book.transaction(now):
        if held:
            _refuse_held(book, where, values)
        book.store.flush()
        count = book.store.db.execute(f"DELETE FROM personal WHERE {where}", dict(values)).rowcount
        body = canonical({**what, "by": by, "rows": count})
        merchant = what.get("merchant")
        key = f"erased:{book.store.head[0] + 1}"
        seq = book.store.append((key, "erased", merchant, None, what.get("ref"), None, now, now, body))
        if merchant is not None:
            book.accounts.put(merchant, book.accounts.load(merchant), seq)
    book.accounts.forget()
    book.forget_keys()
    with translated(book.store.path):
        book.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return int(count)


def _refuse_held(book: Book, where: str, values: Mapping[str, Any]) -> None:
    for hold in holds(book):
        column = "ref" if hold["ref"] else "merchant"
        wanted = hold["ref"] or hold["merchant"]
        sql = f"SELECT 1 FROM personal WHERE ({where}) AND {_covered(hold, ':held')} LIMIT 1"
        if book.store.db.execute(sql, {**values, "held": wanted}).fetchone():
            raise LedgerError(
                f"a legal hold covers {column} {wanted}: {hold['why']} (event {hold['seq']}); "
                f"lift it first with `scanner ledger hold --release {hold['seq']}`"
            )


def hold(book: Book, *, why: str, by: str, at: object, merchant: str | None = None, ref: str | None = None) -> int:
    """Put a legal hold on a merchant or on one message: nothing of it is erased while it lasts. Its event."""
    if (merchant is None) == (ref is None):
        raise LedgerError("a hold names a merchant or a ref, one of them")
    if not why.strip():
        raise LedgerError("a hold says why")
    now = moment(at)
    with book.transaction(now):
        body = canonical({"why": why, "by": by})
        key = f"hold:{book.store.head[0] + 1}"
        seq = book.store.append((key, "hold", merchant, None, ref, None, now, now, body))
        if merchant is not None:
            book.accounts.put(merchant, book.accounts.load(merchant), seq)
        return seq


def release(book: Book, seq: int, *, by: str, at: object) -> int:
    """Lift a hold."""
    if seq not in {item["seq"] for item in holds(book)}:
        raise LedgerError(f"event {seq} is no hold that lasts")
    now: Instant = moment(at)
    with book.transaction(now):
        body = canonical({"hold": seq, "by": by})
        key = f"release:{book.store.head[0] + 1}"
        return book.store.append((key, "release", None, None, None, None, now, now, body))


def holds(book: Book) -> list[dict[str, Any]]:
    """The holds that last: event, merchant or ref, why."""
    sql = "SELECT seq, type, merchant, ref, body FROM events WHERE type IN ('hold', 'release') ORDER BY seq"
    lasting: dict[int, dict[str, Any]] = {}
    for row in book.query(sql):
        body = loads(row["body"])
        if row["type"] == "release":
            lasting.pop(body["hold"], None)
        else:
            lasting[row["seq"]] = {**row, "why": body["why"]}
    return list(lasting.values())
