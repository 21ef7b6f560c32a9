"""Chunks: input cut into pieces that can be parsed apart from each other, in order, in constant memory.

The same input always gives the same chunks: a run that goes on where another was stopped counts them. A chunk is
parsed by `rows_of`, in whatever process; the rows are those that reading from the first line on would give.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, BinaryIO, Literal

from scanner.batch import lines as bounds
from scanner.batch import parquet, tables
from scanner.batch.lines import BOM, UTF16, Line, read_blocks, read_lines, too_long
from scanner.batch.rows import Form, Row, form_of
from scanner.batch.streams import opened, reading_errors, title_of
from scanner.errors import InputError
from scanner.records import load_json

ROWS = 1000
"""Rows of a table in one chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some consecutive rows of one source, not parsed yet.

    form   what `content` is: lines as bytes (jsonl, txt), cells by row (csv), an Arrow stream (parquet), or the
           errors that stand for what cannot be read
    first  number of the first line or row; `header` names the cells of a CSV row and the columns of an Arrow stream
    read   bytes of the source's file taken by then, as it lies on the disk
    """

    source: str
    form: Form | Literal["errors"]
    content: Any
    first: int = 1
    header: tuple[str, ...] = ()
    read: int = 0

    @property
    def size(self) -> int:
        """Bytes it takes, roughly."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return sum(len(str(row)) for row in self.content)

    def identity(self) -> bytes:
        """What tells it from other content."""
        content = self.content if isinstance(self.content, bytes) else repr(self.content).encode("utf-8", "replace")
        return b"%s %d %s\n" % (self.form.encode(), self.first, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How input is laid out: its format when the name does not say, its encoding, the zone of its times."""

    format: str | None = None
    encoding: str = "utf-8"
    tz: tzinfo | None = None


def read_chunks(sources: Iterable[str], layout: Layout) -> Iterator[Chunk]:
    """The chunks of all sources in order; what cannot be opened or read on is a chunk of one error."""
    for source in sources:
        name = title_of(source)
        try:
            with opened(source) as (stream, file):
                for chunk in _chunks(source, stream, layout):
                    yield chunk if source == "-" else _placed(chunk, file)
        except BrokenPipeError:
            raise
        except reading_errors() as error:
            yield _errors(name, _unreadable(name, error))
        except InputError as error:
            yield _errors(name, error)


def rows_of(chunk: Chunk, encoding: str = "utf-8") -> Iterator[Row | InputError]:
    """The raw records of a chunk."""
    if chunk.form == "csv":
        return tables.rows_of(chunk.content, chunk.header)
    if chunk.form == "parquet":
        return parquet.rows_of(chunk.content, chunk.source, chunk.first)
    if chunk.form == "errors":
        return iter(chunk.content)
    lines = read_lines(chunk.source, io.BytesIO(chunk.content), encoding, chunk.first)
    return _json_rows(lines) if chunk.form == "jsonl" else _txt_rows(lines)


def _chunks(source: str, stream: BinaryIO, layout: Layout) -> Iterator[Chunk]:
    """One source's chunks, in the format asked for, named by the suffix, or seen in its first bytes."""
    name = title_of(source)
    form = layout.format or form_of(source) or parquet.seen(stream)
    if form == "parquet":
        yield from _parquet_chunks(source, name, stream)
    elif form == "csv":
        yield from _csv_chunks(name, read_lines(name, stream, layout.encoding))
    else:
        yield from _line_chunks(name, read_blocks(stream, bounds.BLOCK), form)


def _line_chunks(name: str, blocks: Iterator[bytes | None], form: str | None) -> Iterator[Chunk]:
    first, kind = 1, form
    for block in blocks:
        if block is None:
            yield _errors(name, too_long(f"{name}:{first}"))
            first += 1
            continue
        if first == 1:
            kind = form or _seen(block)
            if block.startswith(UTF16):
                yield _errors(name, InputError(f"{name}: UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"))
                return
            if kind == "jsonl" and block.removeprefix(BOM).lstrip().startswith(b"["):
                cure = f"write one object per line (jq -c '.[]' {name})"
                yield _errors(name, InputError(f"{name}: one JSON array; {cure}"))
                return
        yield Chunk(source=name, form="jsonl" if kind == "jsonl" else "txt", content=block, first=first)
        first += block.count(b"\n")


def _seen(block: bytes) -> str:
    """The format of a stream without a telling name: JSON lines begin with a brace."""
    line, _, _ = block.removeprefix(BOM).partition(b"\n")
    return "jsonl" if line.lstrip().startswith(b"{") else "txt"


def _csv_chunks(name: str, lines: Iterator[Line]) -> Iterator[Chunk]:
    """A CSV file's rows, cut into cells here, since only the one who reads from the start knows where a row ends."""
    table = tables.open_table(name, lines)
    if table is None:
        return
    if isinstance(table, InputError):
        yield _errors(name, table)
        return
    held: list[tables.Cells] = []
    size = 0
    for row in table.rows:
        held.append(row)
        size += sum(map(len, row[1])) if isinstance(row[1], list) else 0
        if len(held) >= ROWS or size >= 1 << 20:
            yield Chunk(source=name, form="csv", content=held, header=table.header)
            held, size = [], 0
    if held:
        yield Chunk(source=name, form="csv", content=held, header=table.header)


def _parquet_chunks(source: str, name: str, stream: BinaryIO) -> Iterator[Chunk]:
    if source == "-":
        raise InputError("stdin: Parquet has its index at the end and cannot be read from a pipe; name the file")
    first = 1
    for content, columns, count in parquet.batches(name, stream):
        yield Chunk(source=name, form="parquet", content=content, first=first, header=columns)
        first += count


def _placed(chunk: Chunk, file: BinaryIO) -> Chunk:
    """The chunk, with how far its file has been read."""
    return replace(chunk, read=file.tell()) if file.seekable() else chunk


def _errors(name: str, *errors: InputError) -> Chunk:
    return Chunk(source=name, form="errors", content=list(errors))


def _unreadable(name: str, error: Exception) -> InputError:
    if isinstance(error, OSError) and error.strerror:
        return InputError(f"{name}: cannot be read ({error.strerror}); check its permissions")
    return InputError(f"{name}: the compressed file is damaged or cut short; what came before is read")


def _txt_rows(lines: Iterator[Line]) -> Iterator[Row | InputError]:
    for where, line in lines:
        if isinstance(line, InputError):
            yield line
        elif line.strip():
            yield Row(where, {"text": line})


def _json_rows(lines: Iterator[Line]) -> Iterator[Row | InputError]:
    for where, line in lines:
        if isinstance(line, InputError):
            yield line
        elif line.strip():
            yield _json_row(line, where)


def _json_row(line: str, where: str) -> Row | InputError:
    try:
        value = load_json(line, where)
    except InputError as error:
        return error
    if isinstance(value, dict):
        return Row(where, value)
    return InputError(f'{where}: a JSON value that is no record; write an object, {{"text": "..."}}')


__all__ = ["Chunk", "Layout", "read_chunks", "rows_of"]
