"""The words round a mark, by kind: compatible with, a copy of, licensed by, we do not make ...

Kinds come from `[wording]` tables of the packs: lists of regular expressions over folded text. A kind that ends in
`before` must reach the mark from the left, one that ends in `after` from the right; the others stand anywhere near.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any

import regex
from ahocorasick_rs import AhoCorasick

from scanner.errors import PackError
from scanner.lexicon.literals import required
from scanner.lexicon.pack import Pack
from scanner.text.fold import fold

_BETWEEN = r"""(?:[\s"'“”‘’«»#(\[【「『:*_–—-]*+(?:{bridge}))?+[\s"'“”‘’«»#(\[【「『:*_–—-]*+"""
_TIMEOUT = 0.05
_NEAR = 160
"""Code points of text a kind is looked for in, on either side of the mark."""


class Wording:
    """The kinds of wording, each one expression, compiled at first use."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._kinds: dict[str, list[str]] = {}
        for pack in packs:
            for kind, patterns in pack.settings.get("wording", {}).items():
                self._kinds.setdefault(kind, []).extend(patterns)
        self._compiled = cache(self._compile)

    def _compile(self, kind: str, plain: bool) -> Any:
        """One expression for a kind; `plain` leaves out what an ASCII text cannot hold."""
        patterns = [p for p in self._kinds.get(kind, ()) if not (plain and _needs_more_than_ascii(p))]
        if not patterns:
            return None
        body = "(?:" + "|".join(_folded(pattern) for pattern in patterns) + ")"
        if kind.endswith("before"):
            bridge = "|".join(_folded(pattern) for pattern in self._kinds.get("bridge", ["(?!)"]))
            body = body + _BETWEEN.format(bridge=bridge) + r"\Z"
        try:
            return regex.compile(body, regex.VERSION1 | regex.UNICODE)
        except regex.error as error:
            raise PackError(f"[wording] {kind}: {error}; mend the pattern") from None

    @cached_property
    def _literals(self) -> tuple[AhoCorasick | None, list[str], frozenset[str]]:
        """Automaton of what the kinds' patterns cannot match without, the kind of each, and the kinds left out."""
        owners: list[tuple[str, str]] = []
        always = set()
        for kind, patterns in self._kinds.items():
            for literals in (required(_folded(pattern)) for pattern in patterns):
                owners.extend((literal, kind) for literal in sorted(literals or ()))
                if not literals:
                    always.add(kind)
        owners = [(literal, kind) for literal, kind in owners if kind not in always]
        automaton = AhoCorasick([literal for literal, _ in owners]) if owners else None
        return automaton, [kind for _, kind in owners], frozenset(always)

    def possible(self, text: str) -> frozenset[str]:
        """The kinds that may stand anywhere in a text: one of their literals does, or they have none."""
        automaton, kinds, always = self._literals
        if automaton is None:
            return always
        found = automaton.find_matches_as_indexes(text, overlapping=True)
        return always.union(kinds[index] for index, _, _ in found)

    def near(self, kind: str, text: str, low: int, high: int) -> tuple[int, int] | None:
        """Where a wording of this kind stands in text[low:high], the first; None when nowhere."""
        return self._search(kind, text, max(0, low), min(len(text), high), anchored=False)

    def before(self, kind: str, text: str, start: int, low: int = 0) -> bool:
        """Whether a wording of this kind leads up to `start`."""
        return self._search(kind, text, max(low, start - _NEAR), start, anchored=False) is not None

    def after(self, kind: str, text: str, end: int, high: int) -> bool:
        """Whether a wording of this kind follows at `end`."""
        return self._search(kind, text, end, min(high, end + _NEAR), anchored=True) is not None

    def _search(self, kind: str, text: str, low: int, high: int, *, anchored: bool) -> tuple[int, int] | None:
        piece = text[low:high]
        compiled = self._compiled(kind, piece.isascii()) if piece else None
        if compiled is None:
            return None
        try:
            match = compiled.match(piece, timeout=_TIMEOUT) if anchored else compiled.search(piece, timeout=_TIMEOUT)
        except TimeoutError:
            return None
        return (low + match.start(), low + match.end()) if match else None


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
