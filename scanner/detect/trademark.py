"""The trademark detector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.detect.base import Context
from scanner.lexicon.pack import Pack
from scanner.model import Hit


class TrademarkDetector:
    """Turns finds of category trademark into hits."""

    category = "trademark"

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = tuple(packs)

    def detect(self, context: Context) -> Iterable[Hit]:
        """Plain hits for now: every strong form at its rule's level."""
        for found in context.of(self.category):
            if not found.weak:
                yield Hit(
                    rule=found.rule.id,
                    category=self.category,
                    term=found.rule.term,
                    level=found.rule.level,
                    span=found.span,
                    text=context.reading.slice(found.span),
                    score=found.score,
                    evasion=found.evasion,
                    tags=found.rule.tags,
                    why=found.rule.why,
                )
