"""How fast the ledger is: ratios within one run, each with the counts it must reach."""

from __future__ import annotations

import gc
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from scanner.assess import Ledger
from scanner.ledger import schema
from scanner.ledger.standing import standing
from scanner.ledger.store import WalResetWarning
from scanner.model import Message, Scan
from tests.ledger.helpers import T0, WHATSAPP, FakeScanner, message

pytestmark = pytest.mark.bench

BATCH = 200
MESSAGES = 2_000
ROUNDS = 9
SHIPPED = Path(__file__).parents[2] / "lexicons/policy/alibaba-2021-08.toml"
TEXT = "Dear friend, for the final price of 600 sets please " + WHATSAPP + ", we answer faster there."


@pytest.fixture(autouse=True)
def _any_sqlite() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WalResetWarning)
        yield


class Watched(FakeScanner):
    """Keeps the time spent scanning."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def scan_message(self, message: Message) -> Scan:
        started = time.perf_counter()
        scan = super().scan_message(message)
        self.seconds += time.perf_counter() - started
        return scan


def traffic(count: int, start: int = 0) -> list[Message]:
    """Guilty messages, each a conversation of its own, over 200 merchants."""
    return [message(TEXT, start + n, minutes=start + n, merchant_id=f"shop{n % 200}") for n in range(count)]


def mostly_clean(count: int) -> list[Message]:
    """One message in fifty guilty, the others plain talk, six to a conversation."""
    clean = "Dear friend, item {} is 3.20 USD per set, delivery in 15 days after payment."
    return [
        message(
            TEXT if n % 50 == 0 else clean.format(n),
            n,
            minutes=n,
            merchant_id=f"shop{n % 200}",
            conversation=f"c{n // 6}",
        )
        for n in range(count)
    ]


def opened(path: Path, scanner: FakeScanner) -> Ledger:
    return Ledger(path, policy="alibaba-2021-08", scanner=scanner, budget=0)  # type: ignore[arg-type]


def timed(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    gc.enable()
    return seconds


def assess_all(path: Path, messages: list[Message]) -> tuple[float, float]:
    """Seconds to assess in batches, and those of them spent scanning."""
    scanner = Watched()
    with opened(path, scanner) as ledger:
        ledger.account("shop0")
        total = timed(lambda: [None for _ in ledger.assess_many(messages, batch=BATCH)])
        found = ledger.query("SELECT count(*) AS n FROM events WHERE type = 'finding'")
        assert found == [{"n": sum(item.text == TEXT for item in messages)}]
    return total, scanner.seconds


def insert_all(source: Path, target: Path, messages: int) -> tuple[float, int]:
    """Seconds to insert the same rows of all tables with sqlite-utils, in as many transactions."""
    rows = {t: list(Database(source).query(f"SELECT * FROM {t}")) for t in ("events", "charges", "personal")}
    db = Database(target)
    db.enable_wal()
    db.execute("PRAGMA synchronous = FULL")
    schema.migrate(db)
    blocks = -(-messages // BATCH)

    def work() -> None:
        for i in range(blocks):
            with db.atomic():
                for table, all_rows in rows.items():
                    size = -(-len(all_rows) // blocks)
                    db[table].insert_all(all_rows[i * size : (i + 1) * size])  # type: ignore[union-attr]

    seconds = timed(work)
    count = sum(len(list(db.query(f"SELECT 1 FROM {table}"))) for table in rows)
    assert count == sum(map(len, rows.values()))
    db.close()
    return seconds, count


@pytest.mark.parametrize("kind", [traffic, mostly_clean])
def test_assess_in_batches(tmp_path: Path, kind: Callable[[int], list[Message]]) -> None:
    messages, ratios = kind(MESSAGES), []
    for number in range(ROUNDS):
        path = tmp_path / f"a{number}.db"
        total, scanning = assess_all(path, messages)
        base, rows = insert_all(path, tmp_path / f"b{number}.db", len(messages))
        ratios.append((total - scanning) / base)
        print(
            f"assess {MESSAGES:,} ({kind.__name__}): {total:.3f} s, of it scanning {scanning:.3f} s; "
            f"insert_all of {rows:,} rows {base:.3f} s; ratio {ratios[-1]:.2f}"
        )
    assert statistics.median(ratios) <= 3.0


def test_standing_of_a_merchant_with_ten_thousand_offences(tmp_path: Path) -> None:
    messages = [message(TEXT, n, minutes=n, merchant_id="big") for n in range(10_000)]
    with opened(tmp_path / "big.db", FakeScanner()) as ledger:
        list(ledger.assess_many(messages, batch=2_000))
        when = T0 + timedelta(days=30)
        seconds = statistics.median(timed(lambda: standing(ledger, "big", when)) for _ in range(9))
        found = standing(ledger, "big", when)
    print(f"standing of 10,000 offences: {seconds * 1000:.2f} ms")
    assert found.counts == {"off_platform": 10_000}
    assert found.balance == 6 + 6 * 9_997
    assert seconds < 0.010


def fill(path: Path, count: int) -> None:
    """`count` recorded events of other merchants, put in below the chain."""
    with opened(path, FakeScanner()) as ledger:
        list(ledger.assess_many(traffic(BATCH, start=10_000_000)))
        db = ledger.store.db
        have = db.execute("SELECT max(seq) FROM events").fetchone()[0]
        missing = max(0, count - have)
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO events "
            "SELECT ? + i, 'finding:old' || i, 'finding', 'old' || (i % 50000), 'off_platform', 'o' || i, "
            "'oc' || i, 1600000000 + i, 1600000000 + i, '{}', printf('%064x', i) FROM n",
            (missing, have),
        )
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO charges "
            "SELECT 1000000 + i, ? + i, 'old' || (i % 50000), 'off_platform', 'o' || i, 'executed', 1, 'warning', "
            "0.0, NULL, 1600000000 + i, NULL, '[]', 0.0, 1, 1 FROM n",
            (missing, have),
        )
        assert db.execute("SELECT count(*) FROM events").fetchone()[0] == max(count, have)


def test_cost_per_event_is_flat(tmp_path: Path) -> None:
    cost = {}
    for count in (1_000, 1_000_000):
        path = tmp_path / f"{count}.db"
        fill(path, count)
        rounds = []
        with opened(path, FakeScanner()) as ledger:
            for number in range(ROUNDS):
                messages = traffic(1_000, start=1_000 * (number + 1))
                rounds.append(timed(lambda m=messages: list(ledger.assess_many(m, batch=BATCH))))  # type: ignore[misc]
        cost[count] = statistics.median(rounds) / 1_000
        print(f"{count:>9,} events recorded: {cost[count] * 1e6:.0f} us an event")
    assert cost[1_000_000] <= 1.3 * cost[1_000]
