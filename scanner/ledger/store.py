"""The file itself: opening it, one IMMEDIATE transaction at a time, and appending to the chain.

Durability of a penalty is WAL with `synchronous=FULL`. Errors of the database become `LedgerError` that says
what to do; whatever failed was rolled back.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from scanner.errors import LedgerError
from scanner.ledger import chain, schema

BUSY_SECONDS = 10.0
"""How long a writer waits for another."""

_INSERT_EVENT = f"INSERT INTO events VALUES ({', '.join('?' * 11)})"
_INSERT_CHARGE = f"INSERT INTO charges VALUES ({', '.join('?' * 16)})"
_INSERT_PERSONAL = (
    "INSERT OR IGNORE INTO personal (kind, merchant, ref, conversation, sender, at, event, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)

Row = tuple[Any, ...]


class MissingError(LedgerError):
    """What was asked for by its number is not in the ledger."""


class WalResetWarning(UserWarning):
    """This SQLite can lose committed pages when a WAL is reset by two connections at once."""


def wal_reset_fault(version: tuple[int, int, int]) -> bool:
    """Whether a SQLite version has the WAL-reset fault: 3.7.0 to 3.51.2, less the repaired series."""
    if version < (3, 7, 0) or version > (3, 51, 2):
        return False
    repaired = {(3, 44): 6, (3, 50): 7}
    return version[2] < repaired.get(version[:2], 1 << 30)


def warn_of_fault(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> None:
    """Warn at start when the SQLite in use has the fault."""
    if wal_reset_fault(version):
        name = ".".join(map(str, version))
        text = f"SQLite {name} has the WAL-reset fault (see docs/ledger.md): update it, or keep one writer"
        warnings.warn(text, WalResetWarning, stacklevel=3)


class Store:
    """An open ledger file. One connection, used by one thread at a time."""

    def __init__(
        self, path: str | Path, *, busy_seconds: float = BUSY_SECONDS, migrations: Sequence[Any] | None = None
    ) -> None:
        self.path = str(path)
        self.head: tuple[int, str] = (0, chain.START)
        self.last_charge = 0
        self.touched = False
        """Whether another connection committed anything since this one's last transaction."""
        self._version = -1
        self._inside = False
        self._events: list[Row] = []
        self._new_keys: set[str] = set()
        self._charges: list[Row] = []
        self._personal: list[Row] = []
        with translated(self.path):
            self.db = self._open(busy_seconds)
            schema.migrate(self.db, migrations or schema.MIGRATIONS)

    def _open(self, busy_seconds: float) -> Database:
        _make_private(self.path)
        conn = sqlite3.connect(self.path, timeout=busy_seconds, check_same_thread=False)
        try:
            db = Database(conn)
            schema.check(db)
            if schema.version_of(db) < len(schema.MIGRATIONS) or db.journal_mode != "wal":
                db.enable_wal()
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
        except BaseException:
            conn.close()
            raise
        return db

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[bool]:
        """One IMMEDIATE transaction; yields whether somebody else wrote since the last. All or nothing.

        Inside another one of this store it is part of that.
        """
        if self._inside:
            yield False
            return
        self._inside = True
        try:
            with self._outermost() as changed:
                yield changed
        finally:
            self._inside = False

    @contextmanager
    def _outermost(self) -> Iterator[bool]:
        with translated(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                before = self.head
                self._new_keys.clear()
                self._read_head()
                yield before != self.head
                self.flush()
                self.db.execute("COMMIT")
            except BaseException:
                self._events, self._charges, self._personal = [], [], []
                self.head = (-1, "")
                if self.db.conn.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    def _read_head(self) -> None:
        version = self.db.execute("PRAGMA data_version").fetchone()[0]
        self.touched, self._version = version != self._version, version
        row = self.db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self.head = (row[0], row[1]) if row else (0, chain.START)
        last = self.db.execute("SELECT max(seq) FROM charges").fetchone()[0]
        self.last_charge = last or 0

    def append(self, event: Row, charges: Sequence[Row] = (), personal: Sequence[Row] = ()) -> int:
        """Put one event (columns from `key` to `body`), its charges (from `merchant`) and what is personal.

        `personal` rows are (kind, merchant, ref, conversation, sender, at, body). The event's number.
        """
        seq = self.head[0] + 1
        full = (seq, *event)
        numbered = [(self.last_charge + i, seq, *charge) for i, charge in enumerate(charges, start=1)]
        made = chain.link(self.head[1], full, numbered)
        self._events.append((*full, made))
        self._new_keys.add(event[0])
        self._charges.extend(numbered)
        self._personal.extend((*row[:6], seq, row[6]) for row in personal)
        self.head = (seq, made)
        self.last_charge += len(numbered)
        return seq

    def has_key(self, key: str) -> bool:
        """Whether an event with this key is recorded, in this transaction or before."""
        if key in self._new_keys:
            return True
        return self.db.conn.execute("SELECT 1 FROM events WHERE key = ?", (key,)).fetchone() is not None

    def remember(self, row: Row) -> None:
        """Put a personal row that belongs to no event."""
        self._personal.append((*row[:6], None, row[6]))

    def flush(self) -> None:
        """Write what was appended."""
        for statement, rows in (
            (_INSERT_EVENT, self._events),
            (_INSERT_CHARGE, self._charges),
            (_INSERT_PERSONAL, self._personal),
        ):
            if rows:
                self.db.conn.executemany(statement, rows)
                rows.clear()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query; what was appended in this transaction is seen too."""
        if self._events or self._charges or self._personal:
            self.flush()
        return list(self.db.execute(sql, values).fetchall())

    def peek(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """As `one`, for what cannot be among the rows not written yet."""
        found = self.db.conn.execute(sql, values).fetchone()
        return found[0] if found else None

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.rows(sql, values)
        return found[0][0] if found else None


def _make_private(path: str) -> None:
    """A new file is its owner's alone: it holds what people wrote."""
    if path != ":memory:" and not Path(path).exists():
        try:
            Path(path).touch(mode=0o600)
        except OSError as error:
            cure = "the ledger cannot be opened: check the path and its permissions"
            raise LedgerError(f"{path}: {cure} ({error.strerror}); nothing was written") from error


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Errors of the database as `LedgerError` with a cure; the file's name, never its content."""
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: {_cure(str(error))}; nothing was written") from error


def _cure(said: str) -> str:
    for sign, cure in _CURES:
        if sign in said:
            return f"{cure} ({said})"
    return f"the database refused: {said}"


_CURES = (
    ("locked", "another program holds the ledger: wait and try again"),
    ("busy", "another program holds the ledger: wait and try again"),
    ("full", "the disk is full: make room and try again"),
    ("readonly", "the ledger cannot be written: check the permissions of the file and its folder"),
    ("unable to open", "the ledger cannot be opened: check the path and its permissions"),
    ("disk I/O", "the disk reports an error: check it before going on"),
    ("malformed", "the ledger file is damaged: restore a copy, then run `scanner ledger verify`"),
    ("not a database", "this file is no ledger: give another file name"),
    ("append-only", "the ledger only grows"),
)
