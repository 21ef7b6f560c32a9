"""A cue book that also knows which of its phrases a word is, for words that stand against a number."""

from __future__ import annotations

from functools import cached_property

from scanner.match.cues import CueBook
from scanner.text.fold import fold


class UnitBook(CueBook):
    """Cue sets, and for a phrase the names of the sets that hold it."""

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for name, phrases in self.cues.items():
            for phrase in phrases:
                names.setdefault(fold(phrase), []).append(name)
        return names

    def names_of(self, phrase: str) -> list[str]:
        """Names of the sets that hold a folded phrase."""
        return self._names.get(phrase, [])
