"""What weak forms and patterns cannot do without."""

from __future__ import annotations

import string
from collections.abc import Collection
from functools import cache

from scanner.lexicon.entry import tidy
from scanner.lexicon.pack import Lexicon, Rule
from scanner.match.keywords import FoldedKeywords

Spots = dict[int, list[tuple[int, int]]]
"""For each need, where its phrases stand: start and end in the folded text."""
_ASCII_WORD = frozenset(string.ascii_lowercase + string.digits)
_SHORT = 4
"""Phrases of more letters may be the beginning of a longer word ("sell", "sellers")."""


class Needs:
    """The phrases of the rules' `need`, found anywhere in a text at the beginning of a word.

    Ordinary words are in most texts; only those with one of these phrases besides are worth a look.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._groups: dict[str, int] = {}
        keys: dict[tuple[str, tuple[str, ...], int], int] = {}
        phrases: dict[str, set[int]] = {}
        folded = cache(lambda phrase: tidy(phrase)[0])  # many rules name the same cue sets
        for pack in lexicon.packs:
            for rule in pack.rules:
                if rule.need and (rule.weak or rule.patterns):
                    known = len(keys)
                    group = keys.setdefault((pack.name, rule.need, rule.near), known)
                    self._groups[rule.id] = group
                    if group == known:
                        for phrase in pack.expand(rule.need):
                            phrases.setdefault(folded(phrase), set()).add(group)
        self._reach = [near for _, _, near in keys]
        phrases.pop("", None)
        self._phrases = FoldedKeywords(list(phrases), lambda phrase: frozenset(phrases[phrase]))
        self._meant = [frozenset(groups) for groups in phrases.values()]

    def group_of(self, rule: Rule) -> int | None:
        """The number of a rule's needs; None when it has none."""
        return self._groups.get(rule.id)

    def spots(self, folded: str, groups: Collection[int]) -> Spots:
        """Where phrases of some needs stand in a folded text, for each need that is met at all."""
        out: Spots = {}
        for index, start, end in self._phrases.find(folded):
            meant = self._meant[index]
            if not meant.isdisjoint(groups) and _is_word(folded, start, end):
                for group in meant.intersection(groups):
                    out.setdefault(group, []).append((start, end))
        return out

    def reaches(self, group: int, spots: Spots, start: int, end: int) -> bool:
        """Whether a spot of a need is as near to [start, end) as its rule says."""
        reach = self._reach[group]
        return any(start - reach <= low and high <= end + reach for low, high in spots.get(group, ()))

    def near(self, group: int, folded: str, start: int, end: int) -> bool:
        """Whether a need is met as near to folded[start:end] as its rule says."""
        low = max(0, start - self._reach[group] - 1)  # one more character says where a word begins or ends
        around = folded[low : end + self._reach[group] + 1]
        return self.reaches(group, self.spots(around, {group}), start - low, end - low)

    def met(self, folded: str) -> frozenset[int]:
        """The needs that a folded text meets."""
        found = {index for index, start, end in self._phrases.find(folded) if _is_word(folded, start, end)}
        return frozenset().union(*(self._meant[index] for index in found))


def _is_word(folded: str, start: int, end: int) -> bool:
    """Whether an ASCII phrase begins where a word does, and ends where one does if it is short ("id", "call").

    A sign between two digits is a part of a number ("16:9") and introduces nothing.
    """
    if end - start == 1 and folded[start - 1 : start].isdigit() and folded[end : end + 1].isdigit():
        return folded[start].isalnum()
    if start and folded[start - 1] in _ASCII_WORD and folded[start] in _ASCII_WORD:
        return False
    return (
        end - start > _SHORT
        or end >= len(folded)
        or folded[end] not in _ASCII_WORD
        or folded[end - 1] not in _ASCII_WORD
    )
