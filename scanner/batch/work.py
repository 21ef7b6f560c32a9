"""Work: one chunk scanned, in whatever process: rows in, encoded results and counts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.batch.chunks import Chunk
from scanner.batch.encode import Encoder
from scanner.batch.items import Items, Pairs, gathered, items_of
from scanner.batch.readers import Reading, messages_of
from scanner.batch.tally import Tally
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.model import Message, Scan
from scanner.windows import Windows


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk on its way; `previous` holds what its readable messages are read with, when any is.

    `messages` are the rows parsed and placed already: then the chunk need not be parsed again.
    """

    chunk: Chunk
    previous: Sequence[tuple[str, ...]] | None = None
    messages: Sequence[Message | InputError] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is done with every chunk. `key` is that of the report's tally; None makes none."""

    reading: Reading
    encode: Encoder
    key: bytes | None = None


@dataclass(slots=True)
class Counts:
    """What a run counts."""

    records: int = 0
    bad: int = 0
    degraded: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)

    def add(self, scans: Sequence[Scan]) -> None:
        """Some results more."""
        self.records += len(scans)
        self.decisions.update(Counter(scan.decision for scan in scans))
        for scan in scans:
            self.degraded += bool(scan.degraded)
            for hit in scan.hits:
                self.findings[f"{hit.category} {hit.level}"] += 1
                self.levels[hit.level] += 1

    def merge(self, other: Counts) -> None:
        """Add another's counts."""
        self.records += other.records
        self.bad += other.bad
        self.degraded += other.degraded
        for name in ("decisions", "findings", "levels"):
            getattr(self, name).update(getattr(other, name))

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        counters = {name: dict(sorted(getattr(self, name).items())) for name in ("decisions", "findings", "levels")}
        return {"records": self.records, "bad": self.bad, "degraded": self.degraded, **counters}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Counts:
        """Back from `to_json`."""
        counters = (Counter(data[name]) for name in ("decisions", "findings", "levels"))
        return cls(data["records"], data["bad"], data["degraded"], *counters)


@dataclass(slots=True)
class Result:
    """What became of one chunk."""

    data: bytes
    counts: Counts
    errors: list[InputError]
    tally: Tally | None = None


def place(chunks: Iterable[Chunk], windows: Windows, reading: Reading, *, keep: bool) -> Iterator[Task]:
    """Every chunk in order, with the earlier messages that its own are read with.

    Only chunks that may hold conversations are parsed for it; `keep` hands the parsed rows on, for a reader in
    this process.
    """
    for chunk in chunks:
        if not _may_converse(chunk):
            yield Task(chunk)
            continue
        rows = list(messages_of(chunk, reading))
        if keep:
            yield Task(chunk, None, [row if isinstance(row, InputError) else windows.place(row) for row in rows])
            continue
        previous = [windows.before(row) for row in rows if not isinstance(row, InputError)]
        yield Task(chunk, previous if any(previous) else None)


def do(task: Task, scanner: Scanner, job: Job) -> Result:
    """Parse, scan, count and encode one chunk."""
    items = _items(task, job.reading)
    scans = list(scanner.scan_many(items.texts))
    pairs = Pairs(items.ids, items.texts, scans)
    counts = Counts(bad=len(items.errors))
    counts.add(scans)
    tally = None if job.key is None else Tally(key=job.key)
    if tally is not None:
        for message, scan in pairs:
            tally.add(message, scan)
    return Result(job.encode(pairs), counts, items.errors, tally)


def _items(task: Task, reading: Reading) -> Items:
    if task.messages is not None:
        return gathered(task.messages)
    if task.previous is None:
        return items_of(task.chunk, reading)
    return gathered(_with_previous(messages_of(task.chunk, reading), iter(task.previous)))


def _with_previous(
    rows: Iterable[Message | InputError], previous: Iterator[tuple[str, ...]]
) -> Iterator[Message | InputError]:
    for row in rows:
        if isinstance(row, InputError):
            yield row
        else:
            earlier = next(previous)
            yield replace(row, previous=earlier) if earlier else row


def _may_converse(chunk: Chunk) -> bool:
    """Whether a row of a chunk may name a conversation; a JSON key may be written with escapes."""
    if chunk.form == "jsonl":
        return b'"conversation"' in chunk.content or b"\\u00" in chunk.content
    return "conversation" in chunk.header
