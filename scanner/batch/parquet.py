"""Parquet in: record batches as Arrow streams, which any process can turn into records."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from scanner.batch import lines as bounds
from scanner.batch.rows import Row
from scanner.batch.tables import nested
from scanner.errors import InputError
from scanner.records import FIELDS

_MAGIC = b"PAR1"
_TARGET = 512 * 1024  # bytes of a batch, by what the file's index says of its rows
_ROWS = 2000


def arrow(name: str) -> Any:
    """(pyarrow, pyarrow.parquet), or how to get them."""
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise InputError(f"{name}: Parquet needs the extra: pip install 'compliance-scanner[parquet]'") from None
    return pyarrow, pq


def seen(stream: BinaryIO) -> str | None:
    """Whether a stream without a telling name begins as Parquet does."""
    peek = getattr(stream, "peek", None)
    return "parquet" if peek is not None and peek(4)[:4] == _MAGIC else None


def batches(name: str, stream: BinaryIO) -> Iterator[tuple[bytes, tuple[str, ...], int]]:
    """(Arrow stream, its columns, rows) of a file's record batches by row group; only columns of records are read."""
    pa, pq = arrow(name)
    try:
        with pq.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False) as file:
            columns = _columns(file.schema_arrow.names)
            if not {"text", "messages"} & set(columns):
                raise InputError(f"{name}: no column `text`; name the columns as records do ({', '.join(FIELDS)})")
            header = tuple(map(str.casefold, columns))
            for group in range(file.metadata.num_row_groups):
                size = _batch_size(file.metadata.row_group(group))
                for batch in file.iter_batches(size, row_groups=[group], columns=columns, use_threads=False):
                    yield _stream(pa, batch), header, batch.num_rows
    except pa.ArrowException as error:
        raise InputError(f"{name}: no Parquet that can be read ({type(error).__name__})") from None


def rows_of(content: bytes, name: str, first: int) -> Iterator[Row | InputError]:
    """The records of one Arrow stream; nested values may be JSON text or nested columns."""
    pa, _ = arrow(name)
    batch = pa.ipc.open_stream(content).read_next_batch()
    names = [column.casefold() for column in batch.schema.names]
    columns = [column.to_pylist() for column in batch.columns]
    for number, values in enumerate(zip(*columns, strict=True), first):
        where = f"{name}:{number}"
        fields = {key: _plain(value) for key, value in zip(names, values, strict=True) if value is not None}
        if len(fields.get("text") or "") > bounds.MAX_LINE:
            yield bounds.too_long(where)
        else:
            yield nested(fields, where)


def bare_rows(content: bytes, name: str, first: int) -> tuple[list[str | None], list[str | Any]] | None:
    """(ids, texts) of an Arrow stream whose rows have nothing else, all of them good; None for any other."""
    pa, _ = arrow(name)
    batch = pa.ipc.open_stream(content).read_next_batch()
    columns: dict[str, Any] = {}
    for title, column in zip(batch.schema.names, batch.columns, strict=True):
        if column.null_count < len(column):
            columns[title.casefold()] = column
    text = columns.pop("text", None)
    ids = columns.pop("id", None)
    if columns or text is None or text.null_count or not all(_is_text(pa, column) for column in (text, ids)):
        return None
    texts = text.to_pylist()
    if max(map(len, texts)) > bounds.MAX_LINE:
        return None
    names = [None] * len(texts) if ids is None else ids.to_pylist()
    return [given or f"{name}:{number}" for number, given in enumerate(names, first)], texts


def _is_text(pa: Any, column: Any) -> bool:
    return column is None or pa.types.is_string(column.type) or pa.types.is_large_string(column.type)


def _columns(names: list[str]) -> list[str]:
    return [name for name in names if name.casefold() in FIELDS]


def _batch_size(group: Any) -> int:
    """Rows of a batch, so that long texts make small batches."""
    each = max(1, group.total_byte_size // max(1, group.num_rows))
    return int(max(1, min(_ROWS, _TARGET // each)))


def _stream(pa: Any, batch: Any) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, batch.schema) as writer:
        writer.write_batch(batch)
    return out.getvalue()


def _plain(value: Any) -> Any:
    """A column's value as JSON would have it: times as text, bytes as text, maps as objects."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
