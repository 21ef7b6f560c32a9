"""Readers: files, directories and standard input become records, one at a time, in constant memory.

A row that cannot be read is yielded as the `InputError` that says why; the rows after it are read on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.batch.chunks import Chunk, Layout, read_chunks, rows_of
from scanner.batch.rows import FORMATS, SUFFIXES, Row
from scanner.batch.streams import PACKED, suffix_of
from scanner.errors import InputError
from scanner.model import Message
from scanner.records import parse_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Layout):
    """How input is read: `defaults` fill fields that a record leaves out, `tz` times without an offset."""

    defaults: Mapping[str, Any] | None = None


def find_sources(paths: Sequence[str]) -> list[str]:
    """The files that `paths` name, in order; directories give theirs, sorted. Raises before reading any."""
    sources: list[str] = []
    for name in paths:
        path = Path(name)
        if name == "-" or path.is_file() or path.is_fifo() or path.is_char_device():
            sources.append(name)
        elif path.is_dir():
            sources.extend(_inside(path))
        else:
            raise InputError(f"{name}: no such file or directory; check the spelling")
    return sources


def read_messages(sources: Iterable[str], reading: Reading) -> Iterator[Message | InputError]:
    """The messages of all sources in order, and an error for each row that is none."""
    for chunk in read_chunks(sources, reading):
        yield from messages_of(chunk, reading)


def messages_of(chunk: Chunk, reading: Reading) -> Iterator[Message | InputError]:
    """The messages of one chunk, and an error for each row that is none."""
    for row in rows_of(chunk, reading.encoding):
        yield row if isinstance(row, InputError) else message_of(row, reading)


def message_of(row: Row, reading: Reading) -> Message | InputError:
    """One raw record as a message, or why it is none."""
    fields, defaults = row.fields, reading.defaults
    try:
        if defaults:
            fields = {**defaults, **{k: v for k, v in fields.items() if v is not None}}
        return parse_record(fields, where=row.where, tz=reading.tz)
    except InputError as error:
        return error


def read_rows(sources: Iterable[str], reading: Reading) -> Iterator[Row | InputError]:
    """The raw records of all sources in order; a file that cannot be opened is one error."""
    for chunk in read_chunks(sources, reading):
        yield from rows_of(chunk, reading.encoding)


def _inside(folder: Path) -> list[str]:
    """Readable files below a folder, hidden ones left out, sorted by name."""
    found = [
        str(path)
        for path in sorted(folder.rglob("*"))
        if suffix_of(path.name) in SUFFIXES and path.is_file() and not _hidden(path.relative_to(folder))
    ]
    if not found:
        raise InputError(
            f"{folder}: no file to read in it; it takes {' '.join(SUFFIXES)}, also with {' '.join(PACKED)}"
        )
    return found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


__all__ = ["FORMATS", "Reading", "Row", "find_sources", "message_of", "messages_of", "read_messages", "read_rows"]
