"""What the service does not read as JSON, and says so without repeating it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.errors import Problem
from api.limits import read_json
from api.settings import Limits

LIMITS = Limits()
CANARY = "canary-4711"
BAD: dict[str, bytes] = {
    "lone surrogate": b'{"text": "canary-4711 \\ud800"}',
    "lone surrogate in a name": b'{"\\udc00": "canary-4711", "text": "x"}',
    "UTF-16": '{"text": "canary-4711"}'.encode("utf-16"),
    "UTF-16 without mark": '{"text": "canary-4711"}'.encode("utf-16-le"),
    "UTF-8 with mark": b"\xef\xbb\xbf" + b'{"text": "canary-4711"}',
    "Latin-1": '{"text": "canary-4711 é"}'.encode("latin-1"),
    "encoded surrogate": b'{"text": "canary-4711 \xed\xa0\x80"}',
    "NaN": b'{"text": "canary-4711", "x": NaN}',
    "Infinity": b'{"text": "canary-4711", "x": -Infinity}',
    "1e999": b'{"text": "canary-4711", "x": 1e999}',
    "duplicate names": b'{"text": "canary-4711", "text": "y"}',
    "duplicate names within": b'{"text": "canary-4711", "merchant": {"id": "1", "id": "2"}}',
    "duplicate by escape": b'{"text": "canary-4711", "te\\u0078t": "y"}',
    "5,000 digits": b'{"text": "canary-4711", "id": ' + b"9" * 5_000 + b"}",
    "a float of 5,000 digits": b'{"text": "canary-4711", "id": 0.' + b"9" * 5_000 + b"}",
    "depth 100,000": b'{"text": "canary-4711", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "depth 100,000, open": b"[" * 100_000,
    "depth of objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a control character": b'{"text": "canary-4711 \x01"}',
    "two values": b'{"text": "canary-4711"} {"text": "x"}',
    "single quotes": b"{'text': 'canary-4711'}",
    "a trailing comma": b'{"text": "canary-4711",}',
    "nothing": b" ",
    "cut off": b'{"text": "canary-4711',
}


@pytest.mark.parametrize("name", BAD)
def test_it_is_400_and_nothing_of_it_comes_back(client: TestClient, name: str) -> None:
    answer = client.post("/v1/scan", content=BAD[name], headers={"content-type": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (400, "urn:problem-type:compliance-scanner:invalid-json")
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert CANARY not in answer.text and "99999" not in answer.text


GOOD: list[Any] = [
    {"text": "😀 \u0000", "id": 10**60},
    {"a": [[[[{"b": 1.5e300}]]]]},
    {"text": "[" * 1000 + '"\\' + "{" * 1000},
    [[] for _ in range(1000)],
    "x",
    1,
    None,
]


@pytest.mark.parametrize("value", GOOD, ids=repr)
def test_what_is_json_is_read(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert read_json(text.encode(), LIMITS) == value


def test_depth_is_counted_outside_of_strings_only() -> None:
    deep = b"[" * LIMITS.depth + b'"' + b"[" * 100 + b'"' + b"]" * LIMITS.depth
    assert read_json(deep, LIMITS) is not None
    with pytest.raises(Problem):
        read_json(b"[" + deep + b"]", LIMITS)


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=utf-16", "multipart/form-data", ""])
def test_a_body_of_another_type_is_415(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/scan", content=b'{"text": "hi"}', headers={"content-type": kind})
    assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (415, "media-type")


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "gzip, gzip"])
def test_a_compressed_body_is_415_and_never_unpacked(client: TestClient, encoding: str) -> None:
    headers = {"content-type": "application/json", "content-encoding": encoding}
    for path in ("/v1/scan", "/v1/scan/batch", "/v1/scan/stream"):
        answer = client.post(path, content=b"\x1f\x8b\x08" + bytes(100), headers=headers)
        assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (415, "content-encoding")


def test_a_record_that_is_wrong_is_422_and_names_the_field_alone(client: TestClient) -> None:
    for record in (
        {"text": 5, "kind": CANARY},
        {"text": "x", "kind": CANARY, "at": CANARY, "merchant": {"authorised_marks": [{CANARY: 1}]}},
        {"text": "x", "title": CANARY},
        {"text": CANARY * 20_000},
        {"text": "x", "at": "2021-08-31T14:05:00"},
        [CANARY],
    ):
        answer = client.post("/v1/scan", json=record)
        assert (answer.status_code, answer.json()["type"].rsplit(":")[-1]) == (422, "invalid-request")
        assert answer.json()["errors"] and CANARY not in answer.text
    answer = client.post("/v1/scan", params={"offsets": CANARY}, json={"text": "x"})
    assert answer.status_code == 422 and CANARY not in answer.text


def test_faults_of_several_fields_are_told_in_our_own_words(client: TestClient) -> None:
    answer = client.post("/v1/scan", json={"kind": "message"}).json()
    assert answer["errors"] == [
        {"field": "body", "code": "value_error", "message": "no `text`; add it, or `messages` (a list of strings)"}
    ]
    answer = client.post("/v1/scan", json={"text": "x", "at": "2021-08-31T14:05:00"}).json()
    assert "has no offset" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("[" * 33 + "]" * 33, True),
        ("[" * 32 + "]" * 32, False),
        ('{"a":' * 33 + "1" + "}" * 33, True),
        ("[" + ",".join(['{"a": "[[[{{{"}'] * 40) + "]", False),
        ("[" + ",".join(["[[]]"] * 40) + "]", False),
        ("[" + ",".join(["{}"] * 40) + "," + "[" * 40 + "]" * 40 + "]", True),
        ('"' + "[" * 50 + '\\"' + "{" * 50 + '"', False),
    ],
)
def test_depth_is_that_of_the_structure(text: str, deep: bool) -> None:
    if deep:
        with pytest.raises(Problem, match="invalid-json"):
            read_json(text.encode(), Limits())
    else:
        assert read_json(text.encode(), Limits()) == json.loads(text)


@pytest.mark.parametrize("text", ["[" * 40 + "}" * 40, "]" * 40 + "[" * 40, "{]" * 40, '["' + "[" * 40])
def test_brackets_that_do_not_match_are_no_json(text: str) -> None:
    with pytest.raises(Problem, match="invalid-json"):
        read_json(text.encode(), Limits())
