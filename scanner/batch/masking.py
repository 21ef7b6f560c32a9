"""Excerpts for a report: what surrounds a finding, with every contact in it masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanner.model import Hit, Scan, Span

AROUND = 70
"""Code points shown on each side of a finding."""
LONGEST = 120
"""Code points shown of the finding itself."""
MASK = "•••••"

Piece = tuple[str, str]
"""(text, what it is): "" for plain text, "hit" for the finding, "mask" for a contact's place."""

# digits, an @ and links that no hit covers may be half of a contact that a pattern just missed
_LOOSE = re.compile(r"\S*@\S*|\b(?:https?://|www\.)\S*|[+＋]?\d(?:[\s().\-/]{0,2}\d){3,}")


@dataclass(frozen=True, slots=True)
class _Cover:
    span: Span
    label: str


def excerpt(scan: Scan, hit: Hit) -> tuple[Piece, ...]:
    """The finding in its surroundings; contacts stand as their channel and dots, never as themselves."""
    text = scan.text
    low, high = max(0, hit.span.start - AROUND), min(len(text), hit.span.end + AROUND)
    covers = _covers(scan.hits)
    low, high = _outside(low, high, covers)
    pieces = [("… ", "")] if low else []
    pieces += _between(text, low, high, hit, covers)
    return (*pieces, (" …", "")) if high < len(text) else tuple(pieces)


def is_secret(hit: Hit) -> bool:
    """Whether a hit holds a contact, and not only the wish for one."""
    if hit.category != "contact":
        return False
    return hit.value is not None or "handle" in hit.tags or "no-handle" not in hit.tags


def _covers(hits: Sequence[Hit]) -> list[_Cover]:
    return [_Cover(hit.span, hit.term) for hit in hits if is_secret(hit)]


def _outside(low: int, high: int, covers: Sequence[_Cover]) -> tuple[int, int]:
    """The interval widened so that no contact is cut in two."""
    for cover in covers:
        if cover.span.start < low < cover.span.end:
            low = cover.span.start
        if cover.span.start < high < cover.span.end:
            high = cover.span.end
    return low, high


def _between(text: str, low: int, high: int, hit: Hit, covers: Sequence[_Cover]) -> Iterator[Piece]:
    at = low
    for start, end, label in _marks(hit, covers):
        if end <= at or start >= high:
            continue
        yield _plain(text[at:start])
        shown = text[start:end]
        yield (f"{label} {MASK}", "mask") if label else (loose(_short(shown)), "hit")
        at = end
    yield _plain(text[at:high])


def _marks(hit: Hit, covers: Sequence[_Cover]) -> list[tuple[int, int, str]]:
    """What is shown otherwise than as it stands, in order, without overlaps; masks come first."""
    marks = [(cover.span.start, cover.span.end, cover.label) for cover in covers]
    if not any(cover.span.overlaps(hit.span) for cover in covers):
        marks.append((hit.span.start, hit.span.end, ""))
    return sorted(marks)


def _plain(text: str) -> Piece:
    return (loose(text), "")


def loose(text: str) -> str:
    """`text` without what may be half of a contact: digits in a row, links, what stands round an @."""
    return _LOOSE.sub(MASK, text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
