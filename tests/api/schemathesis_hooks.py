"""What schemathesis has to be told: how lines of JSON are written, and that an idempotency key is used once."""

from __future__ import annotations

import json
import uuid
from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def lines_of_json(_: Any, value: Any) -> bytes:
    """A body as it is generated: a string is the lines themselves."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace")


@schemathesis.hook
def before_call(_: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A valid key is replaced by a fresh one: the same key with another body is a 422, and a test of its own."""
    headers = case.headers or {}
    if (
        len(str(headers.get("Idempotency-Key", ""))) >= 1
        and case.meta is not None
        and case.meta.generation.mode.is_positive
    ):
        headers["Idempotency-Key"] = uuid.uuid4().hex
