"""Counters by which programs that share a ledger file notice what changed; raised in the change's transaction."""

from __future__ import annotations

from scanner.ledger.store import Store


def bump(store: Store, name: str) -> None:
    """Raise a counter, inside a transaction."""
    sql = "INSERT INTO service_marks VALUES (?, 1) ON CONFLICT(name) DO UPDATE SET value = value + 1"
    store.db.execute(sql, (name,))


def marks(store: Store) -> dict[str, int]:
    """Every counter."""
    return dict(store.rows("SELECT name, value FROM service_marks"))


def data_version(store: Store) -> int:
    """A number that changes when another connection has written to the file."""
    return int(store.peek("PRAGMA data_version"))
