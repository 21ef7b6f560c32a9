"""The words round a mark, by kind: compatible with, a copy of, licensed by, we do not make ...

Kinds come from `[wording]` tables of the packs: lists of regular expressions over folded text. A kind that ends in
`before` must reach the mark from the left, one that ends in `after` from the right; the others stand anywhere near.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import regex
from ahocorasick_rs import AhoCorasick

from scanner.errors import PackError
from scanner.lexicon.literals import required
from scanner.lexicon.pack import Pack
from scanner.text.fold import fold

_BETWEEN = r"""(?>(?:[\s"'“”‘’«»#(\[【「『:*_–—-]*+(?:{bridge}))?)[\s"'“”‘’«»#(\[【「『:*_–—-]*+"""
_TIMEOUT = 0.05
_NEAR = 160
"""Code points of text a kind is looked for in, on either side of the mark."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One expression of a kind; `foreign` when an ASCII text cannot match it."""

    compiled: Any
    foreign: bool


class Wording:
    """The kinds of wording, each some expressions, compiled when they are first looked for."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._kinds: dict[str, list[str]] = {}
        for pack in packs:
            for kind, patterns in pack.settings.get("wording", {}).items():
                self._kinds.setdefault(kind, []).extend(patterns)
        self._pattern = cache(self._compile)

    def _compile(self, kind: str, number: int) -> _Pattern:
        pattern = self._kinds[kind][number]
        body = f"(?:{_folded(pattern)})"
        if kind.endswith("before"):
            bridge = "|".join(_folded(pattern) for pattern in self._kinds.get("bridge", ["(?!)"]))
            body = body + _BETWEEN.format(bridge=bridge) + r"\Z"
        try:
            compiled = regex.compile(body, regex.VERSION1 | regex.UNICODE)
        except regex.error as error:
            raise PackError(f"[wording] {kind}: {error}; mend the pattern") from None
        return _Pattern(compiled, _needs_more_than_ascii(pattern))

    @cached_property
    def _literals(self) -> tuple[AhoCorasick | None, list[tuple[str, int]], list[tuple[str, int]]]:
        """Automaton of what patterns cannot match without, the pattern of each, and the patterns that have none."""
        texts: list[str] = []
        owners: list[tuple[str, int]] = []
        always: list[tuple[str, int]] = []
        for kind, patterns in self._kinds.items():
            for number, literals in enumerate(required(_folded(pattern)) for pattern in patterns):
                texts.extend(literals or ())
                owners.extend((kind, number) for _ in literals or ())
                if not literals:
                    always.append((kind, number))
        return AhoCorasick(texts) if texts else None, owners, always

    def possible(self, text: str) -> dict[str, list[int]]:
        """For each kind that may stand anywhere in a text, the numbers of its patterns that may, in order."""
        automaton, owners, always = self._literals
        found = automaton.find_matches_as_indexes(text, overlapping=True) if automaton else ()
        out: dict[str, list[int]] = {}
        for kind, number in sorted({*always, *(owners[index] for index, _, _ in found)}):
            out.setdefault(kind, []).append(number)
        return out

    def near(
        self, kind: str, text: str, low: int, high: int, numbers: Sequence[int] | None = None
    ) -> tuple[int, int] | None:
        """Where a wording of this kind stands in text[low:high], the first; None when nowhere.

        numbers   those of its patterns that are `possible` in the text; without them, all
        """
        low, high = max(0, low), min(len(text), high)
        matches = list(self._matches(kind, text[low:high], numbers))
        if not matches:
            return None
        start, end = min(matches, key=lambda place: place[0])
        return low + start, low + end

    def before(self, kind: str, text: str, start: int, low: int = 0, numbers: Sequence[int] | None = None) -> bool:
        """Whether a wording of this kind leads up to `start`."""
        piece = text[max(low, start - _NEAR) : start]
        return any(True for _ in self._matches(kind, piece, numbers))

    def after(self, kind: str, text: str, end: int, high: int, numbers: Sequence[int] | None = None) -> bool:
        """Whether a wording of this kind follows at `end`."""
        piece = text[end : min(high, end + _NEAR)]
        return any(True for _ in self._matches(kind, piece, numbers, anchored=True))

    def _matches(
        self, kind: str, piece: str, numbers: Sequence[int] | None, *, anchored: bool = False
    ) -> Iterator[tuple[int, int]]:
        """The first match of each pattern of a kind in a piece of text."""
        if not piece:
            return
        plain = piece.isascii()
        for number in range(len(self._kinds.get(kind, ()))) if numbers is None else numbers:
            pattern = self._pattern(kind, number)
            if plain and pattern.foreign:
                continue
            search = pattern.compiled.match if anchored else pattern.compiled.search
            try:
                match = search(piece, timeout=_TIMEOUT)
            except TimeoutError:
                return
            if match:
                yield match.span()


def _needs_more_than_ascii(pattern: str) -> bool:
    """Whether each choice of a pattern holds a letter beyond ASCII that no ASCII text can stand in for."""
    choices = _choices(pattern)
    if len(choices) == 1 and pattern.startswith("(?:") and pattern.endswith(")"):
        choices = _choices(pattern[3:-1])
    return all(any(c.isalpha() and not c.isascii() for c in choice) for choice in choices)


def _choices(pattern: str) -> list[str]:
    """The alternatives of a pattern at its outermost level, without what stands in brackets."""
    out, depth = [""], 0
    for char in pattern:
        depth -= char in ")]"
        if char == "|" and depth == 0:
            out.append("")
        elif depth == 0:
            out[-1] += char
        depth += char in "(["
    return out


def _folded(pattern: str) -> str:
    """The pattern with its letters beyond ASCII as folded text has them (Thai and Arabic are taken apart there)."""
    return "".join(char if char.isascii() else fold(char) for char in pattern)
