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
from api.schemas.records import MAX_NAME, Record
from scanner.engine import Scanner
from scanner.lexicon.buffers import MAX_TEXT
from scanner.model import Message, Scan
from scanner.windows import Windows

Entry = tuple[str | Message, str | None] | Problem
"""What is to be read, a bare text where there is nothing else to it, and its id; or what is wrong with it."""


def read_entry(value: Any) -> Entry:
    """A record as it is read, or the problem with it."""
    if type(value) is dict and value.keys() <= _PLAIN and _is_plain(value):
        return value["text"], value.get("id") or None
    found = read_record(value)
    return found if isinstance(found, Problem) else (found, found.id)


def read_record(value: Any) -> Message | Problem:
    """A record as a message, or the problem with it."""
    try:
        return Record.model_validate(value).message()
    except ValidationError as error:
        return Problem("invalid-request", errors=[field_error(dict(item)) for item in error.errors()[:20]])


_PLAIN = {"text", "id"}


def _is_plain(value: dict[str, Any]) -> bool:
    """Whether a record is of the commonest shape, text and id, and within its limits: nothing else can be wrong."""
    text, name = value.get("text"), value.get("id")
    if type(text) is not str or len(text) > MAX_TEXT:
        return False
    return name is None or (type(name) is str and len(name) <= MAX_NAME)


def answered(
    entries: Sequence[Entry], scanner: Scanner, windows: Windows
) -> Iterator[tuple[Scan, str | None] | Problem]:
    """Every entry in order as its scan and id; those of a conversation are read in their windows."""
    scans = scanner.scan_many(_placed(entries, windows))
    decisions: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, Problem):
            yield entry
            continue
        scan = next(scans)
        decisions[scan.decision] += 1
        if scan.hits or scan.degraded:
            metrics.count_hits(scan)
        yield scan, entry[1]
    metrics.count_many(decisions)


def _placed(entries: Sequence[Entry], windows: Windows) -> Iterator[str | Message]:
    for entry in entries:
        if not isinstance(entry, Problem):
            yield windows.place(entry[0]) if isinstance(entry[0], Message) else entry[0]


def problem_json(problem: Problem, request_id: str | None) -> bytes:
    """A problem as JSON."""
    return json.dumps(problem.body(request_id), ensure_ascii=False).encode()


def answer(
    values: Sequence[Any], scanner: Scanner, answers: Answers, offsets: Offsets, request_id: str | None
) -> bytes:
    """The body of a batch's answer."""
    entries = [read_entry(value) for value in values]
    pieces: list[bytes] = []  # joined once: an answer is long, for each result names its packs
    for found in answered(entries, scanner, Windows()):
        if isinstance(found, Problem):
            pieces += [b', {"status": %d, "problem": ' % found.status, problem_json(found, request_id), b"}"]
        else:
            pieces += [b', {"status": 200, "result": ', answers.line(found[0], offsets, found[1]), b"}"]
    return b"".join((b'{"items": [', pieces[0][2:], *pieces[1:], b"]}"))
