"""Whole words and phrases of a table, found in folded text: FlashText, sent only where it will find something.

FlashText reads a text character by character in Python and loses a phrase that begins inside another's false
start. An automaton sees every place where a word of the table stands; FlashText says which words these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from ahocorasick_rs import AhoCorasick
from flashtext import KeywordProcessor


class WholeWords:
    """A table of words compiled; `letters` are the characters that a word does not end before. Immutable."""

    def __init__(self, words: Iterable[str], letters: frozenset[str]) -> None:
        self._words = list(dict.fromkeys(words))
        self._letters = letters

    @cached_property
    def _automaton(self) -> AhoCorasick | None:
        return AhoCorasick(self._words) if self._words else None

    @cached_property
    def _processor(self) -> KeywordProcessor:
        processor = KeywordProcessor(case_sensitive=True)
        processor.non_word_boundaries = self._letters
        for word in self._words:
            processor.add_keyword(word, word)
        return processor

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Word, start and end of every word that stands alone; the longest where they overlap."""
        for low, high in self._stretches(text):
            for word, start, end in self._processor.extract_keywords(text[low:high], span_info=True):
                yield word, low + start, low + end

    def _stretches(self, text: str) -> Iterator[tuple[int, int]]:
        """Stretches of text that words of the table fill, overlapping ones as one."""
        if self._automaton is None:
            return
        low = high = -1
        for start, end in sorted(self._standing(text)):
            if start >= high:
                if high >= 0:
                    yield low, high
                low = start
            high = max(high, end)
        if high >= 0:
            yield low, high

    def _standing(self, text: str) -> Iterator[tuple[int, int]]:
        letters = self._letters
        assert self._automaton is not None
        for _, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            inside = text[start - 1 : start] in letters and text[start] in letters
            if not inside and text[end : end + 1] not in letters:
                yield start, end


__all__ = ["WholeWords"]
