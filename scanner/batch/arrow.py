"""Arrow: record batches of rows in, record batches of results out. What Spark, Ray and Dask call, and anyone can.

    for found in scan_batches(table.to_batches(), scanner=scanner):
        writer.write_batch(found)

A result has the columns of `RESULT_COLUMNS`: the keys of a result line, lists and objects as the same JSON text that
`scanner scan` writes. pyarrow comes with the extra `parquet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from itertools import count
from pathlib import Path
from typing import Any, Literal

from scanner.batch.encode import RESULT_COLUMNS, result_schema
from scanner.batch.parquet import arrow
from scanner.batch.tables import nested
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.lexicon import Lexicon
from scanner.model import Message, Scan
from scanner.records import FIELDS, dump_json, escape_surrogates, parse_record
from scanner.windows import Windows

ROWS = 2_000
"""Rows that are held at a time: a larger batch is taken in slices, and results come in batches of so many at most."""

Errors = Literal["raise", "null"]


def scan_batches(
    batches: Iterable[Any],
    *,
    scanner: Scanner | None = None,
    packs: str | Path | Lexicon | None = None,
    text: str = "text",
    id: str = "id",
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    windows: bool = True,
    tz: tzinfo = UTC,
    errors: Errors = "raise",
) -> Iterator[Any]:
    """The results of every row, in order, as `pyarrow.RecordBatch`.

    batches  pyarrow record batches; columns named as the fields of a record are read as such
    scanner  who reads; without it one is made of `packs` (default: the shipped ones)
    text, id the columns that hold text and id; `columns` names others, {"sender": "from_user"}
    keep     input columns to put behind the result's
    windows  read rows that name conversation and sender with the same sender's rows just before (they must be grouped
             or in order of time, as in a file)
    tz       zone of times without an offset
    errors   "raise": a row that is no record is an `InputError`; "null": its result is null but for the id
    """
    reader = Scanner(packs) if scanner is None else scanner
    names = {"text": text, "id": id, **(columns or {})}
    wanted = _checked(names)
    opened, numbers = Windows(), count(1)
    for batch in batches:
        for start in range(0, max(batch.num_rows, 1), ROWS):
            piece = batch.slice(start, ROWS)
            rows = _messages(piece, wanted, numbers=numbers, tz=tz)
            if errors == "raise":
                rows = map(_raised, rows)
            placed = [_placed(row, opened) if windows else row for row in rows]
            yield _results(piece, placed, reader, keep)


def schema_of(inputs: Any, keep: Sequence[str] = ()) -> Any:
    """The Arrow schema of the results of batches with schema `inputs`."""
    pa, _ = arrow("scan_batches")
    schema = result_schema()
    return pa.schema([*schema, *(inputs.field(name) for name in keep)])


def _checked(names: Mapping[str, str]) -> dict[str, str]:
    """Which column (as named in the batch) holds which field; unknown fields are refused."""
    wrong = sorted(set(names) - set(FIELDS))
    if wrong:
        raise InputError(f"no field {wrong[0]!r} of a record; name some of {', '.join(FIELDS)}")
    taken = set(names.values())
    own = {name: name for name in FIELDS if name not in names and name not in taken}
    return {**own, **names}


def _messages(batch: Any, wanted: Mapping[str, str], *, numbers: Iterator[int], tz: tzinfo) -> Iterator[Any]:
    """Each row as a `Message`, or the `InputError` that says why it is none with the row's id if it has one."""
    found = {field: column for field, column in wanted.items() if column in batch.schema.names}
    if "text" not in found and "messages" not in found:
        raise InputError(f"no column {wanted['text']!r}; name the one that holds the text (text=...)")
    lists = [batch.column(column).to_pylist() for column in found.values()]
    for values in zip(*lists, strict=True):
        where = f"row:{next(numbers)}"
        fields = {name: _plain(value) for name, value in zip(found, values, strict=True) if value is not None}
        try:
            row = nested(fields, where)
            if isinstance(row, InputError):
                raise row
            yield parse_record(row.fields, where=where, tz=tz)
        except InputError as error:
            yield _Bad(fields.get("id", where), error)


class _Bad:
    """A row that is no record."""

    def __init__(self, name: object, error: InputError) -> None:
        self.id = str(name)
        self.error = error


def _raised(row: Any) -> Any:
    if isinstance(row, _Bad):
        raise row.error
    return row


def _placed(row: Any, windows: Windows) -> Any:
    return row if isinstance(row, _Bad) else windows.place(row)


def _results(batch: Any, rows: Sequence[Any], scanner: Scanner, keep: Sequence[str]) -> Any:
    """The record batch of one slice's results."""
    pa, _ = arrow("scan_batches")
    scans = scanner.scan_many(row for row in rows if isinstance(row, Message))
    packs = dump_json(dict(scanner.packs))
    lines = [_line(row, next(scans), packs) if isinstance(row, Message) else _nothing(row) for row in rows]
    schema = schema_of(batch.schema, keep)
    values = zip(*lines, strict=True) if lines else [()] * len(RESULT_COLUMNS)
    own = [pa.array(column, type=schema.field(place).type) for place, column in enumerate(values)]
    return pa.record_batch([*own, *(batch.column(name) for name in keep)], schema=schema)


def _line(message: Message, scan: Scan, packs: str) -> tuple[Any, ...]:
    hits = dump_json([hit.to_dict() for hit in scan.hits]) if scan.hits else "[]"
    name = None if message.id is None else escape_surrogates(message.id)
    return name, scan.decision, hits, scan.text_start, dump_json(list(scan.degraded)), packs, scan.engine


def _nothing(row: _Bad) -> tuple[Any, ...]:
    return (escape_surrogates(row.id), *[None] * (len(RESULT_COLUMNS) - 1))


def _plain(value: Any) -> Any:
    """A cell as JSON would have it: times as text, maps as objects."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
