"""CSV: lines become rows of cells, and cells a record's fields."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.batch import lines as bounds
from scanner.batch.lines import Line
from scanner.batch.rows import Row
from scanner.errors import InputError
from scanner.records import FIELDS, NESTED, load_json

Cells = tuple[str, list[str] | InputError]
"""Where a row begins, and its cells or why there are none."""


@dataclass(frozen=True, slots=True)
class Table:
    """The column names of a CSV file and its rows to come."""

    header: tuple[str, ...]
    rows: Iterator[Cells]


def open_table(name: str, lines: Iterator[Line]) -> Table | InputError | None:
    """The table that `lines` hold, its first line being the header; None when there is no line."""
    where, first = next(lines, ("", None))
    if first is None or isinstance(first, InputError):
        return first
    delimiter = max(",;\t", key=lambda mark: len(_known(first, mark)))
    header = tuple([cell.strip().casefold() for cell in next(csv.reader([first], delimiter=delimiter), [])])
    wrong = _header_problem(header)
    if wrong:
        return InputError(f"{where}: {wrong}")
    csv.field_size_limit(bounds.MAX_LINE)
    source = _CsvLines(lines)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    return Table(header, _cells(name, reader, source.errors))


def rows_of(rows: Iterable[Cells], header: Sequence[str]) -> Iterator[Row | InputError]:
    """Rows of cells as records."""
    for where, cells in rows:
        yield cells if isinstance(cells, InputError) else _row(cells, header, where)


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


def _cells(name: str, reader: Any, errors: list[InputError]) -> Iterator[Cells]:
    """Each data row; `where` is the line it begins on (the header is line 1)."""
    while True:
        where = f"{name}:{reader.line_num + 2}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield where, InputError(f"{where}: not CSV ({error}); put the cell in quotes and double those inside")
            continue
        yield from ((where, error) for error in errors)
        errors.clear()
        if cells is None:
            return
        if cells:
            yield where, cells


def _row(cells: Sequence[str], header: Sequence[str], where: str) -> Row | InputError:
    """One row as a record: empty cells are absent, nested fields are read from their JSON text."""
    if len(cells) > len(header):
        counts = f"{len(cells)} cells under {len(header)} columns"
        return InputError(f"{where}: {counts}; put a text that holds the delimiter in quotes")
    fields: dict[str, Any] = {
        column: cell for column, cell in zip(header, cells, strict=False) if cell or column == "text"
    }
    if fields.get("text") == "" and "messages" in fields:
        del fields["text"]
    return nested(fields, where)


def nested(fields: dict[str, Any], where: str) -> Row | InputError:
    """The record, with the JSON text of nested fields read and `buyer_requested` as true or false."""
    try:
        for column in NESTED:
            if isinstance(fields.get(column), str):
                fields[column] = load_json(fields[column], f"{where}: `{column}`")
    except InputError as error:
        return error
    if isinstance(fields.get("buyer_requested"), str):
        word = fields["buyer_requested"].strip().lower()
        fields["buyer_requested"] = {"true": True, "false": False}.get(word, word)
    return Row(where, fields)
