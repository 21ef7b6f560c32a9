"""Runs: chunks read, scanned and written in order, with or without a checkpoint."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from scanner.batch.checkpoint import Checkpoint
from scanner.batch.chunks import Chunk, read_chunks
from scanner.batch.encode import Encoder
from scanner.batch.pool import Pool
from scanner.batch.readers import Reading
from scanner.batch.sinks import Sink, open_sink
from scanner.batch.streams import PACKED
from scanner.batch.tally import Tally
from scanner.batch.work import Counts, Job, Result, Task, place
from scanner.engine import Scanner
from scanner.errors import InputError, ScannerError
from scanner.model import Message
from scanner.records import dump_json
from scanner.windows import Windows

_SMALL = 256 * 1024  # bytes of input that are done before another process would have started
_WHERE = re.compile(r"(?P<source>.+?):(?P<line>\d+): (?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done. `messages` are read before the sources; `output` None is standard output.

    `max_errors` bad rows are borne. `about` tells a checkpoint what else must stay the same.
    """

    sources: Sequence[str]
    reading: Reading
    encode: Encoder
    form: str = "jsonl"
    messages: Sequence[Message] = ()
    workers: int = 1
    output: str | None = None
    checkpoint: Path | None = None
    mixed_packs: bool = False
    quarantine: str | None = None
    max_errors: int | None = None
    tally: bool = False
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What came of a run. `stopped` says that the bad rows were too many, `before` that nothing was left to do."""

    counts: Counts = field(default_factory=Counts)
    closed_early: int = 0
    stopped: bool = False
    before: bool = False
    tally: Tally | None = None


class Watch(Protocol):
    """Told of what happens on the way."""

    def wrong(self, error: InputError) -> None:
        """One bad row."""

    def moved(self, task: Task, counts: Counts) -> None:
        """One chunk is done."""

    def ended(self, outcome: Outcome) -> None:
        """The output stands; a checkpoint is about to be closed."""


def run(plan: Plan, scanner: Scanner, watch: Watch, stdout: BinaryIO) -> Outcome:
    """Do what `plan` says."""
    if plan.checkpoint is None:
        return _straight(plan, scanner, watch, stdout)
    about = {"sources": list(plan.sources), "form": plan.form, "texts": _digest(plan.messages), **plan.about}
    packs = {**scanner.packs, "engine": scanner.version}
    begun = Checkpoint(plan.checkpoint, about, packs, day=scanner.day(None), mixed=plan.mixed_packs)
    with closing(begun) as checkpoint:
        return _by_segments(plan, scanner, watch, checkpoint)


def _straight(plan: Plan, scanner: Scanner, watch: Watch, stdout: BinaryIO) -> Outcome:
    """Results go to the output as they come."""
    outcome, windows = Outcome(tally=Tally() if plan.tally else None), Windows()
    with _pool(plan, scanner, outcome.tally) as pool:
        sink, bad = open_sink(plan.output, plan.form, stdout), _quarantine(plan)
        try:
            for task, result in pool.results(_tasks(plan, windows)):
                sink.write(result.data)
                _note(outcome, task, result, watch)
                put_away(bad, result.errors)
                if _too_many(plan, outcome):
                    break
            _end(sink, finished=not outcome.stopped)
            _end(bad)
        except BaseException:
            _end(sink, finished=False)
            _end(bad, finished=False)
            raise
    watch.ended(_closed(outcome, windows))
    return outcome


def _by_segments(plan: Plan, scanner: Scanner, watch: Watch, checkpoint: Checkpoint) -> Outcome:
    """Results go to the checkpoint; the output is put together at the end."""
    done = checkpoint.done
    if done is not None and plan.output is not None and Path(plan.output).exists():
        checkpoint.finish(done)
        return Outcome(Counts.of(done["counts"]), done["closed_early"], before=True)
    if done is not None:
        checkpoint.forget()
    outcome, windows = Outcome(Counts.of(checkpoint.counts.to_json())), Windows()
    key = bytes.fromhex(checkpoint.fixed["key"])
    with _pool(plan, scanner, Tally(key=key) if plan.tally else None) as pool:
        for task, result in pool.results(checkpoint.fresh(_tasks(plan, windows))):
            checkpoint.add(task, result)
            _note(outcome, task, replace(result, tally=None), watch)
            if _too_many(plan, outcome):
                break
    checkpoint.commit()
    outcome.tally = checkpoint.tally(key) if plan.tally else None
    _assemble(plan, checkpoint, outcome)
    watch.ended(_closed(outcome, windows))
    if not outcome.stopped:
        checkpoint.finish({"counts": outcome.counts.to_json(), "closed_early": outcome.closed_early})
    return outcome


def _assemble(plan: Plan, checkpoint: Checkpoint, outcome: Outcome) -> None:
    """The output and the quarantine from the segments."""
    bad = _quarantine(plan)
    put_away(bad, checkpoint.errors())
    _end(bad)
    if outcome.stopped or plan.output is None:
        return
    sink = open_sink(plan.output, plan.form, io.BytesIO())
    try:
        for path in checkpoint.segment_files():
            with path.open("rb") as file:
                sink.take(file)
        sink.finish()
    except BaseException:
        sink.abandon()
        raise


def _pool(plan: Plan, scanner: Scanner, tally: Tally | None) -> Pool:
    key = None if tally is None else tally.key
    return Pool(scanner, Job(reading=plan.reading, encode=plan.encode, key=key), _workers(plan))


def _workers(plan: Plan) -> int:
    return plan.workers if _worth_it(plan.sources) else 1


def _tasks(plan: Plan, windows: Windows) -> Iterator[Task]:
    """Everything to be done, in order."""
    if plan.messages:
        yield Task(Chunk(source="text", form="errors", content=[]), None, plan.messages)
    chunks = read_chunks(plan.sources, plan.reading)
    yield from place(chunks, windows, plan.reading, keep=_workers(plan) <= 1)


def _worth_it(sources: Sequence[str]) -> bool:
    """Whether the input is so large, or of a size unknown, that more than one process helps."""
    size = 0
    for source in sources:
        path = Path(source)
        if not path.is_file():
            return True
        size += path.stat().st_size * (16 if path.suffix in (*PACKED, ".parquet", ".pq") else 1)
    return size > _SMALL


def _note(outcome: Outcome, task: Task, result: Result, watch: Watch) -> None:
    outcome.counts.merge(result.counts)
    if outcome.tally is not None and result.tally is not None:
        outcome.tally.merge(result.tally)
    for error in result.errors:
        watch.wrong(error)
    watch.moved(task, outcome.counts)


def _too_many(plan: Plan, outcome: Outcome) -> bool:
    outcome.stopped = plan.max_errors is not None and outcome.counts.bad > plan.max_errors
    return outcome.stopped


def _closed(outcome: Outcome, windows: Windows) -> Outcome:
    outcome.closed_early = windows.closed_early
    if outcome.tally is not None:
        outcome.tally.unread, outcome.tally.closed_early = outcome.counts.bad, windows.closed_early
    return outcome


def _quarantine(plan: Plan) -> Sink | None:
    return None if plan.quarantine is None else open_sink(plan.quarantine, "jsonl", io.BytesIO())


def put_away(bad: Sink | None, errors: Iterable[ScannerError]) -> None:
    """Bad rows to the quarantine: source, line and reason."""
    if bad is None:
        return
    for error in errors:
        found = _WHERE.fullmatch(str(error))
        where = {"source": found["source"], "line": int(found["line"])} if found else {"source": None, "line": None}
        bad.write(f"{dump_json({**where, 'reason': found['reason'] if found else str(error)})}\n".encode())


def _end(sink: Sink | None, *, finished: bool = True) -> None:
    if sink is not None:
        (sink.finish if finished else sink.abandon)()


def _digest(messages: Sequence[Message]) -> str:
    told = json.dumps([repr(message) for message in messages])
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
