"""Cue words in all scripts, found in one pass, with stems: `напиш*` lets letters follow.

`scanner.match.cues` reads whole words. Steering is said in inflected words, and in Hangul, Thai or Chinese inside
a run of letters, so here a phrase may end in `*`, and scripts written without spaces match anywhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from scanner.match.script import is_unspaced, is_word, script_of
from scanner.text.fold import fold

Place = tuple[int, int]
"""Start and end in a folded text, half-open."""


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of one text: for each set, places in text order."""

    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)

    def within(self, name: str, low: int, high: int) -> Iterable[Place]:
        """Places of a set that lie wholly in [low, high)."""
        places = self.places.get(name, ())
        for at in range(bisect_left(places, (low, low)), len(places)):
            start, end = places[at]
            if start >= high:
                return
            if end <= high:
                yield start, end

    def any(self, name: str, low: int, high: int) -> bool:
        """Whether a cue of the set lies wholly in [low, high)."""
        return next(iter(self.within(name, low, high)), None) is not None


class StemBook:
    """Named sets of phrases, compiled. `book.find(folded)` gives every cue of a text."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        table: dict[str, set[tuple[str, bool]]] = {}
        for name, phrases in cues.items():
            for phrase in phrases:
                stem = phrase.endswith("*")
                text = " ".join(fold(phrase.rstrip("*") if stem else phrase).split())
                if text:
                    table.setdefault(text, set()).add((name, stem))
        self._texts = list(table)
        self._meaning = [sorted(table[text]) for text in self._texts]
        self._automaton = AhoCorasick(self._texts) if self._texts else None

    def find(self, folded: str) -> Cues:
        """Every cue of a folded text."""
        if self._automaton is None:
            return Cues()
        found: dict[str, list[Place]] = {}
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if not _begins(folded, start):
                continue
            closed = _closes(folded, end)
            for name, stem in self._meaning[index]:
                if closed or stem:
                    found.setdefault(name, []).append((start, end))
        return Cues({name: tuple(sorted(places)) for name, places in found.items()})


def _runs_on(char: str) -> bool:
    """Whether words of the character's script are written without a space between them (or carry particles)."""
    return is_unspaced(char) or script_of(char) == "HANGUL"


def _begins(folded: str, start: int) -> bool:
    if start == 0 or not folded[start].isalnum():
        return True
    if not is_word(folded[start - 1]):
        return folded[start - 1] != "_" and not (folded[start - 1] == "." and folded[start - 2 : start - 1].isalnum())
    before, first = folded[start - 1], folded[start]
    if _runs_on(first) or _runs_on(before):
        return True
    if before.isdigit() != first.isdigit():
        return True
    return script_of(first) in ("ARABIC", "HEBREW") and (start < 2 or not folded[start - 2].isalpha() or before in "لב")


def _closes(folded: str, end: int) -> bool:
    if end < len(folded) and folded[end] == "_":
        return False
    if end >= len(folded) or not is_word(folded[end]) or not folded[end - 1].isalnum():
        return True
    return _runs_on(folded[end - 1]) or _runs_on(folded[end]) or folded[end].isdigit() != folded[end - 1].isdigit()
