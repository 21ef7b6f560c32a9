"""Items: rows that stay strings on their way to the scanner are read as all others are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scanner.batch.chunks import Chunk, read_chunks
from scanner.batch.items import Pairs, items_of
from scanner.batch.readers import Reading, messages_of
from scanner.batch.work import place
from scanner.errors import InputError
from scanner.model import Message, Scan
from scanner.windows import Windows

ROWS: list[dict[str, Any]] = [
    {"id": "1", "text": "hello"},
    {"id": "", "text": "an empty id"},
    {"id": None, "text": "no id"},
    {"text": ""},
    {"id": "5", "text": "你好 \U0001f600", "lang": "zh"},
    {"id": "6", "text": "a buyer", "role": "buyer"},
    {"id": "7", "text": None},
    {"id": "8", "messages": ["a", "b"]},
    {"id": "9", "text": "the last", "role": None},
]


def told(chunks: list[Chunk], reading: Reading) -> tuple[list[Message], list[str]]:
    """What `items_of` reads, strings as the messages they stand for."""
    messages: list[Message] = []
    errors: list[str] = []
    for chunk in chunks:
        items = items_of(chunk, reading)
        scans = [Scan(decision="allow")] * len(items.ids)
        messages += [message for message, _ in Pairs(items.ids, items.texts, scans)]
        errors += map(str, items.errors)
    return messages, errors


def expected(chunks: list[Chunk], reading: Reading) -> tuple[list[Message], list[str]]:
    rows = [row for chunk in chunks for row in messages_of(chunk, reading)]
    errors = [str(row) for row in rows if isinstance(row, InputError)]
    return [row for row in rows if isinstance(row, Message)], errors


def parquet_of(path: Path, rows: list[dict[str, Any]], **types: Any) -> str:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([row.get(name) for row in rows], type=types.get(name)) for name in names}
    pq.write_table(pa.table(columns), path)
    return str(path)


@pytest.mark.parametrize("defaults", [{}, {"role": "buyer"}])
@pytest.mark.parametrize("extra", ["", "not JSON", "3", '{"id": 10, "text": "a number for an id"}', '{"id": []}'])
def test_lines_are_read_as_messages_are(tmp_path, defaults, extra):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([*map(json.dumps, ROWS), extra]))
    reading = Reading(defaults=defaults)
    chunks = list(read_chunks([str(path)], reading))
    assert told(chunks, reading) == expected(chunks, reading)
    assert len(told(chunks, reading)[0]) >= 8


@pytest.mark.parametrize("defaults", [{}, {"role": "buyer"}])
@pytest.mark.parametrize(
    "rows",
    [
        ROWS[:3],
        ROWS[:5],
        ROWS,
        [{"id": 1, "text": "numbers for ids"}],
        [{"id": "1", "text": None}],
        [{"id": "1", "text": "a", "at": None}, {"id": "2", "text": "b", "at": None}],
    ],
)
def test_columns_are_read_as_messages_are(tmp_path, defaults, rows):
    reading = Reading(defaults=defaults)
    chunks = list(read_chunks([parquet_of(tmp_path / "a.parquet", rows, at=pa.string())], reading))
    assert told(chunks, reading) == expected(chunks, reading)


def test_a_row_with_only_an_id_and_a_text_stays_a_string(tmp_path):
    chunks = list(read_chunks([parquet_of(tmp_path / "a.parquet", ROWS[:4])], Reading()))
    assert items_of(chunks[0], Reading()).texts == ["hello", "an empty id", "no id", ""]
    assert items_of(chunks[0], Reading()).ids[1] == f"{chunks[0].source}:2"


def test_a_text_about_conversations_makes_no_window(tmp_path, monkeypatch):
    rows = [{"id": "1", "text": "thanks for the conversation"}]
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(rows[0]))
    chunks = read_chunks([str(path), parquet_of(tmp_path / "a.parquet", rows)], Reading())
    monkeypatch.setattr("scanner.batch.work.messages_of", None)
    assert len(list(place(chunks, Windows(), Reading(), keep=False))) == 2
