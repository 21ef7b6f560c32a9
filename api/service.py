"""The service's state: one complete set of versions at a time, a ledger per thread, the clock."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from api.settings import Settings
from scanner.assess import Ledger
from scanner.engine import Scanner
from scanner.ledger.store import WalResetWarning


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
        self._clock = clock or (lambda: datetime.now(UTC))
        self._threads = threading.local()
        self._opened: list[Ledger] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._clock()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """This thread's ledger, reading with the live scanner, under the policy in force. Never on the event loop."""
        ledger: Ledger | None = getattr(self._threads, "ledger", None)
        if ledger is None:
            ledger = self._threads.ledger = self._open()
        ledger.scanner = self.current.scanner
        yield ledger

    def start(self) -> None:
        """Open the ledger once, so that a wrong file or policy stops the start."""
        with self.ledger() as ledger:
            _ = ledger.policy

    def stop(self) -> None:
        """Close every ledger that was opened."""
        with self._lock:
            for ledger in self._opened:
                ledger.close()
            self._opened.clear()

    def _open(self) -> Ledger:
        with self._lock, warnings.catch_warnings():
            warnings.simplefilter("ignore", WalResetWarning)  # said once, at start
            policy = None if self._opened else self.settings.policy
            ledger = Ledger(self.settings.ledger, policy=policy, scanner=self.current.scanner)
            self._opened.append(ledger)
        return ledger


async def service_of(request: Request) -> Service:
    """`Depends(service_of)` gives the Service."""
    found: Service = request.app.state.service
    return found
