"""The second look: what an automaton met in one text and only the text round it can confirm.

The gate asks this of some texts in ten. It says yes wherever `Matcher.find` would find something, and little else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scanner.lexicon.compiled import CAS, REPEATED, SINGLE, STARRED, Meaning, Tables
from scanner.lexicon.entry import Entry
from scanner.lexicon.matcher import Matcher
from scanner.lexicon.needs import Spots
from scanner.lexicon.patterns import Work
from scanner.match.singles import single_letter_words
from scanner.text.cas import find_cas
from scanner.text.skeleton import Skeleton

_LINE_END = re.compile("\n")
_REPEATED = re.compile(r"(\w)\1\1\1*+")
_ROUND = 100
"""Characters round repeated letters that are read; more than any form spread over a line takes."""
Sighted = tuple[Entry, int, int]
"""An entry that stands in disguise, with its start and end in the folded text."""


@dataclass(slots=True)
class Met:
    """What the automaton met in one text and a second look has to confirm.

    weak   (number of the need, start, end) of ordinary words that mean something beside what they need
    """

    signs: set[str] = field(default_factory=set)
    patterns: dict[int, list[int]] = field(default_factory=dict)
    weak: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, meaning: Meaning, start: int) -> None:
        """One more occurrence, `start` counted in the text itself."""
        for number in meaning.patterns:
            self.patterns.setdefault(number, []).append(start)
        if meaning.sign:
            self.signs.add(meaning.sign)


class SecondLook:
    """Looks at one folded text at a time. Immutable."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._tables: Tables = matcher.tables

    def confirms(self, folded: str, met: Met) -> bool:
        """Whether weak forms have what they need, a pattern matches, or a sign of disguise leads to a form."""
        needs = self._tables.needs
        groups = {group for group, _, _ in met.weak}.union(*(self._groups_of(number) for number in met.patterns))
        spots = needs.spots(folded, groups) if groups else {}
        if any(needs.reaches(group, spots, start, end) for group, start, end in met.weak):
            return True
        if met.signs and self._counting(folded, self._signed(folded, met.signs)):
            return True
        work = Work()
        found = any(self._pattern_in(folded, spots, number, anchors, work) for number, anchors in met.patterns.items())
        return found or bool(work.cut)

    def _groups_of(self, pattern: int) -> tuple[int, ...]:
        """What a pattern needs, if anything."""
        group = self._tables.needs.group_of(self._tables.patterns[pattern].rule)
        return () if group is None else (group,)

    def _pattern_in(self, folded: str, spots: Spots, number: int, anchors: Sequence[int], work: Work) -> bool:
        pattern, needs = self._tables.patterns[number], self._tables.needs
        group = needs.group_of(pattern.rule)
        if group is None:
            return any(True for _ in pattern.matches(folded, anchors, work))
        if group not in spots:
            return False
        matches = pattern.matches(folded, anchors, work)
        return any(needs.reaches(group, spots, start, end) for start, end in matches)

    def disguise_counts(self, folded: str) -> bool:
        """Whether a form stands in letters that are swapped or set apart, with what it needs beside it."""
        return self._counting(folded, self._disguised(folded))

    def disguise_in(self, folded: str) -> bool:
        """Whether a form stands in letters that are swapped or set apart, whatever it needs."""
        return any(True for _ in self._disguised(folded))

    def disguise_for(self, folded: str, met: frozenset[int]) -> bool:
        """Whether an ordinary word stands in a disguise of any kind whose need is among those met."""
        signs = {REPEATED, STARRED, SINGLE}
        sighted = (*self._disguised(folded), *self._signed(folded, signs))
        return any(entry.weak and self._tables.needs.group_of(entry.rule) in met for entry, _, _ in sighted)

    def _counting(self, folded: str, sighted: Iterator[Sighted]) -> bool:
        """Whether a strong form is among these, or a weak one that stands near what it needs."""
        needs = self._tables.needs
        for entry, start, end in sighted:
            group = needs.group_of(entry.rule) if entry.weak else None
            if group is None or needs.near(group, folded, start, end):
                return True
        return False

    def _disguised(self, folded: str) -> Iterator[Sighted]:
        skeleton = Skeleton.of(folded)
        matches = self._tables.skeleton.find(skeleton.text)
        joints = frozenset(match.start() for match in _LINE_END.finditer(folded))
        for entry, start, end, _ in self._matcher.disguised(folded, skeleton.positions, matches, joints):
            yield entry, start, end

    def _signed(self, folded: str, signs: set[str]) -> Iterator[Sighted]:
        """Forms with letters set apart, starred out or repeated; CAS numbers however they are broken up."""
        if CAS in signs:
            for find in find_cas(folded):
                yield from ((entry, find.start, find.end) for entry in self._tables.cas.get(find.number, ()))
        if SINGLE in signs:
            for word, start, end in single_letter_words(folded):
                yield from ((entry, start, end) for entry in self._tables.short.get(word, ()))
        if STARRED in signs:
            yield from self._matcher.starred(folded)
        if REPEATED in signs:
            yield from self._repeated(folded)

    def _repeated(self, folded: str) -> Iterator[Sighted]:
        """Forms round a letter that is written three times or more."""
        runs = [match.span() for match in _REPEATED.finditer(folded)]
        if runs:
            low = max(0, runs[0][0] - _ROUND)
            around = folded[low : runs[-1][1] + _ROUND]
            for entry, start, end, _, _ in self._matcher.repeated(around, Skeleton.of(around).collapsed()):
                yield entry, low + start, low + end


__all__ = ["Met", "SecondLook"]
