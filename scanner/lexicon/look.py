"""One text being looked at: which finds of it count, and which of several is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from scanner.lexicon.entry import Entry
from scanner.lexicon.found import Found
from scanner.lexicon.needs import Needs, Spots
from scanner.lexicon.pack import Rule
from scanner.lexicon.patterns import Work
from scanner.model import Span
from scanner.text.fold import fold
from scanner.text.reading import Reading

MAX_FINDS = 2_000
"""Finds taken from one text, at most; more is a text made to be slow, and the scan says so."""


class Look:
    """One text being looked at: the finds that count, the surest of each rule and place."""

    def __init__(self, needs: Needs, reading: Reading, at: date, goods: str) -> None:
        self.reading = reading
        self.work = Work()
        self._at = at
        self._needs = needs
        self._by_goods = needs.met(fold(goods)) if goods else frozenset()
        self._places: dict[tuple[int, int], tuple[Span, tuple[str, ...]]] = {}
        self._spots: dict[int, Spots] = {}
        self._best: dict[tuple[str, int, int, bool], Found] = {}

    def finds(self) -> list[Found]:
        """What was taken, sorted by span; without finds that lie inside another of the same rule and strength."""
        finds = _widest(self._best.values())
        return sorted(finds, key=lambda f: (f.span.start, f.span.end, -f.score, f.rule.id, f.form))

    def entry(self, entry: Entry, start: int, end: int, evasion: tuple[str, ...], score: float) -> bool:
        """Takes an entry at folded[start:end] if it counts; False when no more can be taken."""
        if len(self._best) >= MAX_FINDS:
            return self._full()
        rule = entry.rule
        span, style = self._place(start, end)
        known = self._best.get((rule.id, span.start, span.end, entry.weak))
        if known is not None and known.score == 1 and not known.evasion:
            return True  # nothing is surer
        if self._counts(rule, span, asks=entry.weak):
            shown = (*entry.evasion, *evasion, *style)
            evasion = tuple(dict.fromkeys(shown)) if shown else ()
            self._keep(Found(rule, entry.form, span, evasion, entry.weak, min(entry.score, score)), known)
        return True

    def take(self, found: Found) -> bool:
        """The same for a find that is made already."""
        if len(self._best) >= MAX_FINDS:
            return self._full()
        if self._counts(found.rule, found.span, asks=found.weak or found.pattern):
            self._keep(found, self._best.get((found.rule.id, found.span.start, found.span.end, found.weak)))
        return True

    def _full(self) -> bool:
        self.work.cut.add("candidates")
        return False

    def _place(self, start: int, end: int) -> tuple[Span, tuple[str, ...]]:
        """The original span of folded[start:end], and the style that it is written in."""
        known = self._places.get((start, end))
        if known is None:
            span = self.reading.folded.span(start, end)
            known = self._places[start, end] = span, style_of(self.reading.slice(span))
        return known

    def _counts(self, rule: Rule, span: Span, *, asks: bool) -> bool:
        """Whether a rule is in force and has what it needs, near or in the path of the goods, if the find `asks`."""
        if not rule.in_force(self._at):
            return False
        group = self._needs.group_of(rule) if asks else None
        if group is None or group in self._by_goods:
            return True
        view = self.reading.folded
        if group not in self._spots:
            self._spots[group] = self._needs.spots(view.text, {group})
        return self._needs.reaches(group, self._spots[group], *view.place(span))

    def _keep(self, found: Found, known: Found | None) -> None:
        """Puts a find in the place of the one `known` there, if it is surer."""
        if known is None or _surer(found) > _surer(known):
            self._best[found.rule.id, found.span.start, found.span.end, found.weak] = found


def _widest(finds: Iterable[Found]) -> Iterator[Found]:
    """Without the finds that lie inside another find of the same rule and strength."""
    reached: dict[tuple[str, bool, bool], int] = {}
    for found in sorted(finds, key=lambda f: (f.span.start, -f.span.end)):
        key = (found.rule.id, found.weak, found.pattern)
        if found.span.end > reached.get(key, 0):
            reached[key] = found.span.end
            yield found


def _surer(found: Found) -> tuple[float, int]:
    return (found.score, -len(found.evasion))


def style_of(original: str) -> tuple[str, ...]:
    """Which disguises of single characters an original slice shows: zero_width, marks, styled."""
    if original.isascii():
        if original.isprintable():
            return ()
        return ("zero_width",) if not original.replace("\n", "").replace("\t", "").isprintable() else ()
    shown = []
    for char in original:
        if char.isascii():
            continue
        folded = fold(char)
        if not folded:
            shown.append(_dropped_kind(char))
        elif folded.isascii() and not "À" <= char <= "ỹ":
            shown.append("styled")
    return tuple(dict.fromkeys(shown))


def _dropped_kind(char: str) -> str:
    if "\u0300" <= char <= "\u036f":
        return "marks"
    return "styled" if "\u20d0" <= char <= "\u20ff" or "\ufe00" <= char <= "\ufe0f" else "zero_width"


__all__ = ["MAX_FINDS", "Look", "style_of"]
