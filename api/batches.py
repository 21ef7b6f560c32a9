"""Many records through `scan_many`, one answer each: what the batch and the stream have in common."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from api import metrics
from api.answers import Answers, Offsets
from api.errors import Problem, field_error
from api.schemas.records import Record
from scanner.engine import Scanner
from scanner.model import Message, Scan
from scanner.windows import Windows

Entry = Message | Problem


def read_record(value: Any) -> Entry:
    """A record as a message, or the problem with it."""
    try:
        return Record.model_validate(value).message()
    except ValidationError as error:
        return Problem("invalid-request", errors=[field_error(dict(item)) for item in error.errors()[:20]])


def answered(entries: Sequence[Entry], scanner: Scanner, windows: Windows) -> Iterator[tuple[Entry, Scan | None]]:
    """Every entry in order with its scan; those of a conversation are read in their windows."""
    placed = [windows.place(entry) if isinstance(entry, Message) else entry for entry in entries]
    scans = scanner.scan_many(entry for entry in placed if isinstance(entry, Message))
    decisions: Counter[str] = Counter()
    for entry in placed:
        if isinstance(entry, Problem):
            yield entry, None
            continue
        scan = next(scans)
        decisions[scan.decision] += 1
        if scan.hits or scan.degraded:
            metrics.count_hits(scan)
        yield entry, scan
    metrics.count_many(decisions)


def problem_json(problem: Problem, request_id: str | None) -> bytes:
    """A problem as JSON."""
    return json.dumps(problem.body(request_id), ensure_ascii=False).encode()


def answer(
    values: Sequence[Any], scanner: Scanner, answers: Answers, offsets: Offsets, request_id: str | None
) -> bytes:
    """The body of a batch's answer."""
    entries = [read_record(value) for value in values]
    items = []
    for entry, scan in answered(entries, scanner, Windows()):
        if isinstance(entry, Problem) or scan is None:
            problem = entry if isinstance(entry, Problem) else Problem("internal")
            items.append(b'{"status": %d, "problem": %b}' % (problem.status, problem_json(problem, request_id)))
        else:
            items.append(b'{"status": 200, "result": %b}' % answers.line(scan, offsets, entry.id))
    return b'{"items": [%b]}' % b", ".join(items)
