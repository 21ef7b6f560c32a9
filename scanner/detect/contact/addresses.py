"""Emails read in a text."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.detect.contact.parts import Contact
from scanner.lexicon.pack import Pack
from scanner.text.reading import Reading


class EmailReader:
    """Reads contacts of one kind. Built once from the packs of category contact; holds no state after."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = tuple(packs)

    def read(self, reading: Reading) -> list[Contact]:
        """Every contact of the text, in text order."""
        return []
