"""Record batches in, record batches out: the same results as the library, to the byte, however the rows are cut."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scanner import InputError, Scanner
from scanner.batch import arrow
from scanner.batch.arrow import scan_batches, schema_of
from scanner.batch.encode import RESULT_COLUMNS
from scanner.records import dump_json, parse_record
from scanner.windows import Windows

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: the extra `parquet`")

CASES = Path(__file__).parents[2] / "fixtures" / "cases"
TEXTS = ("id", "text", "kind", "title", "role", "category", "at", "conversation", "sender", "channel", "context")
NESTED = ("messages", "previous", "merchant", "buyer_requested")


def records(count: int = 400, name: str = "trade.jsonl") -> list[dict[str, Any]]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:count]]


def table(rows: Sequence[dict[str, Any]]) -> Any:
    """The rows with nested values as JSON text, as CSV and Parquet have them."""
    columns = {name: [row.get(name) for row in rows] for name in TEXTS}
    for name in NESTED:
        columns[name] = [None if row.get(name) is None else json.dumps(row[name]) for row in rows]
    return pa.table({name: pa.array(values, type=pa.string()) for name, values in columns.items()})


def batches(rows: Sequence[dict[str, Any]], *cuts: int) -> Iterator[Any]:
    whole = table(rows).combine_chunks()
    for low, high in pairwise((0, *cuts, len(rows))):
        yield from whole.slice(low, high - low).to_batches()


def expected(scanner: Scanner, rows: Sequence[dict[str, Any]], *, windows: bool = True) -> list[str]:
    """The result lines of the library for the same rows."""
    opened = Windows()
    messages = [parse_record(row, where=f"row:{n}") for n, row in enumerate(rows, 1)]
    placed = [opened.place(message) if windows else message for message in messages]
    return [dump_json(scan.to_dict()) for scan in scanner.scan_many(placed)]


def lines(found: Any) -> list[str]:
    """Arrow results as result lines: the JSON text of a column is put in as it stands."""
    out = []
    for row in (row for batch in found for row in batch.to_pylist()):
        raw = {
            name: row[name] if name in ("hits", "degraded", "packs") else dump_json(row[name])
            for name in RESULT_COLUMNS
        }
        out.append("{" + ", ".join(f'"{name}": {text}' for name, text in raw.items()) + "}")
    return out


@pytest.mark.parametrize("cuts", [(), (1,), (7, 7, 100, 399)])
def test_the_results_are_those_of_the_library_to_the_byte(scanner: Scanner, cuts: tuple[int, ...]) -> None:
    rows = records()
    found = lines(scan_batches(batches(rows, *cuts), scanner=scanner))
    assert found == expected(scanner, rows)
    assert sum('"decision": "block"' in line for line in found) > 5


def test_listings_and_nested_columns(scanner: Scanner) -> None:
    rows = [
        {"id": "1", "kind": "listing", "title": "Ray-Ban style", "text": "whatsapp +8613800138000", "category": "Toys"},
        {"id": "2", "messages": ["add me wha", "tsapp +8613800138000"]},
        {"id": 3, "text": "call me", "previous": ["my number", "+8613800138000"], "buyer_requested": True},
        {"text": "İstanbul 👍 whatsapp +8613800138000 \u202e"},
    ]
    names = sorted({name for row in rows for name in row} - {"id"})
    columns = {"id": [str(row["id"]) if "id" in row else None for row in rows]}
    real = pa.RecordBatch.from_pydict({**columns, **{name: [row.get(name) for row in rows] for name in names}})
    result = lines(scan_batches([real], scanner=scanner))
    assert result == expected(scanner, rows)


def test_columns_of_other_names(scanner: Scanner) -> None:
    batch = pa.RecordBatch.from_pydict({"body": ["whatsapp +8613800138000"], "ref": ["a"], "who": ["s"], "text": [5]})
    found = next(scan_batches([batch], scanner=scanner, text="body", id="ref", columns={"sender": "who"}, keep=["who"]))
    assert found.schema.names == [*RESULT_COLUMNS, "who"]
    assert found.schema == schema_of(batch.schema, ["who"])
    assert found.to_pylist()[0]["id"] == "a"
    assert found.to_pylist()[0]["decision"] == "block"


def test_windows_go_over_batches_and_can_be_left_out(scanner: Scanner) -> None:
    rows = [
        {"id": str(n), "text": text, "conversation": "c", "sender": "s"}
        for n, text in enumerate(["add me wha", "tsapp", "+8613800138000"])
    ]
    assert lines(scan_batches(batches(rows, 1, 2), scanner=scanner)) == expected(scanner, rows)
    bare = lines(scan_batches(batches(rows, 1, 2), scanner=scanner, windows=False))
    assert bare == expected(scanner, rows, windows=False)
    assert bare != expected(scanner, rows)


def test_rows_that_are_no_records(scanner: Scanner) -> None:
    batch = pa.RecordBatch.from_pydict({"id": ["a", "b", None], "text": ["fine", None, None]})
    with pytest.raises(InputError, match="row:2: no `text`"):
        list(scan_batches([batch], scanner=scanner))
    rows = next(scan_batches([batch], scanner=scanner, errors="null")).to_pylist()
    assert [(row["id"], row["decision"]) for row in rows] == [("a", "allow"), ("b", None), ("row:3", None)]


def test_a_wrong_call_says_what_to_do(scanner: Scanner) -> None:
    batch = pa.RecordBatch.from_pydict({"body": ["x"]})
    with pytest.raises(InputError, match="no column 'text'"):
        list(scan_batches([batch], scanner=scanner))
    with pytest.raises(InputError, match="no field 'txt'"):
        list(scan_batches([batch], scanner=scanner, columns={"txt": "body"}))


def test_no_rows_and_no_batches(scanner: Scanner) -> None:
    empty = pa.RecordBatch.from_pydict({"text": pa.array([], pa.string())})
    assert [batch.num_rows for batch in scan_batches([empty], scanner=scanner)] == [0]
    assert list(scan_batches([], scanner=scanner)) == []


def test_memory_is_that_of_a_slice(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of any size is taken in slices, and none is read before it is asked for."""
    monkeypatch.setattr(arrow, "ROWS", 10)
    taken = []

    def source() -> Iterator[Any]:
        for n in range(3):
            taken.append(n)
            yield pa.RecordBatch.from_pydict({"text": ["hello"] * 25})

    found = scan_batches(source(), scanner=scanner)
    assert next(found).num_rows == 10
    assert taken == [0]
    assert sum(batch.num_rows for batch in found) == 65
