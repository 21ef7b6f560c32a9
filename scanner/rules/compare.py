"""Two policies side by side: what the second says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from scanner.rules.policy import Policy

_IGNORED = frozenset({"digest"})


def differences(old: Policy, new: Policy) -> list[str]:
    """Every field that differs, as `path: old -> new`."""
    return list(_walk("", old, new))


def _walk(path: str, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    left, right = _parts(old), _parts(new)
    if left is None or right is None:
        yield f"{path}: {_short(old)} -> {_short(new)}"
        return
    for name in dict.fromkeys((*left, *right)):
        if name in _IGNORED:
            continue
        place = f"{path}.{name}" if path else name
        if name not in left:
            yield f"{place}: added"
        elif name not in right:
            yield f"{place}: removed"
        else:
            yield from _walk(place, left[name], right[name])


def _parts(value: Any) -> dict[str, Any] | None:
    """The named parts of a value, or None for one that has none."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, tuple) and any(is_dataclass(item) for item in value):
        return {str(i): item for i, item in enumerate(value)}
    return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
