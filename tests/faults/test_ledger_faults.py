"""What a ledger survives: kill -9, rivals, locks, a full disk, a read-only file, half a migration."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlite_utils.utils import sqlite3

from scanner.assess import Ledger
from scanner.errors import LedgerError
from scanner.ledger import proof, schema
from scanner.ledger.standing import standing
from scanner.ledger.store import BUSY_SECONDS, Store, WalResetWarning
from scanner.model import Message
from tests.ledger.helpers import T0, WHATSAPP, FakeScanner, message

SHIPPED = Path(__file__).parents[2] / "lexicons/policy/alibaba-2021-08.toml"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks its rivals")


@pytest.fixture(autouse=True)
def _any_sqlite() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WalResetWarning)
        yield


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The reference policy without a budget, so that all charges are executed."""
    path = tmp_path / "unbounded.toml"
    text = SHIPPED.read_text("utf-8").replace("per_run = 10", "per_run = 0").replace("per_hour = 10", "per_hour = 0")
    path.write_text(text, "utf-8")
    return path


def opened(path: Path, policy: Path | None = None, **more: float) -> Ledger:
    return Ledger(path, policy=policy, scanner=FakeScanner(), **more)  # type: ignore[arg-type]


def events(count: int, merchants: int) -> list[Message]:
    return [message(WHATSAPP, number, merchant_id=f"shop{number % merchants}") for number in range(1, count + 1)]


def forked(work: Callable[[], None]) -> int:
    """A child that does `work`; anything raised in it is exit code 1."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return child


def assert_whole(path: Path, expected: set[str]) -> None:
    """Exactly the expected findings, each once; no charge without its event; the chain and the file sound."""
    with opened(path) as ledger:
        refs = [row["ref"] for row in ledger.query("SELECT ref FROM events WHERE type = 'finding'")]
        assert sorted(refs) == sorted(expected)
        orphans = "SELECT count(*) AS n FROM charges WHERE event NOT IN (SELECT seq FROM events)"
        assert ledger.query(orphans) == [{"n": 0}]
        assert [row[0] for row in ledger.store.db.execute("PRAGMA integrity_check")] == ["ok"]
        assert proof.verify(ledger) == []


@pytest.mark.slow
def test_a_writer_killed_fifty_times(tmp_path: Path, policy: Path) -> None:
    path, todo = tmp_path / "ledger.db", events(400, 20)
    opened(path, policy).account("shop0")
    chance, acknowledged = random.Random(7), set[str]()
    for _ in range(50):
        reading, writing = os.pipe()

        def write(out: int = writing) -> None:
            with opened(path) as ledger:
                for item in todo:
                    ledger.assess(item)
                    os.write(out, f"{item.id}\n".encode())

        child = forked(write)
        os.close(writing)
        time.sleep(chance.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as acks:
            acknowledged |= {line.decode().strip() for line in acks if line.endswith(b"\n")}
    assert acknowledged
    with opened(path) as ledger:
        there = {row["ref"] for row in ledger.query("SELECT ref FROM events WHERE type = 'finding'")}
        assert acknowledged <= there
        list(ledger.assess_many(todo))
        assert [standing(ledger, f"shop{i}", T0).balance for i in range(20)] == [6 + 17 * 6] * 20
    assert_whole(path, {str(item.id) for item in todo})


@pytest.mark.slow
def test_four_rivals_five_times_over_with_one_killed(tmp_path: Path, policy: Path) -> None:
    path, todo = tmp_path / "ledger.db", events(300, 30)
    opened(path, policy).account("shop0")

    def deliver(seed: int) -> None:
        order = random.Random(seed)
        with opened(path, busy_seconds=60) as ledger:
            for _ in range(5):
                mine = order.sample(todo, len(todo))
                list(ledger.assess_many(mine, batch=20))

    children = [forked(lambda seed=seed: deliver(seed)) for seed in range(4)]  # type: ignore[misc]
    time.sleep(0.15)
    os.kill(children[0], signal.SIGKILL)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes[1:] == [0, 0, 0]
    assert_whole(path, {str(item.id) for item in todo})
    with opened(path) as ledger:
        assert [standing(ledger, f"shop{i}", T0).balance for i in range(30)] == [48] * 30


def hold_lock(path: Path, ready: Event, done: Event) -> Thread:
    """Another program that holds the write lock until `done`."""

    def run() -> None:
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        ready.set()
        done.wait(30)
        other.rollback()
        other.close()

    thread = Thread(target=run)
    thread.start()
    ready.wait(5)
    return thread


@pytest.mark.slow
def test_a_lock_held_for_three_seconds_is_waited_for(tmp_path: Path, policy: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path, policy) as ledger:
        ledger.account("shop1")
        ready, done = Event(), Event()
        thread = hold_lock(path, ready, done)
        Thread(target=lambda: (time.sleep(3), done.set())).start()
        started = time.monotonic()
        assert ledger.assess(message(WHATSAPP, 1)).charges[0].state == "executed"
        assert time.monotonic() - started > 2
        thread.join()


def test_a_lock_held_too_long_is_a_clear_error_and_nothing_partial(tmp_path: Path, policy: Path) -> None:
    assert BUSY_SECONDS < 30
    path = tmp_path / "ledger.db"
    with opened(path, policy, busy_seconds=0.3) as ledger:
        ledger.assess(message(WHATSAPP, 1))
        ready, done = Event(), Event()
        thread = hold_lock(path, ready, done)
        with pytest.raises(LedgerError, match=r"another program holds the ledger.*nothing was written"):
            ledger.assess(message(WHATSAPP, 2))
        done.set()
        thread.join()
        assert ledger.assess(message(WHATSAPP, 2)).charges[0].outcome.points == 3
    assert_whole(path, {"m1", "m2"})


def test_a_full_disk(tmp_path: Path, policy: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path, policy) as ledger:
        ledger.assess(message(WHATSAPP, 1))
        pages = ledger.store.db.execute("PRAGMA page_count").fetchone()[0]
        ledger.store.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="disk is full"):
            list(ledger.assess_many(message(WHATSAPP + "x" * 9000, n) for n in range(2, 40)))
        assert_whole(path, {"m1"})
        ledger.store.db.execute("PRAGMA max_page_count = 1073741823")
        assert ledger.assess(message(WHATSAPP, 2)).charges[0].outcome.points == 3
    assert_whole(path, {"m1", "m2"})


def test_a_file_that_cannot_be_written(tmp_path: Path, policy: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path, policy) as ledger:
        ledger.assess(message(WHATSAPP, 1))
        ledger.store.db.execute("PRAGMA query_only = ON")
        with pytest.raises(LedgerError, match="cannot be written"):
            ledger.assess(message(WHATSAPP, 2))
        ledger.store.db.execute("PRAGMA query_only = OFF")
    assert_whole(path, {"m1"})
    with pytest.raises(LedgerError, match="cannot be opened"):
        opened(tmp_path / "no" / "such" / "folder.db", policy)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_file_that_another_user_owns(open_folder: Path, policy: Path) -> None:
    path = open_folder / "ledger.db"
    with opened(path, policy) as ledger:
        ledger.assess(message(WHATSAPP, 1))
    for item in open_folder.iterdir():
        item.chmod(0o444)
    open_folder.chmod(0o555)
    before = path.read_bytes()

    def as_nobody() -> None:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        with pytest.raises(LedgerError, match=r"cannot be (written|opened).*nothing was written"), opened(path) as book:
            book.assess(message(WHATSAPP, 2))

    assert os.waitstatus_to_exitcode(os.waitpid(forked(as_nobody), 0)[1]) == 0
    assert path.read_bytes() == before
    open_folder.chmod(0o755)
    for item in open_folder.iterdir():
        item.chmod(0o644)
    assert_whole(path, {"m1"})


def test_a_disk_on_which_no_file_can_grow(tmp_path: Path, policy: Path) -> None:
    """The system refuses the write itself, in the middle of a transaction."""
    path = tmp_path / "ledger.db"
    with opened(path, policy) as ledger:
        ledger.assess(message(WHATSAPP, 1))

    def cramped() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        room = sum(item.stat().st_size for item in tmp_path.iterdir()) + 20_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        with (
            opened(path) as book,
            pytest.raises(LedgerError, match=r"(disk is full|disk reports).*nothing was written"),
        ):
            list(book.assess_many(message(WHATSAPP + "x" * 9000, n) for n in range(2, 40)))

    assert os.waitstatus_to_exitcode(os.waitpid(forked(cramped), 0)[1]) == 0
    assert_whole(path, {"m1"})


def test_a_migration_killed_half_way_never_happened(tmp_path: Path, policy: Path) -> None:
    path = tmp_path / "ledger.db"

    def half(db: object) -> None:
        schema.MIGRATIONS[0](db)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)

    child = forked(lambda: Store(path, migrations=(half,)) and None)
    os.waitpid(child, 0)
    look = sqlite3.connect(path)
    assert look.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert look.execute("PRAGMA user_version").fetchone() == (0,)
    look.close()
    with opened(path, policy) as ledger:
        ledger.assess(message(WHATSAPP, 1))
    assert_whole(path, {"m1"})


def test_an_older_program_refuses_a_newer_ledger(tmp_path: Path, policy: Path) -> None:
    path = tmp_path / "ledger.db"
    opened(path, policy).account("x")
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    other.close()
    with pytest.raises(LedgerError, match="newer than this program"):
        opened(path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, just text that is long enough to be read as a header of one " * 20)
    with pytest.raises(LedgerError, match=r"no ledger|no SQLite"):
        opened(text)
    foreign = tmp_path / "foreign.db"
    other = sqlite3.connect(foreign)
    other.execute("CREATE TABLE t (x)")
    other.commit()
    other.close()
    before = foreign.read_bytes()
    with pytest.raises(LedgerError, match="not a ledger"):
        opened(foreign)
    assert foreign.read_bytes() == before


def test_a_damaged_file_is_reported(tmp_path: Path, policy: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path, policy) as ledger:
        for number in range(1, 60):
            ledger.assess(message(WHATSAPP, number))
        ledger.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    broken = tmp_path / "broken.db"
    shutil.copy(path, broken)
    data = bytearray(broken.read_bytes())
    for place in range(len(data) // 2, len(data) // 2 + 6000):
        data[place] = 0xA5
    broken.write_bytes(bytes(data))
    try:
        with opened(broken) as ledger:
            faults = proof.verify(ledger)
    except LedgerError as error:
        faults = [str(error)]
    assert faults
