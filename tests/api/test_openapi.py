"""The OpenAPI document: an example for every operation, security, and the problems of each."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.schemas import examples
from api.schemas.results import BatchResult, ScanResult
from api.schemas.system import Ready


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    found: dict[str, Any] = app.openapi()
    return found


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{m} {path}", op) for path, item in document["paths"].items() for m, op in item.items()]


def _has_example(content: dict[str, Any], document: dict[str, Any]) -> bool:
    schema = content.get("schema", {})
    name = str(schema.get("$ref", "")).rsplit("/", 1)[-1]
    named = document["components"]["schemas"].get(name, schema)
    return bool({"example", "examples"} & (set(content) | set(named)))


def test_every_operation_shows_what_is_sent_and_what_comes_back(document: dict[str, Any]) -> None:
    bare = []
    for name, operation in _operations(document):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        for part in (*bodies, *answers):
            kinds = part.get("content", {}).items()
            bare += [name for kind, own in kinds if "json" in kind and not _has_example(own, document)]
    assert bare == []


def test_every_operation_documents_its_problems_as_problems(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and "/readyz" not in name:
                assert "application/problem+json" in answer["content"], (name, status)
        if operation.get("x-scope"):
            assert {"401", "403", "429", "500", "503"} <= set(operation["responses"])
            assert operation["security"]


def test_the_examples_are_answers(client: TestClient) -> None:
    ScanResult.model_validate(examples.SCAN)
    BatchResult.model_validate(examples.BATCH)
    Ready.model_validate(examples.READY)
    record = {"id": "m17", "text": "add me on wh@tsapp +86 138 0013 8000"}
    answer = client.post("/v1/scan", json=record).json()
    shown = examples.SCAN
    assert (answer["decision"], answer["hits"][0]["rule"]) == (shown["decision"], shown["hits"][0]["rule"])
    assert list(answer) == list(shown) and list(answer["hits"][0]) == list(shown["hits"][0])
    assert (answer["hits"][0]["start"], answer["hits"][0]["end"]) == (10, 36)
