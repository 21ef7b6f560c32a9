"""A view: a string and the way back. The only place that counts offsets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scanner.model import Span
from scanner.text.entities import MARK, units
from scanner.text.fold import FOLD, fold, folds_evenly


@dataclass(frozen=True, slots=True)
class View:
    """`text` with, for each of its characters, where the original code point starts and ends.

    A view runs one way through the original, forwards or backwards: `starts` and `ends` rise or fall throughout.
    """

    name: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The original span that view[start:end] was read from; an empty slice has no span."""
        if not 0 <= start < end <= len(self.text):
            raise IndexError(f"[{start}:{end}] is no slice of a view of {len(self.text)} characters")
        first, last = start, end - 1
        if self.starts[first] > self.starts[last]:
            first, last = last, first
        return Span(self.starts[first], self.ends[last])

    @property
    def _is_plain(self) -> bool:
        """Whether each character is the code point at its own offset."""
        return isinstance(self.starts, range) and self.starts.step == 1

    def index(self, offset: int) -> int:
        """The first place of this view, if it runs forwards, that was read from `offset` or beyond."""
        if self._is_plain:
            return min(offset, len(self.text))
        return bisect_left(self.starts, offset)

    def place(self, span: Span) -> tuple[int, int]:
        """Where an original span begins and ends in this view, if it runs forwards."""
        if self._is_plain:
            return span.start, span.end
        return bisect_left(self.starts, span.start), bisect_left(self.starts, span.end)

    def derive(self, name: str, read: Callable[[str], str]) -> View:
        """The view that reads each character of this one as `read` says (nothing to several)."""
        chars: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for char, start, end in zip(self.text, self.starts, self.ends, strict=True):
            for out in read(char):
                chars.append(out)
                starts.append(start)
                ends.append(end)
        return View(name, "".join(chars), starts, ends)

    def backwards(self) -> View:
        """This view from its end to its beginning."""
        return View("backwards", self.text[::-1], self.starts[::-1], self.ends[::-1])


def original(text: str) -> View:
    """The text as it stands."""
    return View("original", text, range(len(text)), range(1, len(text) + 1))


def _resolved(text: str) -> View:
    """The text with numeric character references read as what they show."""
    shown = list(units(text))
    chars = "".join(char for char, _, _ in shown)
    return View("resolved", chars, [start for _, start, _ in shown], [end for _, _, end in shown])


def folded(text: str) -> View:
    """The text folded, code point by code point; a character reference counts as the character it shows."""
    if MARK in text:
        return _resolved(text).derive("folded", lambda char: FOLD[ord(char)])
    if text.isascii():
        plain = fold(text)
        if len(plain) == len(text):
            return View("folded", plain, range(len(text)), range(1, len(text) + 1))
    elif folds_evenly(text):
        return View("folded", fold(text), range(len(text)), range(1, len(text) + 1))
    return original(text).derive("folded", lambda char: FOLD[ord(char)])
