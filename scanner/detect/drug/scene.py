"""One text as the drug detector sees it: its finds, the cues around them, and how near they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from scanner.detect.base import Context
from scanner.detect.drug.units import UnitBook
from scanner.lexicon.found import Found
from scanner.match.cues import Cue
from scanner.model import Span
from scanner.text.fold import fold

_STOP = re.compile(r"[\n.!?;。！？；|]\s|[\n。！？；]")
"""Ends of a sentence: a refusal in one says nothing about the next."""
_NEXT_WORD = re.compile(r"\w?[ -]([A-Za-z\u00c0-\u024f\u0400-\u04ff\u0600-\u06ff]+)")
_FOLLOWERS = ("follow", "form", "soft", "dealing", "suspicious")
_UNIT = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?(mg/ml|mcg|ug|mg|iu|ml|gr|g|oz|caps|tabs)(?![a-z])")
_SMALL = re.compile(r"(?<![\w.])\d{1,3}(?:[.,]\d)?\s?(?:g|gr|gs|gram|grams|oz|mg|ug|mcg|克|г|гр)(?![\w/])")


class Scene:
    """Finds and cues of one text. Spans index the original text; distances are code points."""

    def __init__(
        self, context: Context, finds: Sequence[Found], book: UnitBook, benign_paths: Sequence[str] = ()
    ) -> None:
        self.context = context
        self.finds = finds
        self.text = context.reading.text
        self.benign_paths = benign_paths
        self._book = book

    @cached_property
    def cues(self) -> dict[str, list[Cue]]:
        """Every cue of the text by the name of its set."""
        out: dict[str, list[Cue]] = {}
        for cue in (*self._book.find(self.context.reading.folded), *self._units()):
            out.setdefault(cue.name, []).append(cue)
        return out

    def _units(self) -> Iterator[Cue]:
        """Cues that are units of measure, which stand against their numbers: the "mg/ml" of 250mg/ml."""
        view = self.context.reading.folded
        for match in _UNIT.finditer(view.text):
            start, end = match.span(1)
            for name in self._book.names_of(match[1]):
                yield Cue(name, match[1], start, end, view.span(start, end))

    @cached_property
    def title_end(self) -> int:
        """Where the title of a listing ends in the text read (0 without one)."""
        title = self.context.message.title
        return self.context.reading.own_start + len(title) if title else 0

    @cached_property
    def goods(self) -> str:
        """The folded goods path of the record."""
        return fold(self.context.message.category or "")

    @cached_property
    def strong(self) -> list[Found]:
        """The finds that name a substance by themselves."""
        return [f for f in self.finds if not f.weak and f.rule.level != "info"]

    def company_of(self, found: Found) -> bool:
        """Whether the text has other finds than this one (words that only wake the reading left out)."""
        return any(other.span != found.span and other.rule.extra.get("kind") != "wake" for other in self.finds)

    def near(self, name: str, span: Span, distance: int) -> bool:
        """Whether a cue of that set stands within so many code points."""
        return any(gap(cue.span, span) <= distance for cue in self.cues.get(name, ()))

    def distinct(self, name: str, span: Span, distance: int) -> int:
        """How many different phrases of a set stand within so many code points, the find's own word left out."""
        own = self.between(span.start, span.end)
        spans = [
            cue
            for cue in self.cues.get(name, ())
            if gap(cue.span, span) <= distance and not cue.span.overlaps(span) and cue.phrase != own
        ]
        return len({cue.phrase for cue in _widest(spans)})

    def touching(self, name: str, span: Span) -> bool:
        """Whether a cue of that set overlaps the span or stands right beside it."""
        return any(gap(cue.span, span) <= 1 for cue in self.cues.get(name, ()))

    def overlapping(self, name: str, span: Span) -> bool:
        """Whether a cue of that set shares a code point with the span."""
        return any(cue.span.overlaps(span) for cue in self.cues.get(name, ()))

    def before(self, name: str, span: Span, distance: int) -> Iterator[Cue]:
        """Cues of a set that end before the span, in its sentence, at most so far away."""
        for cue in self.cues.get(name, ()):
            if 0 <= span.start - cue.span.end <= distance and not self._broken(cue.span.end, span.start):
                yield cue

    def after(self, name: str, span: Span, distance: int) -> Iterator[Cue]:
        """Cues of a set that begin after the span, in its sentence, at most so far away."""
        for cue in self.cues.get(name, ()):
            if 0 <= cue.span.start - span.end <= distance and not self._broken(span.end, cue.span.start):
                yield cue

    def between(self, start: int, end: int) -> str:
        """The folded text of an interval of the original."""
        return fold(self.text[start:end])

    def small_amount_near(self, span: Span, distance: int) -> bool:
        """Whether grams or ounces stand so near."""
        return _SMALL.search(self.between(max(0, span.start - distance), span.end + distance)) is not None

    def qualifies_goods(self, found: Found) -> bool:
        """Whether the word after a find is the thing that the find only qualifies: "ice maker", "GBL battery".

        Words that say how a drug comes, how much of it, or hold the sentence together are no such thing.
        """
        match = _NEXT_WORD.match(self.text, found.span.end)
        if match is None:
            return False
        at = match.start(1)
        if any(other.span.start == at for other in self.finds):
            return False
        names = (*_FOLLOWERS, f"need:{found.rule.id}")
        return not any(cue.span.start == at for name in names for cue in self.cues.get(name, ()))

    @property
    def suspicious(self) -> bool:
        """Whether anything in the text is what an honest seller of chemicals or medicines does not say."""
        return bool(self.cues.get("suspicious"))

    def _broken(self, start: int, end: int) -> bool:
        return _STOP.search(self.text, start, end) is not None


def gap(one: Span, other: Span) -> int:
    """Code points between two spans; 0 when they touch or overlap."""
    return max(0, other.start - one.end, one.start - other.end)


def _widest(cues: Iterable[Cue]) -> list[Cue]:
    """Cues that lie in no other cue of the list."""
    ordered = sorted(cues, key=lambda cue: (cue.span.start, -cue.span.end))
    kept: list[Cue] = []
    for cue in ordered:
        if not kept or not kept[-1].span.contains(cue.span):
            kept.append(cue)
    return kept
