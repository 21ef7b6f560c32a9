"""Encoders: the results of a chunk as bytes, in whatever process scanned it; a sink takes them in order."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.batch.items import Pairs
from scanner.batch.parquet import arrow
from scanner.batch.writers import CSV_COLUMNS, CsvWriter, ResultLines
from scanner.records import dump_json, escape_surrogates

Encoder = Callable[[Pairs], bytes]

RESULT_COLUMNS = ("id", "decision", "hits", "text_start", "degraded", "packs", "engine")
"""Columns of a Parquet result: the keys of a result line; lists and objects as JSON text."""


def as_jsonl(pairs: Pairs) -> bytes:
    """A result line per record."""
    lines = ResultLines()
    return "".join([lines.line(name, scan) for name, scan in zip(pairs.ids, pairs.scans, strict=True)]).encode()


def as_csv(pairs: Pairs) -> bytes:
    """A row per hit, without the header."""
    out = io.BytesIO()
    writer = CsvWriter(out, header=False)
    for message, scan in pairs:
        writer.write(message, scan)
    return out.getvalue()


def csv_header() -> bytes:
    """The header of `as_csv`."""
    return (",".join(CSV_COLUMNS) + "\n").encode()


def as_arrow(pairs: Pairs) -> bytes:
    """One record batch with `RESULT_COLUMNS`, as an Arrow stream of `stream_schema`."""
    pa, _ = arrow("output")
    schema, scans = stream_schema(), pairs.scans
    versions = {id(scan.packs): scan.packs for scan in scans}
    packs = {key: dump_json(dict(value)) for key, value in versions.items()}
    columns: list[list[Any]] = [
        [None if name is None else escape_surrogates(name) for name in pairs.ids],
        [scan.decision for scan in scans],
        [dump_json([hit.to_dict() for hit in scan.hits]) if scan.hits else "[]" for scan in scans],
        [scan.text_start for scan in scans],
        [dump_json(list(scan.degraded)) if scan.degraded else "[]" for scan in scans],
        [packs[id(scan.packs)] for scan in scans],
        [scan.engine for scan in scans],
    ]
    arrays = [_column(pa, values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    out = io.BytesIO()
    with pa.ipc.new_stream(out, schema) as writer:
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    return out.getvalue()


def _column(pa: Any, values: Sequence[Any], kind: Any) -> Any:
    """An Arrow array; in a dictionary each value is there once."""
    if not pa.types.is_dictionary(kind):
        return pa.array(values, type=kind)
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    indices = pa.array([places[value] for value in values], type=kind.index_type)
    return pa.DictionaryArray.from_arrays(indices, pa.array(places, type=kind.value_type))


def result_schema() -> Any:
    """The Arrow schema of a result."""
    pa, _ = arrow("output")
    kinds = {"text_start": pa.int64()}
    return pa.schema([pa.field(name, kinds.get(name, pa.string())) for name in RESULT_COLUMNS])


def stream_schema() -> Any:
    """The schema of results on their way to a Parquet file: what nearly all rows share is there once a batch."""
    pa, _ = arrow("output")
    shared = pa.dictionary(pa.int32(), pa.string())
    kinds = {"text_start": pa.int64(), "id": pa.string(), "hits": pa.string()}
    return pa.schema([pa.field(name, kinds.get(name, shared)) for name in RESULT_COLUMNS])


ENCODERS: Mapping[str, Encoder] = {"jsonl": as_jsonl, "csv": as_csv, "parquet": as_arrow}
"""Encoders by output format."""
