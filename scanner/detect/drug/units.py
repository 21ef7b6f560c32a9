"""A cue book that also knows which of its phrases a word is, for words that stand against a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.match.cues import CueBook
from scanner.text.fold import fold


class UnitBook(CueBook):
    """Cue sets, and for a phrase the names of the sets that hold it."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        super().__init__(cues)
        self._names: dict[str, list[str]] = {}
        for name, phrases in cues.items():
            for phrase in phrases:
                self._names.setdefault(fold(phrase), []).append(name)

    def names_of(self, phrase: str) -> list[str]:
        """Names of the sets that hold a folded phrase."""
        return self._names.get(phrase, [])
