"""Fields of a scenario, each checked to have the shape it must have; `InputError` names the field and the cure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from scanner.errors import InputError


def text_of(fields: Mapping[str, Any], name: str, default: str | None = None) -> str | None:
    """A text field; `default` when it is absent or null."""
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return default if value is None else value
    raise InputError(f"`{name}` is text")


def list_of(fields: Mapping[str, Any], name: str, kind: type) -> Sequence[Any]:
    """A list whose items are all of one kind; empty when absent."""
    found = fields.get(name)
    if found is None:
        return ()
    if not isinstance(found, list | tuple) or not all(isinstance(item, kind) for item in found):
        raise InputError(f"`{name}` is a list of {'objects' if kind is Mapping else 'texts'}")
    return found


def table_of(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object; empty when absent."""
    found = fields.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise InputError(f"`{name}` is an object")
    return found


def number_of(fields: Mapping[str, Any], name: str) -> int | float | None:
    """A number, None when absent; written as text ("5000.00") it is the same number."""
    value = fields.get(name)
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if not isinstance(number, int | float) or isinstance(number, bool) or not math.isfinite(number):
        raise InputError(f"`{name}` is a number")
    return number
