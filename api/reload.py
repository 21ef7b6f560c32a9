"""Hot reload: a thread that notices what changed in the ledger's file, or in the watched folder of packs.

New packs are checked in a process of their own, compiled beside the old ones and swapped at once. Whatever fails
leaves the old ones running.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from api.logs import failure
from scanner.engine import Scanner
from scanner.errors import PackError, ScannerError
from scanner.ledger import active
from scanner.ledger.keys import Key, every
from scanner.ledger.marks import data_version, marks
from scanner.ledger.store import Store

CHECK_SECONDS = 300
"""How long the check of new packs may take."""

STALE_SECONDS = 10.0
"""After so long without a look at the ledger a worker is not ready."""

_log = logging.getLogger("api.reload")


def checked(files: Mapping[str, bytes]) -> None:
    """Check packs whole, with their own examples, in another process; PackError with every fault."""
    with tempfile.TemporaryDirectory(prefix="packs-") as folder:
        active.unpack(files, Path(folder))
        command = [sys.executable, "-m", "scanner", "lexicon", "check", folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=CHECK_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise PackError(f"the check took over {CHECK_SECONDS} seconds") from None
    if done.returncode:
        lines = [line.removeprefix("error:").strip() for line in done.stderr.splitlines()]
        raise PackError([line for line in lines if line] or ["the check failed"])


class Watcher:
    """Looks every `poll` seconds. `on_keys` and `on_packs` are called on its thread, first by `look`.

    `on_packs(activation number, scanner)` gets a scanner only when another set runs than before.
    """

    def __init__(
        self,
        store: Store,
        *,
        poll: float,
        folder: Path | None,
        on_keys: Callable[[list[Key]], None],
        on_packs: Callable[[int, Scanner], None],
        clock: Callable[[], float],
    ) -> None:
        self.store = store
        self.wanted = 0
        self.running = 0
        self.policy: tuple[str, str] | None = None
        self.faults: tuple[str, ...] = ()
        self._poll, self._clock = poll, clock
        self._on_keys, self._on_packs = on_keys, on_packs
        self._folder = None if folder is None else _Folder(folder)
        self._seen: int | None = None
        self._marks: dict[str, int] = {}
        self._looked = time.monotonic()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def ready(self) -> bool:
        """Whether this worker runs what it should, and has looked lately."""
        return self.wanted == self.running and time.monotonic() - self._looked < STALE_SECONDS

    def start(self) -> None:
        """Look once, so that the first answer is right already; then go on looking."""
        self.look()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close its file."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(CHECK_SECONDS)
        self.store.close()

    def _run(self) -> None:
        while not self._stop.wait(self._poll):
            try:
                self.look()
            except Exception as error:
                _log.error("watch failed", extra=failure(error))

    def look(self) -> None:
        """Take over what changed."""
        if self._folder is not None and (files := self._folder.changed()) is not None:
            self._take_folder(files)
            self._seen = self._seen and -1  # one's own writes do not change `data_version`
        version = data_version(self.store)
        if version != self._seen:
            self._take_marks(marks(self.store))
            self.policy = _policy(self.store)
            self._seen = version
        self._looked = time.monotonic()

    def _take_marks(self, now: dict[str, int]) -> None:
        first = self._seen is None
        if first or now.get("keys") != self._marks.get("keys"):
            self._on_keys(every(self.store))
        if first or now.get("packs") != self._marks.get("packs"):
            self._follow()
        self._marks = now

    def _follow(self) -> None:
        """Run the set that was activated last."""
        newest = active.active(self.store)
        if newest is None or newest.seq == self.running:
            return
        self.wanted = newest.seq
        self._on_packs(newest.seq, Scanner(active.lexicon_of(active.files_of(self.store, newest.pack_set))))
        self.running = newest.seq
        _log.info("packs swapped", extra={"activation": newest.seq})

    def _take_folder(self, files: Mapping[str, bytes]) -> None:
        """Check, keep and activate what lies in the watched folder, unless another worker does."""
        digest = active.digest_of(files)
        if not active.see_folder(self.store, digest):
            return
        try:
            checked(files)
            versions = active.lexicon_of(files).versions()
            now = int(self._clock())
            kept = active.remember(self.store, files, versions, source="folder", now=now)
            active.activate(self.store, kept, by="folder", at=now, why="the watched folder changed")
        except PackError as error:
            self.faults = error.problems
            _log.error("packs refused", extra={"faults": len(error.problems)})
        except BaseException:
            active.forget_folder(self.store)  # it was not the packs: somebody has to try again
            self._folder = self._folder and _Folder(self._folder.path)
            raise
        else:
            self.faults = ()


def _policy(store: Store) -> tuple[str, str] | None:
    """Name and version of the policy that was adopted last."""
    sql = (
        "SELECT json_extract(body, '$.name'), json_extract(body, '$.version') FROM events "
        "WHERE merchant IS NULL AND type = 'policy' ORDER BY seq DESC LIMIT 1"
    )
    rows = store.rows(sql)
    return (rows[0][0], rows[0][1]) if rows else None


class _Folder:
    """A folder of packs; a change counts when it has been still for one look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._before: object = None
        self._taken: object = None

    def changed(self) -> dict[str, bytes] | None:
        """The files, if they changed since they were given last and do not change any more."""
        now = self._stamp()
        still, self._before = now == self._before or self._taken is None, now
        if now == self._taken or not still:
            return None
        try:
            files = active.captured(self.path)
        except (ScannerError, OSError):
            return None
        if self._stamp() != now:
            return None
        self._taken = now
        return files

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        try:
            for file in sorted(self.path.rglob("*")):
                if file.suffix in (".toml", ".csv"):
                    stat = file.stat()
                    found.append((str(file), stat.st_mtime_ns, stat.st_size))
        except OSError:
            return ()
        return tuple(found)
