"""The hash chain over the events and their charges.

Each event's hash covers the hash before it, every column of the event and every column of its charges, so a
row changed, left out or put in is noticed from there on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")

START = "0" * 64
"""What stands for the hash before the first event."""

EVENT_COLUMNS = ("seq", "key", "type", "merchant", "rule", "ref", "conversation", "at", "received", "body")
CHARGE_COLUMNS = (
    "seq",
    "event",
    "merchant",
    "rule",
    "ref",
    "state",
    "offence_no",
    "action",
    "points",
    "until",
    "executed",
    "measure",
    "flags",
    "delta",
    "stands",
    "machine",
)

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


canonical = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode
"""JSON in one way only: keys sorted, no spaces."""


def written(value: Any) -> str:
    """JSON for the erasable table, which cannot hold half a surrogate pair: escaped where one occurs."""
    text = _encode(value)
    return json.dumps(value) if _SURROGATE.search(text) else text


def link(before: str, event: Sequence[Any], charges: Sequence[Sequence[Any]]) -> str:
    """The hash of an event: `event` and `charges` are rows in the order of the columns above."""
    text = _encode([before, event, charges])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
