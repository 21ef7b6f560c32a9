"""Sinks: encoded results become a file (whole or not at all) or go to standard output."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from scanner.batch.encode import csv_header, stream_schema
from scanner.batch.parquet import arrow
from scanner.batch.streams import zstandard
from scanner.errors import InputError

_GROUP = 16 * 1024  # rows of a row group in a Parquet result


class Sink(Protocol):
    """Takes encoded chunks in order."""

    def write(self, data: bytes) -> None:
        """One chunk's results."""

    def take(self, file: BinaryIO) -> None:
        """Chunks that were written to a file one behind the other."""

    def finish(self) -> None:
        """Everything is written: the output becomes visible."""

    def abandon(self) -> None:
        """Something went wrong: leave nothing half-made behind."""


class Plain:
    """Text to a stream as it is."""

    def __init__(self, stream: BinaryIO, form: str) -> None:
        self._stream = stream
        if form == "csv":
            write_all(stream, csv_header())

    def write(self, data: bytes) -> None:
        """One chunk's results."""
        write_all(self._stream, data)

    def take(self, file: BinaryIO) -> None:
        """A file of chunks."""
        while data := file.read(1 << 20):
            write_all(self._stream, data)

    def finish(self) -> None:
        """Hand on what is buffered."""
        self._stream.flush()

    def abandon(self) -> None:
        """What is written is written."""


class ParquetTable:
    """Arrow streams to one Parquet file, in row groups that depend on the rows alone."""

    def __init__(self, stream: BinaryIO, form: str) -> None:
        self._pa, pq = arrow("output")
        self._schema = stream_schema()
        # Without Arrow's own schema readers see `result_schema`: how results came here is not their business.
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd", store_schema=False)
        self._held: list[Any] = []
        self._rows = 0

    def write(self, data: bytes) -> None:
        """The record batches of an Arrow stream."""
        self.take(io.BytesIO(data))

    def take(self, file: BinaryIO) -> None:
        """The record batches of the Arrow streams in a file."""
        for batch in _arrow_batches(self._pa, file):
            self._held.append(batch)
            self._rows += batch.num_rows
            if self._rows >= _GROUP:
                self._group()

    def finish(self) -> None:
        """Write the file's index."""
        self._group()
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the stream."""
        with suppress(OSError):
            self._writer.close()

    def _group(self) -> None:
        if self._held:
            table = self._pa.Table.from_batches(self._held, self._schema).unify_dictionaries()
            self._writer.write_table(table, row_group_size=1 << 30)
            self._held, self._rows = [], 0


class Whole:
    """A file that appears when it is finished, under a temporary name before; compressed by its suffix."""

    def __init__(self, path: Path, form: str) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        try:
            self._file = self._part.open("wb")
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror})") from None
        self._packer = _packer(self._file, path)
        self._inner: Sink = _inner(cast(BinaryIO, self._packer or self._file), form)

    def write(self, data: bytes) -> None:
        """One chunk's results."""
        self._inner.write(data)

    def take(self, file: BinaryIO) -> None:
        """A file of chunks."""
        self._inner.take(file)

    def finish(self) -> None:
        """Write everything out, then give the file its name."""
        self._inner.finish()
        if self._packer is not None:
            self._packer.close()
        settle(self._file)
        self._part.replace(self._path)

    def abandon(self) -> None:
        """Remove what was begun; what is still held need not fit on the disk."""
        self._inner.abandon()
        for held in (self._packer, self._file):
            with suppress(OSError):
                if held is not None:
                    held.close()
        self._part.unlink(missing_ok=True)


def open_sink(target: str | None, form: str, stdout: BinaryIO) -> Sink:
    """The sink for a file's name, or standard output for none."""
    if target is None:
        return _inner(stdout, form)
    packed = Path(target).suffix.lower() in (".gz", ".zst")
    if packed and form == "parquet":
        raise InputError(f"{target}: Parquet is compressed inside; leave the suffix out")
    return Whole(Path(target), form)


def write_all(stream: BinaryIO, data: bytes) -> None:
    """Write every byte; an unbuffered standard output may take fewer than it is given."""
    left = memoryview(data)
    while left:
        left = left[stream.write(left) or 0 :]


def settle(file: BinaryIO) -> None:
    """Bring a file to the disk and close it."""
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _inner(stream: BinaryIO, form: str) -> Sink:
    return ParquetTable(stream, form) if form == "parquet" else Plain(stream, form)


def _packer(file: BinaryIO, path: Path) -> Any:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0)
    if suffix == ".zst":
        return zstandard(str(path)).ZstdCompressor().stream_writer(file, closefd=False)
    return None


def _arrow_batches(pa: Any, file: BinaryIO) -> Iterator[Any]:
    """The batches of Arrow streams that follow each other."""
    while more := file.read(1):
        file.seek(-len(more), io.SEEK_CUR)
        yield from pa.ipc.open_stream(file)
