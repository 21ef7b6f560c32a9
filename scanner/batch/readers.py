"""Readers: files, directories and standard input become records, one at a time, in constant memory.

A row that cannot be read is yielded as the `InputError` that says why; the rows after it are read on.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, BinaryIO, cast

from scanner.batch.lines import MAX_LINE, Line, read_lines
from scanner.errors import InputError
from scanner.model import Message
from scanner.records import FIELDS, NESTED, load_json, parse_record

FORMATS: Mapping[str, tuple[str, ...]] = {
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "csv": (".csv", ".tsv"),
    "txt": (".txt", ".text"),
}
"""Input formats and the file names that stand for them."""

_SUFFIXES = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}


@dataclass(frozen=True, slots=True)
class Row:
    """One raw record and where it stands."""

    where: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How input is read: `defaults` fill fields that a record leaves out, `tz` times without an offset."""

    format: str | None = None
    encoding: str = "utf-8"
    tz: tzinfo | None = None
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
    defaults = reading.defaults or {}
    for row in read_rows(sources, reading):
        if isinstance(row, InputError):
            yield row
            continue
        try:
            fields = {**defaults, **{k: v for k, v in row.fields.items() if v is not None}}
            yield parse_record(fields if defaults else row.fields, where=row.where, tz=reading.tz)
        except InputError as error:
            yield error


def read_rows(sources: Iterable[str], reading: Reading) -> Iterator[Row | InputError]:
    """The raw records of all sources in order; a file that cannot be opened is one error."""
    for source in sources:
        try:
            if source == "-":
                yield from _rows("stdin", cast(BinaryIO, sys.stdin.buffer), reading)
                continue
            with Path(source).open("rb") as stream:
                yield from _rows(source, stream, reading)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            yield InputError(f"{source}: cannot be read ({error.strerror}); check its permissions")


def _inside(folder: Path) -> list[str]:
    """Readable files below a folder, hidden ones left out, sorted by name."""
    found = [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _SUFFIXES and path.is_file() and not _hidden(path.relative_to(folder))
    ]
    if not found:
        raise InputError(f"{folder}: no file to read in it; it takes {' '.join(_SUFFIXES)}")
    return found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _rows(name: str, stream: BinaryIO, reading: Reading) -> Iterator[Row | InputError]:
    """One stream's raw records, in the format asked for, named by the suffix, or seen in its first line."""
    lines = read_lines(name, stream, reading.encoding)
    first = next(lines, None)
    if first is None:
        return iter(())
    rest = _chain(first, lines)
    form = reading.format or _SUFFIXES.get(Path(name).suffix.lower()) or _seen(first[1])
    if form == "csv":
        return _csv_rows(name, rest)
    return _json_rows(name, rest) if form == "jsonl" else _txt_rows(rest)


def _chain(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest


def _seen(first: str | InputError) -> str:
    """The format of a stream without a telling name: JSON lines begin with a brace."""
    return "jsonl" if isinstance(first, str) and first.lstrip().startswith("{") else "txt"


def _txt_rows(lines: Iterator[Line]) -> Iterator[Row | InputError]:
    for where, line in lines:
        if isinstance(line, InputError):
            yield line
        elif line.strip():
            yield Row(where, {"text": line})


def _json_rows(name: str, lines: Iterator[Line]) -> Iterator[Row | InputError]:
    begun = False
    for where, line in lines:
        if isinstance(line, InputError):
            yield line
            continue
        if not line.strip():
            continue
        if not begun and line.lstrip().startswith("["):
            yield InputError(f"{name}: one JSON array; write one object per line (jq -c '.[]' {name})")
            return
        begun = True
        yield _json_row(line, where)


def _json_row(line: str, where: str) -> Row | InputError:
    try:
        value = load_json(line, where)
    except InputError as error:
        return error
    if isinstance(value, dict):
        return Row(where, value)
    return InputError(f'{where}: a JSON value that is no record; write an object, {{"text": "..."}}')


class _CsvLines:
    """Lines for the csv module; those that could not be read wait in `errors` meanwhile."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.errors: list[InputError] = []

    def __iter__(self) -> Iterator[str]:
        for _, line in self._lines:
            if isinstance(line, InputError):
                self.errors.append(line)
                yield "\n"
            else:
                yield line + "\n"


def _csv_rows(name: str, lines: Iterator[Line]) -> Iterator[Row | InputError]:
    """Rows of a CSV file as records; the first line names the columns."""
    where, first = next(lines)
    if isinstance(first, InputError):
        yield first
        return
    delimiter = max(",;\t", key=lambda mark: len(_known(first, mark)))
    header = [cell.strip().casefold() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    wrong = _header_problem(header)
    if wrong:
        yield InputError(f"{where}: {wrong}")
        return
    csv.field_size_limit(MAX_LINE)
    source = _CsvLines(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    yield from _csv_records(name, reader, header=header, errors=source.errors)


def _known(line: str, delimiter: str) -> set[str]:
    return {cell.strip().strip('"').casefold() for cell in line.split(delimiter)} & set(FIELDS)


def _header_problem(header: Sequence[str]) -> str | None:
    """What is wrong with the column names, with the cure; None when nothing is."""
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        return f"column {', '.join(twice)} twice; keep one of each"
    if "text" not in header and "messages" not in header:
        return f"no column `text`; name the columns in the first line ({', '.join(FIELDS)})"
    return None


def _csv_records(
    name: str, reader: Any, *, header: Sequence[str], errors: list[InputError]
) -> Iterator[Row | InputError]:
    """Each data row as a record; `where` is the line it begins on (the header is line 1)."""
    while True:
        where = f"{name}:{reader.line_num + 2}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield InputError(f"{where}: not CSV ({error}); put the cell in quotes and double those inside")
            continue
        yield from errors
        errors.clear()
        if cells is None:
            return
        if cells:
            yield _csv_row(cells, header, where)


def _csv_row(cells: Sequence[str], header: Sequence[str], where: str) -> Row | InputError:
    """One row as a record: empty cells are absent, nested fields are read from their JSON text."""
    if len(cells) > len(header):
        counts = f"{len(cells)} cells under {len(header)} columns"
        return InputError(f"{where}: {counts}; put a text that holds the delimiter in quotes")
    fields: dict[str, Any] = {
        column: cell for column, cell in zip(header, cells, strict=False) if cell or column == "text"
    }
    if fields.get("text") == "" and "messages" in fields:
        del fields["text"]
    try:
        for column in NESTED:
            if column in fields:
                fields[column] = load_json(fields[column], f"{where}: `{column}`")
    except InputError as error:
        return error
    if "buyer_requested" in fields:
        word = fields["buyer_requested"].strip().lower()
        fields["buyer_requested"] = {"true": True, "false": False}.get(word, word)
    return Row(where, fields)
