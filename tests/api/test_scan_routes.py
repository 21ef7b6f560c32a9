"""Scanning over HTTP: the same JSON as the library and the command line, record by record."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from api.batches import read_entry
from api.errors import Problem
from api.schemas.records import Record
from scanner import Message, Scanner
from scanner.errors import InputError
from scanner.records import dump_json, parse_record

BAD = "add me on wh@tsapp 😀 +86 138 0013 8000, or mail sales@example.cn"
RECORDS: list[dict[str, Any]] = [
    {"id": "1", "text": "Hello, is it in stock?"},
    {"id": "2", "text": BAD},
    {"id": 3, "text": "ab😀", "previous": ["😀 wechat:"]},
    {"id": "4", "kind": "listing", "title": "Ray-Ban sunglasses 😀", "text": "cheap replica", "category": "Eyewear"},
    {"id": "5", "messages": ["sky", "pe", "live:abc_123"], "role": "seller"},
    {"id": "6", "text": "write to sales@shop.cn", "merchant": {"id": "m", "registered_contacts": ["sales@shop.cn"]}},
    {"id": "7", "conversation": "c", "sender": "s", "at": "2021-08-31T14:05:00+08:00", "text": "what"},
    {"id": "8", "conversation": "c", "sender": "s", "at": "2021-08-31T14:05:09+08:00", "text": "sapp +8613800138000"},
    {"id": "ä\u2028", "text": "x" * 60_000 + " wechat: abc_1234"},
]


@pytest.mark.parametrize("offsets", ["codepoint", "utf16"])
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record["id"])[:2])
def test_one_scan_is_the_librarys_to_dict_key_order_included(
    client: TestClient, scanner: Scanner, record: dict[str, Any], offsets: Any
) -> None:
    answer = client.post("/v1/scan", params={"offsets": offsets}, json=record)
    expected = scanner.scan_message(parse_record(record, where="record")).to_dict(offsets)
    assert answer.status_code == 200
    assert answer.text == dump_json(expected)


def _by_command_line(tmp_path: Path) -> list[str]:
    file = tmp_path / "records.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")
    command = [sys.executable, "-m", "scanner", "scan", str(file), "--format", "jsonl", "--fail-on", "never"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode().split("\n")[:-1]


def test_stream_and_batch_say_what_the_command_line_says(client: TestClient, tmp_path: Path) -> None:
    lines = _by_command_line(tmp_path)
    assert json.loads(lines[7])["hits"][0]["parts"], "the windows have to be at work in this test"
    body = "".join(json.dumps(record) + "\n" for record in RECORDS)
    streamed = client.post("/v1/scan/stream", content=body, headers={"content-type": "application/x-ndjson"})
    assert streamed.text.split("\n")[:-1] == lines
    batch = client.post("/v1/scan/batch", json={"items": RECORDS})
    items = ", ".join(f'{{"status": 200, "result": {line}}}' for line in lines)
    assert batch.text == f'{{"items": [{items}]}}'


def test_a_bad_record_of_a_batch_spoils_no_other(client: TestClient) -> None:
    items = [{"text": "hi"}, {"text": 5}, 7, {"text": BAD, "messages": ["x"]}, {"text": BAD}]
    answer = client.post("/v1/scan/batch", json={"items": items}).json()["items"]
    assert [item["status"] for item in answer] == [200, 422, 422, 422, 200]
    assert answer[1]["problem"]["errors"] == [
        {"field": "text", "code": "string_type", "message": "Input should be a valid string"}
    ]
    assert answer[4]["result"]["decision"] == "block"


def test_a_batch_over_the_published_limit_is_refused(client: TestClient) -> None:
    limit = client.get("/v1/version").json()["limits"]["batch_items"]
    answer = client.post("/v1/scan/batch", json={"items": [{"text": "hi"}] * (limit + 1)})
    assert answer.status_code == 422
    assert client.post("/v1/scan/batch", json={"items": [{"text": "hi"}] * limit}).status_code == 200


def test_bad_lines_of_a_stream_are_answered_in_their_place(client: TestClient) -> None:
    lines = ['{"text": "hi", "id": "a"}', "{", '{"text": "\\ud800"}', '{"text": NaN}', "", '{"text": "bye"}']
    body = "\n".join(lines).encode() + b'\n{"text": "\xff"}\n' + b"x" * (2 * 1024 * 1024 + 1) + b'\n{"text": "end"}'
    answer = client.post("/v1/scan/stream", content=body, headers={"content-type": "application/x-ndjson"})
    got = [json.loads(line) for line in answer.text.split("\n")[:-1]]
    kinds = [line.get("decision") or line["type"].rsplit(":", 1)[1] for line in got]
    assert kinds == ["allow", *["invalid-json"] * 3, "allow", "invalid-json", "body-too-large", "allow"]
    assert got[1]["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "application/x-ndjson; charset=utf-16"])
def test_a_stream_of_another_type_is_refused(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/scan/stream", content=b'{"text": "hi"}\n', headers={"content-type": kind})
    assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (415, "media-type")


_names = st.sampled_from(["id", "text", "messages", "kind", "title", "role", "category", "at", "conversation",
                          "previous", "channel", "context", "buyer_requested", "merchant", "other"])  # fmt: skip
_values = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(-1, 1), st.text(max_size=3), st.lists(st.text(max_size=2)),
    st.sampled_from(["listing", "message", "buyer", "onsite", "outside", "reasonable", "2021-08-31T14:05:00+08:00",
                     "2021-08-31T14:05:00"]),
    st.fixed_dictionaries({}, optional={
        "id": st.one_of(st.integers(), st.text(max_size=2), st.none()),
        "registered_contacts": st.lists(st.text(max_size=2), max_size=2),
        "authorised_marks": st.lists(st.one_of(st.text(max_size=2), st.fixed_dictionaries(
            {"mark": st.text(max_size=2)},
            optional={"from": st.sampled_from(["2021-01-01", "soon"]), "territory": st.none()})), max_size=2),
        "trade_assurance": st.one_of(st.booleans(), st.fixed_dictionaries({}, optional={"signed": st.booleans()})),
    }),
)  # fmt: skip


def _theirs(record: dict[str, Any]) -> Message | None:
    try:
        return parse_record(record, where="")
    except InputError:
        return None


def _in_batch(record: dict[str, Any]) -> Message | None:
    found = read_entry(record)
    if isinstance(found, Problem):
        return None
    return found[0] if isinstance(found[0], Message) else Message(text=found[0], id=found[1])


def _ours(record: dict[str, Any]) -> Message | None:
    try:
        return Record.model_validate(record).message()
    except ValidationError:
        return None


@settings(max_examples=400)
@given(st.dictionaries(_names, _values, max_size=6).map(lambda found: {"text": "hi", **found}))
def test_the_same_records_pass_as_in_files(record: dict[str, Any]) -> None:
    ours, theirs = _ours(record), _theirs(record)
    assert (ours is None) == (theirs is None)
    assert _in_batch(record) == ours
    if ours is not None and theirs is not None:
        assert (ours.id or "") == (theirs.id or "")
        assert [getattr(ours, name) for name in ours.__slots__ if name != "id"] == [
            getattr(theirs, name) for name in theirs.__slots__ if name != "id"
        ]
