"""API keys and their token buckets, in the ledger's file so that every worker sees the same.

A key is 256 random bits; the file holds its SHA-256, which nobody can try numbers against. Times are seconds.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.errors import InputError, LedgerError
from scanner.ledger.marks import bump
from scanner.ledger.store import MissingError, Store

SCOPES = ("scan", "assess", "review", "admin")
"""What a key may be allowed; `admin` covers the others."""

RATE, BURST = 50.0, 100.0
"""Requests a second, and at once, that a new key may make."""

MAX_KEYS = 10_000
_MOST = 1_000_000.0
_NAME = re.compile(r"[\w.@ -]{1,64}")
_COLUMNS = "id, name, scopes, rate, burst, created, expires, revoked, hash"


@dataclass(frozen=True, slots=True)
class Key:
    """One key as the file knows it: everything but the secret itself."""

    id: str
    name: str
    scopes: tuple[str, ...]
    rate: float
    burst: float
    created: int
    expires: int | None
    revoked: int | None
    hash: str

    def state(self, now: float) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and now >= self.expires else "active"


def digest(secret: str) -> str:
    """What the file holds of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    store: Store,
    *,
    name: str,
    scopes: Iterable[str],
    now: int,
    expires: int | None = None,
    rate: float = RATE,
    burst: float = BURST,
) -> tuple[Key, str]:
    """A new key and its secret, which is nowhere else. InputError says what cannot be."""
    wanted = tuple(scope for scope in SCOPES if scope in set(scopes))
    _check(name, wanted, set(scopes), rate, burst)
    number = secrets.token_hex(4)
    secret = f"cs_{number}_{secrets.token_urlsafe(32)}"
    key = Key(number, name, wanted, float(rate), float(burst), now, expires, None, digest(secret))
    with store.transaction():
        if store.one("SELECT count(*) FROM api_keys") >= MAX_KEYS:
            raise LedgerError(f"there are {MAX_KEYS} keys already")
        values = (key.id, name, " ".join(wanted), key.rate, key.burst, now, expires, None, key.hash)
        store.db.execute(f"INSERT INTO api_keys ({_COLUMNS}) VALUES ({', '.join('?' * 9)})", values)
        bump(store, "keys")
    return key, secret


def _check(name: str, wanted: tuple[str, ...], given: set[str], rate: float, burst: float) -> None:
    if not _NAME.fullmatch(name):
        raise InputError("a key's name has 1 to 64 letters, digits, spaces or . @ - _")
    if not wanted or given - set(SCOPES):
        raise InputError(f"a key's scopes are one or more of {', '.join(SCOPES)}")
    if not (0 < rate <= _MOST and 1 <= burst <= _MOST):
        raise InputError("a key's rate is above 0 and its burst 1 or more, a million at most")


def revoke(store: Store, key_id: str, now: int) -> Key:
    """Take a key back for good; again is no fault. `MissingError` when there is none of that id."""
    with store.transaction():
        if not store.rows("SELECT 1 FROM api_keys WHERE id = ?", (key_id,)):
            raise MissingError("there is no key of that id: `scanner key list` shows them")
        store.db.execute("UPDATE api_keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (now, key_id))
        bump(store, "keys")
    return next(key for key in every(store) if key.id == key_id)


def every(store: Store) -> list[Key]:
    """All keys, oldest first; reads only."""
    rows = store.rows(f"SELECT {_COLUMNS} FROM api_keys ORDER BY created, id")
    return [Key(row[0], row[1], tuple(row[2].split()), *row[3:]) for row in rows]


def take(store: Store, key: Key, wanted: float, now: float) -> tuple[float, float]:
    """Tokens out of a key's bucket: (how many, at most `wanted`; seconds until there is one, when none)."""
    with store.transaction():
        rows = store.rows("SELECT tokens, at FROM key_buckets WHERE key = ?", (key.id,))
        tokens, at = rows[0] if rows else (key.burst, now)
        tokens = min(key.burst, tokens + max(0.0, now - at) * key.rate)
        if tokens < 1:
            return 0.0, (1 - tokens) / key.rate
        granted = float(int(min(tokens, max(1.0, wanted))))
        sql = "INSERT INTO key_buckets VALUES (?, ?, ?) ON CONFLICT(key) DO UPDATE SET tokens = ?, at = ?"
        store.db.execute(sql, (key.id, tokens - granted, now, tokens - granted, now))
    return granted, 0.0
