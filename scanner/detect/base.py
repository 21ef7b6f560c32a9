"""What every detector gets and gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from scanner.lexicon.found import Found
from scanner.lexicon.pack import Pack
from scanner.model import Hit, Message
from scanner.text.reading import Reading


class Context(NamedTuple):
    """One text on the table: what was written, how it reads, what was found of every category, and when.

    `found` is sorted by span and holds only rules in force at `at`; overlapping finds are all there.
    """

    message: Message
    reading: Reading
    found: Sequence[Found]
    at: date

    def of(self, category: str) -> list[Found]:
        """The finds of one category, in text order."""
        return [found for found in self.found if found.rule.category == category]


class Detector(Protocol):
    """Turns finds of one category into hits. Built once from the category's packs; holds no state after."""

    category: str

    def __init__(self, packs: Sequence[Pack]) -> None: ...

    def detect(self, context: Context) -> Iterable[Hit]:
        """Hits in any order; overlaps within the category are resolved by the engine (higher score wins)."""
        ...
