"""Cue words: which named phrases stand in a text, as whole words, and how near.

Run on candidates only. Phrases in scripts with spaces are read as whole words (FlashText, with our own idea of
what a word is, because FlashText's is ASCII). Phrases with letters of scripts without spaces are read by an
automaton, because FlashText misses adjacent ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick

from scanner.match.script import is_unspaced
from scanner.model import Span
from scanner.text.fold import fold
from scanner.text.view import View
from scanner.text.wholewords import WholeWords


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of a named set, found; `start`/`end` index the folded view, `span` the original."""

    name: str
    phrase: str
    start: int
    end: int
    span: Span


@cache
def word_characters() -> frozenset[str]:
    """Letters, digits and marks of the scripts that write spaces between words: what FlashText takes for a word."""
    chars = map(chr, [*range(0x2000), *range(0x2C00, 0x2E00), *range(0xA640, 0xA800), *range(0xAC00, 0xD7A4)])
    return frozenset(c for c in chars if c.isalnum() or c == "_" or unicodedata.category(c)[0] == "M")


class CueBook:
    """Named sets of phrases, compiled. `book.find(view)` gives every cue; `has` and `near` ask for less."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        spaced: dict[str, list[str]] = {}
        unspaced: dict[str, list[str]] = {}
        for name, phrases in cues.items():
            for phrase in phrases:
                folded = " ".join(fold(phrase).split())
                if folded:
                    table = unspaced if any(is_unspaced(c) for c in folded) else spaced
                    table.setdefault(folded, []).append(name)
        self._spaced = spaced
        self._words = WholeWords(spaced, word_characters())
        self._runs = [(phrase, tuple(names)) for phrase, names in unspaced.items()]
        self._automaton = AhoCorasick([phrase for phrase, _ in self._runs]) if self._runs else None

    def find(self, view: View) -> list[Cue]:
        """Every cue in a folded view, in text order; a longer phrase hides one that starts where it does."""
        found = [
            Cue(name, phrase, start, end, view.span(start, end))
            for phrase, start, end in self._words.find(view.text)
            for name in self._spaced[phrase]
        ]
        if self._automaton is not None:
            for index, start, end in self._automaton.find_matches_as_indexes(view.text, overlapping=True):
                phrase, names = self._runs[index]
                found.extend(Cue(name, phrase, start, end, view.span(start, end)) for name in names)
        return sorted(found, key=lambda cue: (cue.start, cue.end))


def near(cues: Iterable[Cue], name: str, span: Span, distance: int) -> bool:
    """Whether a cue of that name stands within so many code points of a span (or overlaps it)."""
    return any(
        cue.name == name and cue.span.start < span.end + distance and span.start < cue.span.end + distance
        for cue in cues
    )
