"""The service's state: one complete set of versions at a time, a ledger per thread, keys, the clock."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from anyio import to_thread
from fastapi import Request

from api import metrics
from api.impact import Found, Impacts
from api.keyring import Keyring
from api.reload import Watcher, checked
from api.settings import Settings
from scanner.assess import Ledger
from scanner.engine import Scanner
from scanner.ledger import active, keys
from scanner.ledger.store import Store, WalResetWarning
from scanner.proof import warm
from scanner.rules.load import load

DESK_BUSY_SECONDS = 2.0
"""How long keys and activations wait for another writer."""


@dataclass(frozen=True, slots=True)
class Live:
    """What answers now: a scanner and the versions of its packs. `number` is the activation's, 0 for the shipped."""

    scanner: Scanner
    number: int = 0

    @property
    def versions(self) -> Mapping[str, str]:
        """Name of each pack -> its version."""
        return self.scanner.packs


class Service:
    """On `app.state.service`. `current` is swapped as a whole: read it once per request."""

    def __init__(
        self, settings: Settings, *, scanner: Scanner | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.settings = settings
        self.current = Live(scanner or Scanner())
        self.keyring = Keyring()
        self.impacts = Impacts(settings.reference, settings.reference_records)
        self.watcher: Watcher | None = None
        self.stopping = False
        self._clock = clock or (lambda: datetime.now(UTC))
        self._threads = threading.local()
        self._opened: list[Ledger] = []
        self._desk: Store | None = None
        self._lock = threading.RLock()

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._clock()

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """This thread's ledger, reading with the live scanner, under the policy in force. Never on the event loop."""
        ledger: Ledger | None = getattr(self._threads, "ledger", None)
        if ledger is None:
            ledger = self._threads.ledger = self._open()
        ledger.scanner = self.current.scanner
        yield ledger

    @contextmanager
    def desk(self) -> Iterator[Store]:
        """The store for keys and activations, one thread at a time. Never on the event loop."""
        with self._lock:
            if self._desk is None:
                self._desk = self._store()
            yield self._desk

    # start and stop ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the ledger, so that a wrong file or policy stops the start, and take over keys and packs."""
        with self.ledger() as ledger:
            _ = ledger.policy
        warm(self.current.scanner)
        self.watcher = Watcher(
            self._store(),
            poll=self.settings.poll_seconds,
            folder=self.settings.packs,
            on_keys=self.keyring.replace,
            on_packs=self._swap,
            clock=lambda: self.now().timestamp(),
        )
        self.watcher.start()

    def stop(self) -> None:
        """End the watcher and close everything that was opened."""
        self.stopping = True
        self.impacts.stop()
        if self.watcher is not None:
            self.watcher.stop()
        with self._lock:
            for opened in (*self._opened, self._desk):
                if opened is not None:
                    opened.close()
            self._opened.clear()
            self._desk = None

    def _swap(self, number: int, scanner: Scanner) -> None:
        warm(scanner)
        self.current = Live(scanner, number)
        metrics.ACTIVATION.set(number)
        metrics.SWAPS.inc()

    def _open(self) -> Ledger:
        with self._lock, _quiet():
            ledger = Ledger(self.settings.ledger, policy=self._first_policy(), scanner=self.current.scanner)
            self._opened.append(ledger)
        return ledger

    def _first_policy(self) -> str | None:
        """The policy of a ledger that has none yet. One that has keeps its own: persons change it, not a restart."""
        if self.settings.policy is None or self._opened:
            return None
        load(self.settings.policy)  # a name that cannot be read stops the start
        with self.desk() as store:
            has_one = store.one("SELECT 1 FROM events WHERE merchant IS NULL AND type = 'policy' LIMIT 1")
        return None if has_one else self.settings.policy

    def _store(self) -> Store:
        return Store(self.settings.ledger, busy_seconds=DESK_BUSY_SECONDS)

    def ready(self) -> bool:
        """Whether this worker can serve."""
        return self.watcher is not None and self.watcher.ready and not self.stopping

    def policy(self) -> dict[str, str] | None:
        """Name and version of the policy in force, as of the last look."""
        found = None if self.watcher is None else self.watcher.policy
        return None if found is None else {"name": found[0], "version": found[1]}

    def pack_faults(self) -> tuple[str, ...]:
        """What was wrong with the packs that this worker refused last."""
        return () if self.watcher is None else self.watcher.faults

    # keys ----------------------------------------------------------------------------------------------

    def keys_needed(self) -> bool:
        """Whether callers have to send a key."""
        wanted = self.settings.require_keys
        return len(self.keyring) > 0 if wanted is None else wanted

    async def take_tokens(self, key: keys.Key, wanted: float) -> tuple[float, float]:
        """Lease tokens of a key from the bucket in the file; see `keys.take`."""
        return await to_thread.run_sync(self._take, key, wanted)

    def _take(self, key: keys.Key, wanted: float) -> tuple[float, float]:
        with self.desk() as store:
            return keys.take(store, key, wanted, time.time())

    # packs ---------------------------------------------------------------------------------------------

    def install(self, folder: Path | None, *, source: str) -> int:
        """Check the packs of a folder (None: the shipped ones) and keep them; the set's id. PackError when bad."""
        files = active.captured(folder)
        if folder is not None:
            checked(files)
        versions = active.lexicon_of(files).versions()
        with self.desk() as store:
            return active.remember(store, files, versions, source=source, now=int(self.now().timestamp()))

    def activate(self, pack_set: int, *, by: str, why: str = "", after: int | None = None) -> int:
        """Let a kept set run on every worker within a second; the activation's number."""
        with self.desk() as store:
            active.lexicon_of(active.files_of(store, pack_set))  # never activate what cannot be read
            now = int(self.now().timestamp())
            return active.activate(store, pack_set, by=by, at=now, why=why, after=after)

    def impact(self, pack_set: int) -> Found:
        """What a kept set decides differently from the one that runs; `MissingError` when there is none."""
        with self.desk() as store:
            after, before = active.files_of(store, pack_set), active.running_files(store)
        return self.impacts.of(before, after)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warning about SQLite, which `serve` says once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WalResetWarning)
        yield


async def service_of(request: Request) -> Service:
    """`Depends(service_of)` gives the Service."""
    found: Service = request.app.state.service
    return found
