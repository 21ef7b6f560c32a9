"""Items: what a chunk holds to be scanned. A row with an id and a text only, as most are, stays two strings.

`Scanner.scan_many` takes texts as well as messages, and a `Message` costs as much as a good part of scanning one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.batch import parquet
from scanner.batch.chunks import Chunk, rows_of
from scanner.batch.readers import Reading, message_of
from scanner.errors import InputError
from scanner.model import Message, Scan
from scanner.records import FIELDS

_OTHERS = frozenset(FIELDS) - {"id", "text"}


@dataclass(slots=True)
class Items:
    """The readable rows of a chunk in order, what `scan_many` takes for each and its id; and the bad rows."""

    ids: list[str | None] = field(default_factory=list)
    texts: list[str | Message] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)

    def add(self, row: Message | InputError) -> None:
        """One row more."""
        if isinstance(row, InputError):
            self.errors.append(row)
        else:
            self.ids.append(row.id)
            self.texts.append(row)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows with their results, in order; what encoders take. Iterating makes a `Message` of every row."""

    ids: Sequence[str | None]
    texts: Sequence[str | Message]
    scans: Sequence[Scan]

    def __iter__(self) -> Iterator[tuple[Message, Scan]]:
        for name, text, scan in zip(self.ids, self.texts, self.scans, strict=True):
            yield Message(text=text, id=name) if isinstance(text, str) else text, scan


def gathered(rows: Iterable[Message | InputError]) -> Items:
    """Rows that are parsed already."""
    items = Items()
    for row in rows:
        items.add(row)
    return items


def items_of(chunk: Chunk, reading: Reading) -> Items:
    """The rows of a chunk that is not parsed yet; as `readers.messages_of` reads them."""
    if chunk.form == "parquet" and not reading.defaults:
        bare = parquet.bare_rows(chunk.content, chunk.source, chunk.first)
        if bare is not None:
            return Items(*bare)
    items = Items()
    for row in rows_of(chunk, reading.encoding):
        if isinstance(row, InputError):
            items.errors.append(row)
        elif not reading.defaults and _is_bare(row.fields):
            items.ids.append(row.fields.get("id") or row.where)
            items.texts.append(row.fields["text"])
        else:
            items.add(message_of(row, reading))
    return items


def _is_bare(fields: Mapping[str, Any]) -> bool:
    """Whether a record says no more than its id and a text, both as strings (or no id)."""
    return type(fields.get("text")) is str and type(fields.get("id", "")) is str and _OTHERS.isdisjoint(fields)
