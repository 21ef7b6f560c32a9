"""Encoders: the results of a chunk as bytes, in whatever process scanned it; a sink takes them in order."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scanner.batch.parquet import arrow
from scanner.batch.writers import CSV_COLUMNS, CsvWriter, JsonlWriter
from scanner.model import Message, Scan
from scanner.records import dump_json, escape_surrogates

Pairs = Sequence[tuple[Message, Scan]]
Encoder = Callable[[Pairs], bytes]

RESULT_COLUMNS = ("id", "decision", "hits", "text_start", "degraded", "packs", "engine")
"""Columns of a Parquet result: the keys of a result line; lists and objects as JSON text."""


def as_jsonl(pairs: Pairs) -> bytes:
    """A result line per record."""
    out = io.BytesIO()
    writer = JsonlWriter(out)
    for message, scan in pairs:
        writer.write(message, scan)
    return out.getvalue()


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
    """One record batch with `RESULT_COLUMNS`, as an Arrow stream."""
    pa, _ = arrow("output")
    packs: dict[int, str] = {}
    rows = [_columns(message, scan, packs) for message, scan in pairs]
    schema = result_schema()
    out = io.BytesIO()
    with pa.ipc.new_stream(out, schema) as writer:
        columns = zip(*rows, strict=True) if rows else [()] * len(schema)
        arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)]
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    return out.getvalue()


def result_schema() -> Any:
    """The Arrow schema of a result."""
    pa, _ = arrow("output")
    kinds = {"text_start": pa.int64()}
    return pa.schema([pa.field(name, kinds.get(name, pa.string())) for name in RESULT_COLUMNS])


def _columns(message: Message, scan: Scan, packs: dict[int, str]) -> tuple[Any, ...]:
    """One result's values; `packs` keeps the text of the versions, which nearly all share."""
    versions = packs.get(id(scan.packs))
    if versions is None:
        versions = packs[id(scan.packs)] = dump_json(dict(scan.packs))
    hits = dump_json([hit.to_dict() for hit in scan.hits]) if scan.hits else "[]"
    key = None if message.id is None else escape_surrogates(message.id)
    return key, scan.decision, hits, scan.text_start, json.dumps(list(scan.degraded)), versions, scan.engine


ENCODERS: Mapping[str, Encoder] = {"jsonl": as_jsonl, "csv": as_csv, "parquet": as_arrow}
"""Encoders by output format."""
