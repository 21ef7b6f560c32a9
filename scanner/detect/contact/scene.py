"""One text as the contact detector sees it: folded, with its cues, sentences and the way back to the original."""

from __future__ import annotations

import re
from functools import cached_property

from scanner.detect.contact.stems import Cues, StemBook
from scanner.detect.contact.unless import Covered, UnlessBook, covers
from scanner.lexicon.pack import Rule
from scanner.model import Message, Span
from scanner.text.reading import Reading

_STOP = re.compile(r"[!?。！？;；…]|\.(?=\s|$)|\n")
_JOINING = re.compile(r"[\s\"'“”‘’«»()（）\[\]【】<>《》「」『』:：\-–—~*_•·.]*")
_LONGEST_SENTENCE = 400
_QUOTED_WORD, _QUOTED_SIGNS = 12, 5
"""Code points from which a quotation says more than a name, in letters and in characters of words."""
_QUOTED = re.compile(
    r"\"[^\"\n]{2,90}\"|“[^”\n]{2,90}”|„[^“”\n]{2,90}[“”]|«[^»\n]{2,90}»|「[^」\n]{2,60}」|『[^』\n]{2,60}』"
    r"|(?<!\w)'[^'\n]{2,90}'(?!\w)|(?<!\w)‘[^’\n]{2,90}’(?!\w)"
)


class Scene:
    """A text on the table; everything is computed once, when first asked for. Offsets index the folded text."""

    def __init__(
        self,
        message: Message,
        reading: Reading,
        book: StemBook,
        unless: UnlessBook,
        negative: re.Pattern[str] | None = None,
    ) -> None:
        self.message = message
        self.reading = reading
        self.text = reading.folded.text
        self.negative = negative
        self._book = book
        self._unless = unless

    @cached_property
    def cues(self) -> Cues:
        """Every cue of the text."""
        return self._book.find(self.text)

    @cached_property
    def _innocent(self) -> Covered:
        """Every phrase that makes some rule's find innocent."""
        return self._unless.find(self.text)

    def excused(self, rule: Rule, start: int, end: int) -> bool:
        """Whether a phrase of the rule's `unless` covers folded[start:end]."""
        return bool(rule.unless) and covers(self._innocent, rule, start, end)

    @cached_property
    def _quotes(self) -> tuple[tuple[int, int], ...]:
        """What stands in quotation marks."""
        return tuple(match.span() for match in _QUOTED.finditer(self.text))

    def quotation(self, start: int, end: int) -> tuple[int, int] | None:
        """The quotation that folded[start:end] is a part of, with words of its own besides; None without one."""
        around = [(low, high) for low, high in self._quotes if low < start and end < high]
        least = _QUOTED_WORD if self.text[start].isascii() else _QUOTED_SIGNS
        return next((q for q in around if q[1] - q[0] - 2 >= least), None)

    @cached_property
    def title_end(self) -> int:
        """Where the title of a listing ends in the original text; 0 without a title."""
        return self.reading.own_start + len(self.message.title) if self.message.title else 0

    def place(self, span: Span) -> tuple[int, int]:
        """Where an original span stands in the folded text."""
        start, end = self.reading.folded.place(span)
        return start, max(start + 1, end)

    def span(self, start: int, end: int) -> Span:
        """The original span of folded[start:end]."""
        return self.reading.folded.span(start, end)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence round a place, in code points of the folded text; bounded."""
        low, high = max(0, start - _LONGEST_SENTENCE), min(len(self.text), end + _LONGEST_SENTENCE)
        for match in _STOP.finditer(self.text, low, start):
            low = match.end()
        stop = _STOP.search(self.text, end, high)
        return low, stop.end() if stop else high

    def near(self, name: str, start: int, end: int, distance: int) -> bool:
        """Whether a cue of the set stands within `distance` in the same sentence, not overlapping the place."""
        low, high = self.sentence(start, end)
        return self.cues.any(name, max(low, start - distance), start) or self.cues.any(
            name, end, min(high, end + distance)
        )

    def leads(self, name: str, start: int, gap: int = 6) -> bool:
        """Whether a cue of the set stands directly before a place, but for articles' worth of room."""
        low = max(0, start - gap - 40)
        return any(
            start - stop <= gap and _joined(self.text[stop:start]) for _, stop in self.cues.within(name, low, start)
        )

    def follows(self, name: str, end: int, gap: int = 3) -> bool:
        """Whether a cue of the set stands directly after a place."""
        high = min(len(self.text), end + gap + 40)
        return any(
            begin - end <= gap and _joined(self.text[end:begin]) for begin, _ in self.cues.within(name, end, high)
        )


def _joined(between: str) -> bool:
    """Whether nothing but room and marks (or "the", "a") lies between."""
    return _JOINING.fullmatch(between.replace("the ", "").replace("our ", "").replace("my ", "")) is not None
