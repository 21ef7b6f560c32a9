"""Things with spans, in text order, asked for by neighbourhood: never the whole list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from scanner.model import Span

LONGEST = 100
"""Code points that a find or a cue may be long, as far as neighbourhoods are concerned."""
_MOST = 200
"""Neighbours looked at, at most; more of them in one place is a text made to be slow."""


class Spanned(Protocol):
    """Anything that lies somewhere in the text."""

    @property
    def span(self) -> Span: ...


T = TypeVar("T", bound=Spanned)


class Nearby(Generic[T]):
    """A sorted list that answers "what is near this span" in the time the answer takes."""

    def __init__(self, items: Iterable[T]) -> None:
        self.items: Sequence[T] = sorted(items, key=lambda item: (item.span.start, item.span.end))
        self._starts = [item.span.start for item in self.items]

    @cached_property
    def starts(self) -> frozenset[int]:
        """Where items begin."""
        return frozenset(self._starts)

    def within(self, span: Span, distance: int) -> list[T]:
        """Items at most so many code points from a span, overlapping ones too; in text order."""
        if not self.items:
            return []
        low = bisect_left(self._starts, span.start - distance - LONGEST)
        high = bisect_right(self._starts, span.end + distance)
        if high - low > _MOST:
            middle = bisect_left(self._starts, span.start)
            low, high = max(low, middle - _MOST // 2), min(high, middle + _MOST // 2)
        first, last = span.start - distance, span.end + distance
        return [item for item in self.items[low:high] if item.span.end >= first and item.span.start <= last]
