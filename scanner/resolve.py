"""From what detectors say to what a scan says: exceptions, overlaps, windows, order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanner.model import LEVELS, Hit, Span, parts_of
from scanner.text.reading import Reading


def resolve(hits: Iterable[Hit], reading: Reading, observed: frozenset[str] = frozenset()) -> tuple[Hit, ...]:
    """The hits of a scan: none overlapping in a category, none wholly in earlier messages, in contract order.

    Hits of `observed` rules (ids) are shown as `info` with the tag `observe`, whatever they are.
    """
    own = reading.own_start if reading.own else 0
    kept = [_observe(hit) if hit.rule in observed else hit for hit in hits if hit.span.end > own]
    kept = [hit for group in _by_category(kept) for hit in _without_overlaps(group)]
    placed = [_place(hit, reading) for hit in kept]
    return tuple(sorted(placed, key=lambda h: (h.span.start, h.span.end, h.category, h.rule)))


def _observe(hit: Hit) -> Hit:
    return replace(hit, level="info", tags=(*hit.tags, "observe"))


def _by_category(hits: Sequence[Hit]) -> list[list[Hit]]:
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.category, []).append(hit)
    return list(groups.values())


def _rank(hit: Hit) -> tuple[int, float, int, int]:
    """Graver first, then surer, then longer, then earlier."""
    return (-LEVELS.index(hit.level), -hit.score, -len(hit.span), hit.span.start)


def _without_overlaps(hits: Sequence[Hit]) -> list[Hit]:
    """The best of each heap of overlapping hits; n log n, since hostile texts make thousands of hits."""
    if len(hits) == 1:
        return list(hits)
    kept: list[Hit] = []
    taken: list[Span] = []
    for hit in sorted(hits, key=_rank):
        at = bisect_left(taken, hit.span)
        if any(hit.span.overlaps(other) for other in taken[max(0, at - 1) : at + 1]):
            continue
        taken.insert(at, hit.span)
        kept.append(hit)
    return kept


def _place(hit: Hit, reading: Reading) -> Hit:
    """The hit with its pieces in each message it reaches into."""
    parts = parts_of(hit.span, reading.pieces, reading.own) if reading.joints else ()
    return replace(hit, parts=parts) if parts else hit
