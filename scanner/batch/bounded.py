"""Counts of bounded size: the heaviest of many keys, and a fixed sample of many texts. Both can be merged."""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

NAME = 120
"""Code points of a name that are kept; a longer one is told apart by a hash of the rest."""


def short_name(name: str) -> str:
    """A merchant's or conversation's name, bounded: whoever names it may write what he likes."""
    if len(name) <= NAME:
        return name
    rest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{name[:NAME]}…{rest}"


class Entry(Protocol):
    """What is kept for one key."""

    def merge(self, other: Any) -> None:
        """Take in what another count kept for the same key."""

    def weight(self) -> tuple[int, ...]:
        """What it is ranked by."""

    def to_json(self) -> Any:
        """As plain data."""


E = TypeVar("E", bound=Entry)


class Heaviest(Generic[E]):
    """Entries by key; of over twice `limit` keys the heaviest `limit` are kept.

    `dropped` counts the keys let go; as long as it is 0 every figure is exact.
    """

    def __init__(self, make: Callable[[], E], limit: int) -> None:
        self.entries: dict[str, E] = {}
        self.limit = limit
        self.dropped = 0
        self._make = make

    def at(self, key: str) -> E:
        """The entry of a key, a new one if need be."""
        entry = self.entries.get(key)
        if entry is None:
            if len(self.entries) >= 2 * self.limit:
                self._prune()
            entry = self.entries[key] = self._make()
        return entry

    def merge(self, other: Heaviest[E]) -> None:
        """Take in another's entries."""
        for key, entry in other.entries.items():
            self.at(key).merge(entry)
        self.dropped += other.dropped

    def ranked(self) -> list[tuple[str, E]]:
        """Heaviest first; ties by key."""
        return sorted(self.entries.items(), key=lambda item: (*(-part for part in item[1].weight()), item[0]))

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {"dropped": self.dropped, "entries": {key: entry.to_json() for key, entry in self.entries.items()}}

    def read(self, data: dict[str, Any], entry_of: Callable[[Any], E]) -> None:
        """Become what `to_json` wrote."""
        self.dropped = int(data["dropped"])
        self.entries = {str(key): entry_of(value) for key, value in data["entries"].items()}

    def _prune(self) -> None:
        kept = self.ranked()[: self.limit]
        self.dropped += len(self.entries) - len(kept)
        self.entries = dict(kept)


@dataclass(frozen=True, slots=True, order=True)
class Drawn:
    """One text of a sample: `draw` decides whether it stays."""

    draw: str
    where: str
    pieces: tuple[tuple[str, str], ...]
    level: str
    why: str


class Sample:
    """Of all texts offered those with the smallest hash: the same ones in whatever order they come; none twice."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.drawn: list[Drawn] = []

    def offer(self, text: str, make: Callable[[str], Drawn]) -> None:
        """Consider a text; `make` is called with its draw if it is taken."""
        draw = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        if len(self.drawn) < self.size or draw < self.drawn[-1].draw:
            self._take(make(draw))

    def merge(self, other: Sample) -> None:
        """Consider another's texts."""
        for drawn in other.drawn:
            self._take(drawn)

    def _take(self, drawn: Drawn) -> None:
        """Of the same text twice the first by place stays, so that the order of arrival does not show."""
        same = next((old for old in self.drawn if old.draw == drawn.draw), None)
        if same is not None:
            self.drawn.remove(same)
            drawn = min(same, drawn)
        insort(self.drawn, drawn)
        del self.drawn[self.size :]
