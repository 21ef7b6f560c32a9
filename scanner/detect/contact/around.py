"""What stands round a candidate: words that name a telephone, other things that digits are, whose number it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from ahocorasick_rs import AhoCorasick

from scanner.lexicon.pack import Pack
from scanner.match.cues import Cue, CueBook
from scanner.match.script import is_unspaced
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.view import View

NEAR = 34
"""Folded characters between a cue and the number it introduces, at most."""
AFTER = 22
_ENDINGS = frozenset("aeiouаеиоуьюя")  # letters that an inflected form replaces
STEMMED = ("third_party",)
_LONGEST = 40  # characters of a cue phrase, at most
FAR = 260
"""How far a word like "consignee" governs the numbers that follow it."""


def cues_of(packs: Iterable[Pack], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The cue sets of these names, from all packs together."""
    wanted = set(names)
    out: dict[str, tuple[str, ...]] = {}
    for pack in packs:
        for name, phrases in pack.cues.items():
            if name in wanted:
                out[name] = (*out.get(name, ()), *phrases)
    return out


class Around:
    """The cues of one text, asked about one place in it. Offsets index the folded text."""

    def __init__(self, cues: Iterable[Cue], text: str) -> None:
        self.text = text
        self._cues: dict[str, list[Cue]] = {}
        for cue in sorted(cues, key=lambda cue: (cue.start, cue.end)):
            self._cues.setdefault(cue.name, []).append(cue)
        self._starts = {name: [cue.start for cue in found] for name, found in self._cues.items()}

    def _between(self, name: str, low: int, high: int) -> list[Cue]:
        """The cues of that name that begin in [low, high), in text order."""
        starts = self._starts.get(name)
        if starts is None:
            return []
        return self._cues[name][bisect_left(starts, low) : bisect_left(starts, high)]

    def before(self, name: str, start: int, distance: int = NEAR) -> Cue | None:
        """The nearest cue of that name that ends before `start`."""
        if name not in self._cues:
            return None
        found = self._between(name, start - distance - _LONGEST, start)
        return max((c for c in found if start - distance <= c.end <= start), key=lambda cue: cue.end, default=None)

    def first_before(self, name: str, start: int, distance: int) -> Cue | None:
        """The farthest cue of that name that ends at most `distance` before `start`."""
        found = self._between(name, start - distance - _LONGEST, start)
        return next((cue for cue in found if start - distance <= cue.end <= start), None)

    def after(self, name: str, end: int, distance: int = AFTER) -> Cue | None:
        """The first cue of that name that begins after `end`."""
        return next(iter(self._between(name, end, end + distance + 1)), None)

    def near(self, name: str, start: int, end: int, before: int, after: int) -> bool:
        """Whether a cue of that name stands within so many characters before or behind a place."""
        found = self._between(name, start - before - _LONGEST, end + after)
        return any(cue.end > start - before for cue in found)

    def has(self, name: str) -> bool:
        """Whether a cue of that name stands anywhere."""
        return name in self._cues

    def count(self, name: str, low: int, high: int) -> int:
        """How many different phrases of that name stand between two offsets."""
        return len({cue.phrase for cue in self._between(name, low, high) if cue.end <= high})


class Surroundings:
    """The cue sets of the packs, compiled when first needed."""

    def __init__(self, packs: Sequence[Pack], names: Sequence[str]) -> None:
        self._sets = cues_of(packs, names)

    @cached_property
    def book(self) -> CueBook:
        """The compiled sets."""
        return CueBook(self._sets)

    @cached_property
    def stems(self) -> tuple[list[str], AhoCorasick]:
        """Long words of `STEMMED`, found with an ending too ("водителя", "depocumuz", "forwarders")."""
        folded = {fold(phrase): name for name in STEMMED for phrase in self._sets.get(name, ())}
        words = [phrase for phrase in folded if len(phrase) >= 4 and phrase.isalpha() and not is_unspaced(phrase[0])]
        stems = [word[:-1] if len(word) >= 6 and word[-1] in _ENDINGS else word for word in words]
        return stems, AhoCorasick(stems or ["\x00"])

    def of(self, reading: Reading) -> Around:
        """The cues of a text."""
        view = reading.folded
        return Around([*self.book.find(view), *self._inflected(view)], view.text)

    def _inflected(self, view: View) -> Iterator[Cue]:
        stems, automaton = self.stems
        text = view.text
        for index, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
            stop = end
            while stop < len(text) and text[stop].isalpha() and stop - end < 6:
                stop += 1
            if stop - end in range(1, 6) and (start == 0 or not text[start - 1].isalpha()):
                yield Cue(STEMMED[0], stems[index], start, stop, view.span(start, stop))


def bounds_of(reading: Reading, start: int) -> tuple[int, int]:
    """Start and end, in the folded text, of the message that an offset lies in."""
    view = reading.folded
    low, high = 0, len(view.text)
    for joint in sorted(reading.joints):
        if view.starts[start] > joint:
            low = max(low, view.index(joint))
        else:
            high = view.index(joint)
            break
    return low, high


__all__ = ["Around", "Surroundings", "bounds_of", "cues_of"]
