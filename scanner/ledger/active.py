"""Which packs run: sets of pack files kept by content, and the activations of them, which only grow.

Workers load a set from here and not from a folder, so that all of them run the same bytes. No activation at all
means the packs that come with the program.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import LedgerError, PackError
from scanner.ledger.marks import bump
from scanner.ledger.store import MissingError, Store
from scanner.lexicon import Lexicon, load
from scanner.lexicon.load import pack_files
from scanner.text.data import data_root

MAX_FILES = 1_000
MAX_BYTES = 64 * 1024 * 1024
"""Of one set of packs, unpacked."""


class ChangedError(LedgerError):
    """Another set of packs was activated since the caller looked."""


@dataclass(frozen=True, slots=True)
class PackSet:
    """One complete set of packs."""

    id: int
    digest: str
    versions: Mapping[str, str]
    source: str
    added: int


@dataclass(frozen=True, slots=True)
class Activation:
    """One change of the set that runs."""

    seq: int
    pack_set: int
    at: int
    by: str
    why: str


def captured(path: str | Path | None = None) -> dict[str, bytes]:
    """The files of the packs below a folder (by default the shipped ones), by relative name."""
    root = Path(str(data_root() if path is None else path))
    files: dict[str, bytes] = {}
    packs = [Path(str(file)) for file in pack_files(path)]
    tables = sorted({table for pack in packs for table in pack.parent.glob("*.csv")})
    base = root if root.is_dir() else root.parent
    for file in (*packs, *tables):
        files[file.relative_to(base).as_posix()] = _read(file)
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise PackError(f"more than {MAX_FILES} files or {MAX_BYTES >> 20} MB: give a folder of packs alone")
    return files


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise PackError(f"{file.name}: larger than {MAX_BYTES >> 20} MB")
        return file.read_bytes()
    except OSError as error:
        raise PackError(f"{file.name}: cannot be read ({error.strerror})") from None


def digest_of(files: Mapping[str, bytes]) -> str:
    """One digest of names and contents."""
    parts = [f"{name}\0{hashlib.sha256(body).hexdigest()}\n" for name, body in sorted(files.items())]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def lexicon_of(files: Mapping[str, bytes]) -> Lexicon:
    """The lexicon that the files hold; PackError with every fault."""
    with tempfile.TemporaryDirectory(prefix="packs-") as folder:
        unpack(files, Path(folder))
        return load(folder)


def unpack(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder; PackError when a name leads out of it."""
    for name, body in files.items():
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise PackError(f"{name}: leads out of the folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)


def running_files(store: Store) -> dict[str, bytes]:
    """The files of the set in force; those of the program where none was activated."""
    running = active(store)
    return captured() if running is None else files_of(store, running.pack_set)


def remember(store: Store, files: Mapping[str, bytes], versions: Mapping[str, str], *, source: str, now: int) -> int:
    """Keep a set, checked before by the caller; its id. A set that is there already is not kept twice."""
    digest = digest_of(files)
    with store.transaction():
        known = store.one("SELECT id FROM pack_sets WHERE digest = ?", (digest,))
        if known is not None:
            return int(known)
        names = {}
        for name, body in files.items():
            names[name] = hashlib.sha256(body).hexdigest()
            sql = "INSERT OR IGNORE INTO pack_files VALUES (?, ?)"
            store.db.execute(sql, (names[name], zlib.compress(body, 6)))
        sql = "INSERT INTO pack_sets (digest, versions, files, source, added) VALUES (?, ?, ?, ?, ?)"
        store.db.execute(sql, (digest, json.dumps(dict(versions)), json.dumps(names), source, now))
        return int(store.one("SELECT last_insert_rowid()"))


def activate(store: Store, pack_set: int, *, by: str, at: int, why: str = "", after: int | None = None) -> int:
    """Let a kept set run from now on; the activation's number, that of the running one when it runs already.

    `after` is the activation the caller saw: `ChangedError` when another has happened since.
    """
    with store.transaction():
        if not store.rows("SELECT 1 FROM pack_sets WHERE id = ?", (pack_set,)):
            raise MissingError(f"there is no set of packs {pack_set}")
        running = active(store)
        if after is not None and after != (running.seq if running else 0):
            raise ChangedError("another set of packs was activated meanwhile: look again")
        if running is not None and running.pack_set == pack_set:
            return running.seq
        seq = int(store.one("SELECT coalesce(max(seq), 0) + 1 FROM pack_activations"))
        store.db.execute("INSERT INTO pack_activations VALUES (?, ?, ?, ?, ?)", (seq, pack_set, at, by, why))
        bump(store, "packs")
        return seq


def active(store: Store) -> Activation | None:
    """The activation in force; None: the shipped packs."""
    found = activations(store, 1)
    return found[0] if found else None


def activations(store: Store, most: int = 100) -> list[Activation]:
    """The latest activations, newest first."""
    sql = "SELECT seq, pack_set, at, by, why FROM pack_activations ORDER BY seq DESC LIMIT ?"
    return [Activation(*row) for row in store.rows(sql, (most,))]


def pack_sets(store: Store, most: int = 100) -> list[PackSet]:
    """The latest sets, newest first."""
    sql = "SELECT id, digest, versions, source, added FROM pack_sets ORDER BY id DESC LIMIT ?"
    return [PackSet(row[0], row[1], json.loads(row[2]), *row[3:]) for row in store.rows(sql, (most,))]


def files_of(store: Store, pack_set: int) -> dict[str, bytes]:
    """The files of a kept set."""
    names = store.one("SELECT files FROM pack_sets WHERE id = ?", (pack_set,))
    if names is None:
        raise MissingError(f"there is no set of packs {pack_set}")
    bodies = {
        name: store.one("SELECT body FROM pack_files WHERE digest = ?", (digest,))
        for name, digest in json.loads(names).items()
    }
    return {name: zlib.decompress(body) for name, body in bodies.items()}


def folder_seen(store: Store) -> str:
    """The digest of the watched folder's content that was last acted on; empty at first."""
    return str(store.one("SELECT digest FROM pack_folder") or "")


def see_folder(store: Store, digest: str) -> bool:
    """Note that a folder's content is being acted on; False when another worker was first."""
    with store.transaction():
        if folder_seen(store) == digest:
            return False
        store.db.execute("DELETE FROM pack_folder")
        store.db.execute("INSERT INTO pack_folder VALUES (?)", (digest,))
    return True


def forget_folder(store: Store) -> None:
    """Take `see_folder` back, so that the same content is acted on again."""
    with store.transaction():
        store.db.execute("DELETE FROM pack_folder")
