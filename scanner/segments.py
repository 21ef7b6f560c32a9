"""Long texts are read in stretches, so that no detector's work can grow faster than the text.

Each stretch is read with some text around it; a hit belongs to the stretch it begins in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from scanner.model import Hit, Span
from scanner.text.reading import Reading

STRETCH = 3_800
"""Code points of a stretch; longer than any message and nearly any listing, which are read whole."""
_AROUND = 500
"""Code points read before and after a stretch: more than a hit with its cues takes."""


class Stretch(NamedTuple):
    """A part of a reading: hits that begin in [low, high) of the whole text are its own; `offset` shifts them."""

    reading: Reading
    offset: int
    low: int
    high: int

    def own(self, hit: Hit) -> Hit | None:
        """The hit with its span in the whole text, if it is this stretch's."""
        start = hit.span.start + self.offset
        if not self.low <= start < self.high:
            return None
        return replace(hit, span=Span(start, hit.span.end + self.offset)) if self.offset else hit


def stretches(reading: Reading) -> Iterator[Stretch]:
    """The stretches of a reading; just one, the reading itself, when it is short."""
    size = len(reading.text)
    if size <= STRETCH + 2 * _AROUND:
        yield Stretch(reading, 0, 0, size + 1)
        return
    joints = sorted(reading.joints)
    for low in range(0, size, STRETCH):
        start, end = max(0, low - _AROUND), min(size, low + STRETCH + _AROUND)
        yield Stretch(Reading(_pieces(reading.text, joints, start, end)), start, low, low + STRETCH)


def _pieces(text: str, joints: list[int], start: int, end: int) -> list[str]:
    """text[start:end] cut at the joints between messages."""
    cuts = joints[bisect_left(joints, start) : bisect_left(joints, end)]
    edges = [start - 1, *cuts, end]
    return [text[a + 1 : b] for a, b in pairwise(edges)]
