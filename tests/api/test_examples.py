"""The OpenAPI's examples: every operation of the ledger's rooms has them, and they are what the schemas say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

ROOMS = ("assess", "merchants", "appeals", "revocations", "review", "papers", "versions")


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def _shapes(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON body, sent or answered, of the rooms: where, and its schema."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if set(operation.get("tags", ())) & set(ROOMS):
                bodies = {"200": operation["responses"]["200"]["content"]}
                if "requestBody" in operation:
                    bodies["sent"] = operation["requestBody"]["content"]
                for name, content in bodies.items():
                    yield f"{method} {path} {name}", content["application/json"]["schema"]


def test_every_operation_has_examples_that_fit(document: dict[str, Any]) -> None:
    lacking, wrong, checked = [], [], 0
    for where, schema in _shapes(document):
        whole = {**schema, "components": document["components"]}
        named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        examples = named.get("examples", [])
        if not examples:
            lacking.append(where)
        for example in examples:
            checked += 1
            faults = jsonschema_rs.Draft202012Validator(whole).iter_errors(example)
            wrong += [(where, fault.instance_path, fault.message[:200]) for fault in faults]
    assert (lacking, wrong) == ([], [])
    assert checked > 30
