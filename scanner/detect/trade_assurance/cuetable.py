"""Cue words of every language in one automaton.

A trailing `*` stands for the endings of inflection, a leading `~` for a word that the phrase is written onto.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from string import ascii_lowercase
from typing import Any

from ahocorasick_rs import AhoCorasick

from scanner.lexicon.pack import Pack
from scanner.match.bounds import ends_word, starts_word
from scanner.match.script import is_unspaced, is_word
from scanner.text.fold import fold

_ENDING = 8
"""Letters that a trailing `*` stands for, at most."""
_LETTERS = frozenset(ascii_lowercase)
"""Neighbours that rule out a phrase of Latin letters at a glance; `bounds` decides about the others."""


class CueTable:
    """Named phrases, compiled; `find` gives (start, end, names) of every whole-word occurrence."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        table: dict[str, set[str]] = {}
        for pack in packs:
            for name, phrase in _phrases(pack):
                stem = phrase.endswith("*")
                bound = phrase.startswith("~")
                text = " ".join(fold(phrase.rstrip("*").lstrip("~")).split())
                table.setdefault("~" * bound + text + "*" * stem, set()).add(name)
        self._keys = list(table)
        self._names = [frozenset(table[key]) for key in self._keys]
        self._automaton = AhoCorasick([key.strip("~*") for key in self._keys]) if self._keys else None

    def find(self, text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
        """Every phrase in a folded text, overlapping ones too; a stem's span reaches to the word's end."""
        if self._automaton is None:
            return
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            key = self._keys[index]
            if _is_within(text, start, end, key):
                continue
            form = key.strip("~*")
            if not key.startswith("~") and not starts_word(text, start, form):
                continue
            if key.endswith("*"):
                stop = _word_end(text, end)
                if stop - end <= _ENDING:
                    yield start, stop, self._names[index]
            elif is_unspaced(form[-1]) or ends_word(text, end, form) or _digit_follows(text, end, form):
                yield start, end, self._names[index]


def _is_within(text: str, start: int, end: int, key: str) -> bool:
    """Whether a phrase of Latin letters plainly is a part of a longer word: quick, and often enough."""
    if start and key[0] in _LETTERS and text[start - 1] in _LETTERS:
        return True
    after = text[end : end + 1]
    return after in _LETTERS and after != "s" and key[-1] in _LETTERS


def _digit_follows(text: str, end: int, form: str) -> bool:
    """Whether a phrase of a script without spaces ends in Latin letters that a number is written onto."""
    return is_unspaced(form[0]) and text[end : end + 1].isdigit()


def _word_end(text: str, at: int) -> int:
    if is_unspaced(text[at - 1]):
        return at
    while at < len(text) and is_word(text[at]):
        at += 1
    return at


def _phrases(pack: Pack) -> Iterator[tuple[str, str]]:
    """(name of the set, phrase) of a pack: its cues, and the products of its `join` tables."""
    for name, phrases in pack.cues.items():
        for phrase in phrases:
            yield name, phrase
    joins: Iterable[Mapping[str, Any]] = pack.settings.get("join", ())
    for join in joins:
        for parts in product(*join["parts"]):
            yield str(join["name"]), "".join(parts)
