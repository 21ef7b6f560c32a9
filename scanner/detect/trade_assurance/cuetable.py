"""Cue words of every language in one automaton.

A trailing `*` stands for the endings of inflection, a leading `~` for a word that the phrase is written onto.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase, punctuation, whitespace
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
_GAPS = frozenset(whitespace + punctuation)
"""Neighbours beside which any word may begin or end."""


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
        self._rows = [_row(key, frozenset(names)) for key, names in table.items()]
        self._automaton = AhoCorasick([row.form for row in self._rows]) if self._rows else None

    def find(self, text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
        """Every phrase in a folded text, overlapping ones too; a stem's span reaches to the word's end."""
        if self._automaton is None:
            return
        rows = self._rows
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            row = rows[index]
            before, after = text[start - 1] if start else " ", text[end : end + 1] or " "
            if before not in _GAPS and not row.begins(text, start, before):
                continue
            if row.stem:
                stop = _word_end(text, end)
                if stop - end <= _ENDING:
                    yield start, stop, row.names
            elif after in _GAPS or row.ends(text, end, after):
                yield start, end, row.names


@dataclass(frozen=True, slots=True)
class _Row:
    """A phrase, how it may begin and end, and the sets that it belongs to."""

    form: str
    names: frozenset[str]
    bound: bool
    stem: bool
    unspaced: bool

    def begins(self, text: str, start: int, before: str) -> bool:
        """Whether the phrase may begin after the character `before`."""
        if self.bound:
            return True
        return not (self.form[0] in _LETTERS and before in _LETTERS) and starts_word(text, start, self.form)

    def ends(self, text: str, end: int, after: str) -> bool:
        """Whether the phrase may end before the character `after`."""
        if self.unspaced:
            return True
        if self.form[-1] in _LETTERS and after in _LETTERS and after != "s":
            return False
        return ends_word(text, end, self.form) or _digit_follows(text, end, self.form)


def _row(key: str, names: frozenset[str]) -> _Row:
    form = key.strip("~*")
    return _Row(form, names, key.startswith("~"), key.endswith("*"), is_unspaced(form[-1]))


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
