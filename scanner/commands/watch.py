"""What a long run says on the way and leaves behind: progress, bad rows, the summary."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from scanner.batch.run import Outcome, put_away
from scanner.batch.sinks import Sink, open_sink
from scanner.batch.work import Counts, Task
from scanner.commands.common import Trouble, say
from scanner.engine import Scanner
from scanner.errors import InputError, ScannerError

_TICK = 0.5  # seconds between two lines of progress


class Screen:
    """Bad rows and progress on stderr; `ended` is called when the output stands."""

    def __init__(self, sources: Sequence[str], ended: Callable[[Outcome], None]) -> None:
        self._trouble = Trouble()
        self._ended = ended
        shown = sys.stderr.isatty() and not sys.stdout.isatty()
        self._progress = Progress(sources) if shown else None

    def wrong(self, error: InputError) -> None:
        """One bad row."""
        self._trouble.report(error)

    def moved(self, task: Task, counts: Counts) -> None:
        """One chunk is done."""
        if self._progress is not None:
            self._progress.show(task, counts)

    def ended(self, outcome: Outcome) -> None:
        """The output stands."""
        self._ended(outcome)

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.clear()


class Progress:
    """Records, rate and the time left, rewritten in place on stderr."""

    def __init__(self, sources: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = self._last = clock()
        files = [Path(source) for source in sources]
        known = all(path.is_file() for path in files)
        self._sizes = {str(path): path.stat().st_size for path in files} if known else {}
        self._passed: dict[str, int] = {}

    def show(self, task: Task, counts: Counts) -> None:
        """Rewrite the line if half a second has passed."""
        self._passed[task.chunk.source] = max(task.chunk.read, self._passed.get(task.chunk.source, 0))
        now = self._clock()
        if now - self._last >= _TICK:
            self._last = now
            click.echo(f"\r{self.line(counts, now - self._begun)}\x1b[K", err=True, nl=False)

    def line(self, counts: Counts, seconds: float) -> str:
        """What is shown after so many seconds; the time left is that of the bytes left at the rate so far."""
        rate = f"{counts.records:,} records, {counts.records / max(seconds, 1e-9):,.0f} a second"
        total, passed = sum(self._sizes.values()), sum(self._passed.values())
        if not total or not passed:
            return rate
        left = seconds * (total - passed) / passed
        return f"{rate}, {min(passed / total, 1):.0%}, {_span(left)} left"

    def clear(self) -> None:
        """Wipe the line."""
        click.echo("\r\x1b[K", err=True, nl=False)


class Lines(io.RawIOBase):
    """Standard output that takes encoded lines and prints them, with or without colours."""

    def __init__(self, color: bool | None) -> None:
        self._color = color

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Print whole lines."""
        text = bytes(data).decode("utf-8", "surrogatepass")
        for line in text.split("\n")[:-1]:
            say(line, color=self._color)
        return len(data)


def is_complete(outcome: Outcome) -> bool:
    """Whether every row was read to its end."""
    return not (outcome.counts.bad or outcome.counts.degraded or outcome.stopped)


def put_summary(path: Path, outcome: Outcome, scanner: Scanner, fail_on: str) -> None:
    """The counts of a run as JSON; the file appears whole."""
    counts = outcome.counts.to_json()
    told = {
        "complete": is_complete(outcome),
        "records": counts["records"],
        "bad_rows": counts["bad"],
        "cut_short": counts["degraded"],
        "windows_closed_early": outcome.closed_early,
        "stopped_by_max_errors": outcome.stopped,
        "decisions": {name: outcome.counts.decisions[name] for name in ("allow", "review", "block")},
        "findings": counts["findings"],
        "fail_on": fail_on,
        "packs": dict(scanner.packs),
        "engine": scanner.version,
    }
    put_json(path, told)


def put_json(path: Path, told: Mapping[str, Any]) -> None:
    """Write an object as JSON; the file appears whole."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


class Quarantine(Trouble):
    """Bad rows: shown, kept, and counted until there are more than `most`."""

    def __init__(self, sink: Sink | None, most: int | None) -> None:
        super().__init__()
        self._sink, self._most = sink, most

    @property
    def stopped(self) -> bool:
        """Whether there were too many."""
        return self._most is not None and self.count > self._most

    def report(self, error: ScannerError) -> None:
        """One bad row."""
        super().report(error)
        put_away(self._sink, [error])


@contextmanager
def quarantined(path: str | None, most: int | None) -> Iterator[Quarantine]:
    """What takes the bad rows; the file appears at the end, also of a run that failed."""
    sink = None if path is None else open_sink(path, "jsonl", io.BytesIO())
    try:
        yield Quarantine(sink, most)
    finally:
        if sink is not None:
            sink.finish()


def until_stopped(rows: Iterable[Any], trouble: Quarantine) -> Iterator[Any]:
    """The rows until too many were bad."""
    for row in rows:
        yield row
        if trouble.stopped:
            return


def _span(seconds: float) -> str:
    """A time as h:mm:ss."""
    whole = max(0, round(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
