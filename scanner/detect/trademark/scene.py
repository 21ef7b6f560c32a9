"""The scene of a mark: the text round it, the goods named there, the listing's category."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from scanner.detect.base import Context
from scanner.detect.trademark.lookup import Lookup, Phrase
from scanner.detect.trademark.wording import Wording
from scanner.lexicon.found import Found
from scanner.match.script import is_unspaced
from scanner.model import Span
from scanner.text.fold import fold

_REACH = 300
"""Code points on either side of a mark that are read."""
_PHRASE = 60
"""Code points on either side of a mark that a phrase round it may take up."""
_STOP = re.compile(r"[!?;\n。！？；]|[.](?=\s|$)")
CLAUSE = re.compile(r"[,.](?=\s|$)|[:;!?()\[\]\n，。：；、！？（）【】|•]")
"""What ends a clause in folded text."""


class Place(NamedTuple):
    """Where a mark stands: `start`/`end` in the folded text, `low`/`high` the bounds of its sentence."""

    found: Found
    start: int
    end: int
    low: int
    high: int
    phrases: tuple[Phrase, ...]

    def of(self, names: Iterable[str]) -> list[Phrase]:
        """The phrases near of these sets."""
        wanted = frozenset(names)
        return [phrase for phrase in self.phrases if phrase.name in wanted]


class Scene:
    """One text with its folded view and the category it is offered under."""

    def __init__(self, context: Context, lookup: Lookup, wording: Wording) -> None:
        self.message = context.message
        self.reading = context.reading
        self.text = context.reading.folded.text
        self._lookup = lookup
        self._wording = wording
        self._near: dict[tuple[str, int, int], tuple[int, int] | None] = {}

    @cached_property
    def category(self) -> frozenset[str]:
        """Names of the phrase sets that the category path speaks of."""
        return self._lookup.names(fold((self.message.category or "")[:500]))

    @cached_property
    def listing(self) -> bool:
        """Whether the text offers goods publicly."""
        return self.message.kind == "listing"

    @cached_property
    def own_start(self) -> int:
        """Where the record's own text begins in the folded text."""
        return self.folded_index(self.reading.own_start)

    def folded_index(self, offset: int) -> int:
        """The index in the folded text of an offset in the original."""
        return self.reading.folded.index(offset)

    def place(self, found: Found) -> Place:
        """The surroundings of a find."""
        start = self.folded_index(found.span.start)
        end = max(start + 1, self.folded_index(found.span.end))
        low, high = max(0, start - _REACH), min(len(self.text), end + _REACH)
        before = [match.end() for match in _STOP.finditer(self.text, low, start)]
        after = _STOP.search(self.text, end, high)
        return Place(
            found,
            start,
            end,
            before[-1] if before else low,
            after.start() if after else high,
            tuple(self._lookup.find(self.text, low, high)),
        )

    def names_round(self, place: Place) -> frozenset[str]:
        """Sets with a phrase that holds the mark, read as its form: `b4guette bread` is read `baguette bread`."""
        form = " ".join(fold(place.found.form).split())
        if self.text[place.start : place.end] == form:
            return frozenset(p.name for p in place.phrases if p.start < place.end and place.start < p.end)
        before = self.text[max(0, place.start - _PHRASE) : place.start]
        text = before + form + self.text[place.end : place.end + _PHRASE]
        start, end = len(before), len(before) + len(form)
        found = self._lookup.find(text)
        return frozenset(p.name for p in found if p.start < end and start < p.end)

    @cached_property
    def _possible(self) -> dict[str, list[int]]:
        """The kinds of wording that may stand in the text at all, with their patterns that may."""
        return self._wording.possible(self.text)

    def near(self, kind: str, low: int, high: int) -> tuple[int, int] | None:
        """Where a kind of wording stands in a stretch of the text, the first; asked once for each stretch."""
        numbers = self._possible.get(kind)
        if numbers is None:
            return None
        key = (kind, max(0, low), min(len(self.text), high))
        if key not in self._near:
            self._near[key] = self._wording.near(kind, self.text, low, high, numbers)
        return self._near[key]

    def before(self, kind: str, start: int, low: int) -> bool:
        """Whether a kind of wording leads up to `start`."""
        numbers = self._possible.get(kind)
        return numbers is not None and self._wording.before(kind, self.text, start, low, numbers)

    def after(self, kind: str, end: int, high: int) -> bool:
        """Whether a kind of wording follows at `end`."""
        numbers = self._possible.get(kind)
        return numbers is not None and self._wording.after(kind, self.text, end, high, numbers)

    def blocked(self, gap: str) -> bool:
        """Whether words between a mark and its goods part the two."""
        return self._wording.near("blocker", gap, 0, len(gap)) is not None

    def original(self, span: Span) -> str:
        """The original text of a span."""
        return self.reading.slice(span)

    def leads(self, place: Place) -> bool:
        """Whether the mark is among the first words of a listing."""
        if not self.listing:
            return False
        return len(self.text[self.own_start : place.start].split()) <= 2 and place.start >= self.own_start

    def gap(self, place: Place, phrase: Phrase) -> str | None:
        """The text between a mark and a phrase; "" when they touch, None when a clause ends between."""
        if phrase.start < place.end and place.start < phrase.end:
            return ""
        low, high = (place.end, phrase.start) if phrase.start >= place.end else (phrase.end, place.start)
        between = self.text[low:high]
        return None if CLAUSE.search(between) else between


def words_between(gap: str) -> int:
    """How many words a gap holds; four characters of an unspaced script count as one."""
    dense = sum(is_unspaced(char) for char in gap)
    return len([word for word in gap.split() if not is_unspaced(word[0])]) + (dense + 3) // 4
