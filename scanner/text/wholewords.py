"""Whole words and phrases of a table, found in folded text: FlashText, sent only where it has to decide.

FlashText reads a text character by character in Python and loses a phrase that begins inside another's false
start. An automaton sees every place where a word of the table stands; where several overlap, FlashText says which
of them these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from ahocorasick_rs import AhoCorasick
from flashtext import KeywordProcessor

_EDGE = " "
"""What every ASCII character that is no letter becomes before ASCII texts are searched."""


class WholeWords:
    """A table of words compiled; `letters` are the characters that a word does not end before. Immutable."""

    def __init__(self, words: Iterable[str], letters: frozenset[str]) -> None:
        self._words = list(dict.fromkeys(word for word in words if word))
        self._letters = letters

    @cached_property
    def _automaton(self) -> AhoCorasick | None:
        return AhoCorasick(self._words) if self._words else None

    @cached_property
    def _in_ascii(self) -> tuple[Sequence[Sequence[str]], AhoCorasick | None]:
        """The ASCII words with their edges, for texts that are all ASCII: they stand wherever they are found."""
        targets: dict[str, list[str]] = {}
        for word in self._words:
            if word.isascii():
                before = _EDGE if word[0] in self._letters else ""
                targets.setdefault(f"{before}{self._edged(word)}{_EDGE}", []).append(word)
        return list(targets.values()), AhoCorasick(list(targets)) if targets else None

    @cached_property
    def _edges(self) -> bytes:
        codes = range(128)
        return bytes(c if chr(c) in self._letters else ord(_EDGE) for c in codes).ljust(256, b"\0")

    def _edged(self, text: str) -> str:
        return text.encode("ascii").translate(self._edges).decode("ascii")

    @cached_property
    def _processor(self) -> KeywordProcessor:
        processor = KeywordProcessor(case_sensitive=True)
        processor.non_word_boundaries = self._letters
        for word in self._words:
            processor.add_keyword(word, word)
        return processor

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Word, start and end of every word that stands alone; the longest where they overlap."""
        standing = list(self._ascii_standing(text) if text.isascii() else self._standing(text))
        for low, high, several in _stretches(standing):
            if several:
                for word, start, end in self._processor.extract_keywords(text[low:high], span_info=True):
                    yield word, low + start, low + end
            else:
                yield text[low:high], low, high

    def _standing(self, text: str) -> Iterator[tuple[int, int]]:
        """Where words of the table stand alone."""
        letters = self._letters
        if self._automaton is None:
            return
        for _, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            inside = text[start - 1 : start] in letters and text[start] in letters
            if not inside and text[end : end + 1] not in letters:
                yield start, end

    def _ascii_standing(self, text: str) -> Iterator[tuple[int, int]]:
        """The same in an ASCII text; words that differ in what parts their pieces look alike to the automaton."""
        targets, automaton = self._in_ascii
        if automaton is None:
            return
        edged = f"{_EDGE}{self._edged(text)}{_EDGE}"
        for index, _, stop in automaton.find_matches_as_indexes(edged, overlapping=True):
            end = stop - 2  # without the edges put before the text and behind the word
            for word in targets[index]:
                if text.endswith(word, 0, end):
                    yield end - len(word), end


def _stretches(standing: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Stretches of text that words fill, overlapping ones as one; and whether several fill it."""
    low = high = -1
    several = False
    for start, end in sorted(standing):
        if start >= high:
            if high >= 0:
                yield low, high, several
            low, several = start, False
        else:
            several = True
        high = max(high, end)
    if high >= 0:
        yield low, high, several


__all__ = ["WholeWords"]
