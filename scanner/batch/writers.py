"""Writers: results as JSON lines or as CSV that a spreadsheet cannot be made to execute."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, BinaryIO, Protocol

from scanner.model import Hit, Message, Scan
from scanner.records import dump_json, escape_surrogates

CSV_COLUMNS = (
    "id",
    "decision",
    "rule",
    "category",
    "term",
    "level",
    "start",
    "end",
    "text",
    "value",
    "score",
    "evasion",
    "tags",
    "why",
    "exception",
    "text_start",
    "degraded",
)
"""One row per hit, and one with empty hit columns for a record without any."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


class Writer(Protocol):
    """Takes the results in order."""

    def write(self, message: Message, scan: Scan) -> None:
        """One result."""


class ResultLines:
    """Makes result lines: one JSON line per record, keys in the contract's order."""

    def __init__(self) -> None:
        self._clean: tuple[object, str, str] = (None, "", "")

    def line(self, name: str | None, scan: Scan) -> str:
        """The line of one result, whose `id` is the record's."""
        return f'{{"id": {dump_json(name)}, {self._rest(scan)}\n'

    def _rest(self, scan: Scan) -> str:
        """The line after `id`. Clean texts have all the same but for `text_start`, and most texts are clean."""
        if scan.hits or scan.degraded:
            return _without_id(scan)
        start = f'"text_start": {scan.text_start},'
        if self._clean[0] is not scan.packs:
            before, _, after = _without_id(scan).partition(start)
            self._clean = (scan.packs, before, after)
        return f"{self._clean[1]}{start}{self._clean[2]}"


class JsonlWriter:
    """Result lines to a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines = ResultLines()

    def write(self, message: Message, scan: Scan) -> None:
        """One result line; `id` is the record's."""
        self._stream.write(self._lines.line(message.id, scan).encode())


def _without_id(scan: Scan) -> str:
    result = scan.to_dict()
    del result["id"]
    return dump_json(result)[1:]


class CsvWriter:
    """One CSV row per hit, under a header, in UTF-8."""

    def __init__(self, stream: BinaryIO, *, header: bool = True) -> None:
        self._stream = stream
        if header:
            self._row(CSV_COLUMNS)

    def write(self, message: Message, scan: Scan) -> None:
        """The rows of one result."""
        for hit in scan.hits or (None,):
            self._row([_cell(value) for value in _values(message, scan, hit)])

    def _row(self, cells: Any) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(cells)
        self._stream.write(line.getvalue().encode())


def _values(message: Message, scan: Scan, hit: Hit | None) -> list[Any]:
    """One row's values in the order of `CSV_COLUMNS`."""
    found = hit.to_dict() if hit else {}
    every = {
        "id": message.id,
        "decision": scan.decision,
        "text_start": message.own_start(),
        "degraded": list(scan.degraded),
        **found,
    }
    return [every.get(column) for column in CSV_COLUMNS]


def _cell(value: Any) -> Any:
    """A value as a cell: lists as JSON text, text that a spreadsheet would calculate behind a quote."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if not isinstance(value, str):
        return "" if value is None else value
    text = escape_surrogates(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
