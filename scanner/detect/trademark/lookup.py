"""Which named phrases stand in a folded text: one automaton for all of them, then word bounds.

A phrase with a trailing `*` is a stem: letters may follow. Others may take an English plural.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from scanner.match.bounds import ends_word, starts_word
from scanner.match.script import is_unspaced, is_word
from scanner.text.fold import fold

_PLURALS = ("s", "es")


class Phrase(NamedTuple):
    """A phrase of a named set, found; `start` and `end` index the folded text."""

    name: str
    text: str
    start: int
    end: int


class Lookup:
    """Named sets of phrases, compiled; immutable."""

    def __init__(self, sets: Mapping[str, Iterable[str]]) -> None:
        table: dict[tuple[str, bool], list[str]] = {}
        for name, phrases in sets.items():
            for phrase in phrases:
                stem = phrase.endswith("*")
                text = " ".join(fold(phrase.rstrip("*")).split())
                if text and name not in table.setdefault((text, stem), []):
                    table[text, stem].append(name)
        self._entries = [(text, stem, tuple(names)) for (text, stem), names in table.items()]
        self._automaton = AhoCorasick([entry[0] for entry in self._entries]) if self._entries else None

    def find(self, text: str, low: int = 0, high: int | None = None) -> list[Phrase]:
        """The phrases in text[low:high], in text order; a phrase inside a longer one of its set is left out."""
        if self._automaton is None:
            return []
        piece = text[low:high].replace("_", " ")
        found: list[Phrase] = []
        for index, start, end in self._automaton.find_matches_as_indexes(piece, overlapping=True):
            phrase, stem, names = self._entries[index]
            if starts_word(piece, start, phrase) and (stem or _ends(piece, end, phrase)):
                stop = _word_end(piece, end) if stem else end
                found.extend(Phrase(name, phrase, low + start, low + stop) for name in names)
        return sorted(found, key=lambda p: (p.start, -p.end))

    def names(self, text: str) -> frozenset[str]:
        """The names of the sets that a short text holds a phrase of."""
        return frozenset(phrase.name for phrase in self.find(text))


def _ends(text: str, end: int, phrase: str) -> bool:
    if ends_word(text, end, phrase):
        return True
    if not phrase.isascii():
        return False
    return any(text.startswith(p, end) and not _goes_on(text, end + len(p)) for p in _PLURALS)


def _word_end(text: str, at: int) -> int:
    """Where the word that reaches `at` ends; scripts without spaces end it at once."""
    if is_unspaced(text[at - 1]):
        return at
    while at < len(text) and is_word(text[at]) and not is_unspaced(text[at]):
        at += 1
    return at


def _goes_on(text: str, at: int) -> bool:
    return at < len(text) and is_word(text[at])
