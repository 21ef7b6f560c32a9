"""Cue words: which named phrases stand in a text, as whole words, and how near.

Run on candidates only. Phrases in scripts with spaces are read as whole words (FlashText, with our own idea of
what a word is, because FlashText's is ASCII). Phrases with letters of scripts without spaces are read by an
automaton, because FlashText misses adjacent ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from scanner.match.script import is_unspaced
from scanner.model import Span
from scanner.text.fold import fold
from scanner.text.view import View
from scanner.text.wholewords import WholeWords


class Cue(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class _Compiled:
    """Phrases as whole words with their sets, and runs of letters with theirs."""

    names: Mapping[str, Sequence[str]]
    words: WholeWords
    runs: Sequence[tuple[str, Sequence[str]]]
    automaton: AhoCorasick | None


class CueBook:
    """Named sets of phrases, compiled. `book.find(view)` gives every cue; `has` and `near` ask for less."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        self.cues = {name: tuple(phrases) for name, phrases in cues.items()}

    @cached_property
    def _compiled(self) -> _Compiled:
        """The tables, made when the first text comes that needs them."""
        spaced: dict[str, list[str]] = {}
        unspaced: dict[str, list[str]] = {}
        for name, phrases in self.cues.items():
            for phrase in phrases:
                folded = " ".join(fold(phrase).split())
                if folded:
                    table = unspaced if any(is_unspaced(c) for c in folded) else spaced
                    table.setdefault(folded, []).append(name)
        runs = list(unspaced.items())
        automaton = AhoCorasick([phrase for phrase, _ in runs]) if runs else None
        return _Compiled(spaced, WholeWords(spaced, word_characters()), runs, automaton)

    def find(self, view: View) -> list[Cue]:
        """Every cue in a folded view, in text order; a longer phrase hides one that starts where it does."""
        tables = self._compiled
        found: list[Cue] = []
        for phrase, start, end in tables.words.find(view.text):
            span = view.span(start, end)
            found.extend(Cue(name, phrase, start, end, span) for name in tables.names[phrase])
        if tables.automaton is None or view.text.isascii():
            return found
        for index, start, end in tables.automaton.find_matches_as_indexes(view.text, overlapping=True):
            phrase, names = tables.runs[index]
            span = view.span(start, end)
            found.extend(Cue(name, phrase, start, end, span) for name in names)
        return sorted(found, key=lambda cue: (cue.start, cue.end))


def near(cues: Iterable[Cue], name: str, span: Span, distance: int) -> bool:
    """Whether a cue of that name stands within so many code points of a span (or overlaps it)."""
    return any(
        cue.name == name and cue.span.start < span.end + distance and span.start < cue.span.end + distance
        for cue in cues
    )
