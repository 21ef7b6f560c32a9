"""The ledger's tables, the triggers that keep them append-only, and the migrations that make them.

One file. `events` and `charges` only grow; `personal` holds what may have to be erased. Each migration runs
in one IMMEDIATE transaction together with the version number it leads to: killed half-way it never happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from scanner.errors import LedgerError

APPLICATION_ID = 0x5C4E1ED6
"""Marks the file as a ledger of this program (`PRAGMA application_id`)."""

GUARDED = ("events", "charges")
"""Tables that only grow."""

_EVENTS = """
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  merchant TEXT,
  rule TEXT,
  ref TEXT,
  conversation TEXT,
  at INTEGER NOT NULL,
  received INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT
"""

_CHARGES = """
CREATE TABLE charges (
  seq INTEGER PRIMARY KEY,
  event INTEGER NOT NULL REFERENCES events(seq),
  merchant TEXT NOT NULL,
  rule TEXT NOT NULL,
  ref TEXT NOT NULL,
  state TEXT NOT NULL,
  offence_no INTEGER,
  action TEXT NOT NULL,
  points REAL NOT NULL,
  until INTEGER,
  executed INTEGER,
  measure TEXT,
  flags TEXT NOT NULL,
  delta REAL NOT NULL,
  stands INTEGER NOT NULL,
  machine INTEGER NOT NULL
) STRICT
"""

_PERSONAL = """
CREATE TABLE personal (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  merchant TEXT,
  ref TEXT,
  conversation TEXT,
  sender TEXT,
  at INTEGER NOT NULL,
  event INTEGER,
  body TEXT NOT NULL
) STRICT
"""

_INDEXES = (
    "CREATE INDEX events_of_merchant ON events(merchant, seq)",
    "CREATE INDEX events_global ON events(type, seq) WHERE merchant IS NULL",
    "CREATE INDEX events_of_conversation ON events(conversation, type) WHERE type = 'request'",
    "CREATE INDEX charges_of_offence ON charges(merchant, rule, ref, seq)",
    "CREATE INDEX charges_summed ON charges(merchant, rule, executed, delta, stands)",
    "CREATE INDEX charges_closing ON charges(merchant) WHERE action IN ('close_store', 'ta_suspended')",
    "CREATE INDEX charges_of_event ON charges(event)",
    "CREATE INDEX charges_open ON charges(merchant, seq) WHERE state IN ('proposed', 'review')",
    "CREATE INDEX charges_by_machine ON charges(rule, executed) WHERE machine = 1",
    "CREATE UNIQUE INDEX personal_turn ON personal(conversation, ref) WHERE kind = 'turn'",
    "CREATE UNIQUE INDEX personal_listing ON personal(merchant, ref) WHERE kind = 'turn' AND conversation IS NULL",
    "CREATE INDEX personal_of_merchant ON personal(merchant, kind, ref)",
    "CREATE INDEX personal_of_event ON personal(event) WHERE event IS NOT NULL",
)


def _guards(table: str) -> list[str]:
    """Triggers that refuse UPDATE, DELETE and (REPLACE deletes silently) a row that is there already."""
    said = f"'{table} is append-only'"
    taken = f"NEW.seq <= (SELECT max(seq) FROM {table})"
    if table == "events":
        taken += " OR EXISTS (SELECT 1 FROM events WHERE key = NEW.key)"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, {said}); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, {said}); END",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} "
        f"BEGIN SELECT RAISE(ABORT, {said}); END",
    ]


def _create(db: Database) -> None:
    for statement in (_EVENTS, _CHARGES, _PERSONAL, *_INDEXES):
        db.execute(statement)
    for table in GUARDED:
        for statement in _guards(table):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _hold_index(db: Database) -> None:
    db.execute("CREATE INDEX events_holds ON events(type, seq) WHERE type IN ('hold', 'release')")
    db.execute("CREATE INDEX personal_by_age ON personal(kind, at)")


_SERVICE = (
    """CREATE TABLE api_keys (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, rate REAL NOT NULL, burst REAL NOT NULL,
  created INTEGER NOT NULL, expires INTEGER, revoked INTEGER, hash TEXT NOT NULL UNIQUE
) STRICT""",
    "CREATE TABLE key_buckets (key TEXT PRIMARY KEY, tokens REAL NOT NULL, at REAL NOT NULL) STRICT",
    "CREATE TABLE pack_files (digest TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
    """CREATE TABLE pack_sets (
  id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, versions TEXT NOT NULL, files TEXT NOT NULL,
  source TEXT NOT NULL, added INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE pack_activations (
  seq INTEGER PRIMARY KEY, pack_set INTEGER NOT NULL REFERENCES pack_sets(id), at INTEGER NOT NULL,
  by TEXT NOT NULL, why TEXT NOT NULL
) STRICT""",
    "CREATE TABLE pack_folder (digest TEXT NOT NULL) STRICT",
    "CREATE TABLE service_marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
)
"""What the service keeps beside the book: keys, their buckets, and which packs run. Activations only grow."""


def _service(db: Database) -> None:
    for statement in (*_SERVICE, *_guards("pack_activations")):
        db.execute(statement)


_ANSWERS = """
CREATE TABLE answers (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  body INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID
"""

_PREVIEWS = """
CREATE TABLE previews (
  merchant TEXT NOT NULL,
  day INTEGER NOT NULL,
  asked INTEGER NOT NULL,
  found INTEGER NOT NULL,
  PRIMARY KEY (merchant, day)
) STRICT, WITHOUT ROWID
"""

_OUTBOX = """
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  endpoint TEXT NOT NULL,
  message TEXT NOT NULL,
  body TEXT NOT NULL,
  made INTEGER NOT NULL,
  due INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'due',
  said TEXT NOT NULL DEFAULT '',
  UNIQUE (endpoint, message)
) STRICT
"""

_CURSORS = "CREATE TABLE cursors (endpoint TEXT PRIMARY KEY, event INTEGER NOT NULL) STRICT, WITHOUT ROWID"


def _rooms(db: Database) -> None:
    """What the service keeps: answers to repeat, previews counted, webhooks to send; claims found quickly."""
    for statement in (_ANSWERS, _PREVIEWS, _OUTBOX, _CURSORS):
        db.execute(statement)
    db.execute("CREATE INDEX answers_by_age ON answers(at)")
    db.execute("CREATE INDEX outbox_due ON outbox(due) WHERE state = 'due'")
    db.execute("CREATE INDEX personal_handles ON personal(body) WHERE kind = 'handle'")
    kinds = "'claim', 'unclaim', 'uphold', 'dismiss', 'undo'"
    db.execute(f"CREATE INDEX events_of_review ON events(merchant, rule, ref, seq) WHERE type IN ({kinds})")
    db.execute("CREATE INDEX events_of_appeals ON events(seq) WHERE type = 'appeal'")


Migration = Callable[[Database], None]

MIGRATIONS: tuple[Migration, ...] = (_create, _hold_index, _service, _rooms)
"""In order; the schema's version is how many were applied."""


def version_of(db: Database) -> int:
    """The schema version of an open file; 0 for a new one."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: Database, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the file up to date; refuses a newer ledger and a file that is something else."""
    check(db, len(migrations))
    if version_of(db) == len(migrations):
        return
    for number, migration in enumerate(migrations, start=1):
        db.execute("BEGIN IMMEDIATE")
        try:
            if version_of(db) < number:
                migration(db)
                db.execute(f"PRAGMA user_version = {number}")
            db.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.execute("ROLLBACK")
            raise


def check(db: Database, known: int = len(MIGRATIONS)) -> None:
    """Refuse what this program cannot read."""
    try:
        version = version_of(db)
        mark = int(db.execute("PRAGMA application_id").fetchone()[0])
        tables = int(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.OperationalError:
        raise  # locked, read-only, unreadable: the file may well be a ledger, and the caller knows the cure
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"this file is no SQLite database that can be read: {error}") from error
    if mark not in (0, APPLICATION_ID) or (mark == 0 and tables):
        raise LedgerError("this database is not a ledger of this program: give another file name")
    if version > known:
        raise LedgerError(f"this ledger has schema {version}, newer than this program's {known}: update the program")
