"""One text as the drug detector sees it: its finds, the cues around them, and how near they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from scanner.detect.base import Context
from scanner.detect.drug.nearby import Nearby
from scanner.detect.drug.units import UnitBook
from scanner.lexicon.found import Found
from scanner.match.cues import Cue
from scanner.model import Span
from scanner.text.fold import fold

_STOP = re.compile(r"[\n.!?;。！？；|]\s|[\n。！？；]")
"""Ends of a sentence: a refusal in one says nothing about the next."""
_NEXT_WORD = re.compile(r"\w?[ -]([A-Za-z\u00c0-\u024f]+)")
_FOLLOWERS = ("follow", "form", "soft", "dealing", "suspicious")
_MODEL = re.compile(r"-?\d")
_UNIT = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?(mg/ml|mcg|ug|mg|iu|ml|gr|g|oz|caps|tabs)(?![a-z])")
_SMALL = re.compile(r"(?<![\w.])\d{1,3}(?:[.,]\d)?\s?(?:g|gr|gs|gram|grams|oz|mg|ug|mcg|克|г|гр)(?![\w/])")
_QUOTE = 30
_OPENED = re.compile(r"([\"\u201c\u201e\u00ab\u300c\u300e\u300a])[^\"\u201d\u00bb\u300d\u300f\u300b\n]*\Z")
_CLOSED = re.compile(r"[^\"\u201c\u00ab\u300c\n]*?[\"\u201d\u201c\u00bb\u300d\u300f\u300b]")
_NOTHING: Nearby[Cue] = Nearby(())


class Scene:
    """Finds and cues of one text. Spans index the original text; distances are code points."""

    def __init__(
        self,
        context: Context,
        finds: Sequence[Found],
        book: UnitBook,
        *,
        excuse: Callable[[Found, Scene], str | None],
        benign_paths: Sequence[str] = (),
    ) -> None:
        self.context = context
        self._excuse = excuse
        self._reasons: dict[tuple[str, int, int], str | None] = {}
        self._told: dict[tuple[int, int], tuple[bool, str | None]] = {}
        self._near: dict[str, Nearby[Cue]] = {}
        self.finds = finds
        self.text = context.reading.text
        self.benign_paths = benign_paths
        self._book = book

    @cached_property
    def _cues(self) -> dict[str, list[Cue]]:
        """Every cue of the text by the name of its set."""
        out: dict[str, list[Cue]] = {}
        for cue in _unhidden([*self._book.find(self.context.reading.folded), *self._units()]):
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
    def named(self) -> Nearby[Found]:
        """The finds by neighbourhood."""
        return Nearby(self.finds)

    @cached_property
    def strong(self) -> Nearby[Found]:
        """The finds that name a substance by themselves and that nothing lets off."""
        return Nearby(
            found
            for found in self.finds
            if not found.weak and found.rule.level != "info" and self.reason(found) is None
        )

    def reason(self, found: Found) -> str | None:
        """Why a find is let off, worked out once."""
        key = (found.rule.id, found.span.start, found.span.end)
        if key not in self._reasons:
            self._reasons[key] = self._excuse(found, self)
        return self._reasons[key]

    def let_off(self, span: Span) -> str | None:
        """Why a strong name that holds the span is let off, if it is."""
        names = (f for f in self.named.within(span, 0) if not f.weak and f.span.contains(span))
        return next((reason for name in names if (reason := self.reason(name)) is not None), None)

    def told_of(self, span: Span, tell: Callable[[Span, Scene], tuple[bool, str | None]]) -> tuple[bool, str | None]:
        """What `tell` says of a place, worked out once for all the names that stand there."""
        key = (span.start, span.end)
        if key not in self._told:
            self._told[key] = tell(span, self)
        return self._told[key]

    @cached_property
    def telling(self) -> Nearby[Found]:
        """Strong names, rare street names and pictures: words that are little else."""
        return Nearby(
            found
            for found in self.named.items
            if not found.weak or found.rule.extra.get("kind") in ("rare", "sure", "emoji")
        )

    @cached_property
    def goods(self) -> str:
        """The folded goods path of the record."""
        return fold(self.context.message.category or "")

    def cues(self, name: str) -> Nearby[Cue]:
        """The cues of one set."""
        if name not in self._cues:
            return _NOTHING
        if name not in self._near:
            self._near[name] = Nearby(self._cues[name])
        return self._near[name]

    def has(self, name: str) -> bool:
        """Whether a cue of that set stands anywhere in the text."""
        return name in self._cues

    @cached_property
    def suspicious(self) -> bool:
        """Whether anything in the text is what an honest seller of chemicals or medicines does not say."""
        return self.has("suspicious")

    def in_title(self, name: str) -> bool:
        """Whether a cue of that set stands in the title of a listing."""
        title = self.context.message.title
        start = self.context.reading.own_start
        end = start + len(title) if title else start
        return any(start <= cue.span.start and cue.span.end <= end for cue in self.cues(name).items)

    def near(self, name: str, span: Span, distance: int) -> bool:
        """Whether a cue of that set stands within so many code points."""
        return name in self._cues and bool(self.cues(name).within(span, distance))

    def distinct(self, name: str, span: Span, distance: int) -> int:
        """How many different phrases of a set stand within so many code points, the find's own word left out."""
        return len(self.phrases(name, span, distance))

    def phrases(self, name: str, span: Span, distance: int) -> frozenset[str]:
        """Those phrases, folded."""
        if not self.has(name):
            return frozenset()
        own = self.between(span.start, span.end)
        near = (
            cue for cue in self.cues(name).within(span, distance) if not cue.span.overlaps(span) and cue.phrase != own
        )
        return frozenset(cue.phrase for cue in _widest(near))

    def overlapping(self, name: str, span: Span) -> bool:
        """Whether a cue of that set shares a code point with the span."""
        return any(cue.span.overlaps(span) for cue in self.cues(name).within(span, 0))

    def before(self, name: str, span: Span, distance: int) -> list[Cue]:
        """Cues of a set that end before the span, in its sentence, at most so far away."""
        near = self.cues(name).within(span, distance)
        return [cue for cue in near if cue.span.end <= span.start and not self._broken(cue.span.end, span.start)]

    def after(self, name: str, span: Span, distance: int) -> list[Cue]:
        """Cues of a set that begin after the span, in its sentence, at most so far away."""
        near = self.cues(name).within(span, distance)
        return [cue for cue in near if cue.span.start >= span.end and not self._broken(span.end, cue.span.start)]

    def between(self, start: int, end: int) -> str:
        """The folded text of an interval of the original."""
        return fold(self.text[start:end])

    def quoted(self, span: Span) -> bool:
        """Whether quotation marks enclose the span, few letters away."""
        opened = _OPENED.search(self.text, max(0, span.start - _QUOTE), span.start)
        closed = _CLOSED.match(self.text, span.end, span.end + _QUOTE)
        if opened is None or closed is None:
            return False
        return opened[1] != '"' or self.text.count('"', 0, span.start) % 2 == 1

    def small_amount_near(self, span: Span, distance: int) -> bool:
        """Whether grams or ounces stand so near."""
        return _SMALL.search(self.between(max(0, span.start - distance), span.end + distance)) is not None

    def has_company(self, found: Found) -> bool:
        """Whether the text names any other drug."""
        return any(other.span != found.span for other in self.telling.items[:3])

    def qualifies_goods(self, found: Found) -> bool:
        """Whether the word after a find is the thing that the find only qualifies: "ice maker", "GBL battery".

        Words that say how a drug comes, how much of it, or hold the sentence together are no such thing.
        """
        match = _NEXT_WORD.match(self.text, found.span.end)
        if match is None:
            return False
        at = match.start(1)
        if at in self.telling.starts:
            return False
        return not any(at in self.cues(name).starts for name in (*_FOLLOWERS, f"need:{found.rule.id}"))

    def is_model(self, found: Found) -> bool:
        """Whether a find is part of a model number: "PMK-3", "GBL12"."""
        return _MODEL.match(self.text, found.span.end) is not None

    def _broken(self, start: int, end: int) -> bool:
        return _STOP.search(self.text, start, end) is not None


def _unhidden(cues: list[Cue]) -> list[Cue]:
    """Cues that no longer phrase of the set `idle` holds; scripts with spaces have seen to it before."""
    idle = Nearby(cue for cue in cues if cue.name == "idle")
    if not idle.items:
        return cues
    return [
        cue
        for cue in cues
        if not any(i.span != cue.span and i.span.contains(cue.span) for i in idle.within(cue.span, 0))
    ]


def _widest(cues: Iterable[Cue]) -> list[Cue]:
    """Cues that lie in no other cue of the list."""
    ordered = sorted(cues, key=lambda cue: (cue.span.start, -cue.span.end))
    kept: list[Cue] = []
    for cue in ordered:
        if not kept or not kept[-1].span.contains(cue.span):
            kept.append(cue)
    return kept
