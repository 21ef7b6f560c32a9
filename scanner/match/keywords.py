"""Keywords: one automaton over many strings, each with what it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from scanner.text.fold import SEPARATOR

M = TypeVar("M")
_EDGES = "".join(c for c in map(chr, range(128)) if not c.isalnum() and (c.isprintable() or c in "\t\n" + SEPARATOR))
"""What can stand before a word in folded ASCII text."""


class Keywords(Generic[M]):
    """An automaton and, for each of its strings, the meaning, which is made when the string is first met."""

    def __init__(self, texts: Sequence[str], meaning: Callable[[str], M]) -> None:
        self.texts = texts
        self._make = meaning
        self._made: list[M | None] = [None] * len(texts)

    @cached_property
    def _find(self) -> Callable[..., Sequence[tuple[int, int, int]]]:
        """The automaton, made at first use: some are met in few processes."""
        return AhoCorasick(self.texts).find_matches_as_indexes if self.texts else lambda *_, **__: ()

    def find(self, text: str) -> Sequence[tuple[int, int, int]]:
        """(index of the string, start, end) of every occurrence, overlapping ones too."""
        return self._find(text, overlapping=True)

    def meaning(self, index: int) -> M:
        """What the string of that index means. (Two threads may make it twice, and the same.)"""
        made = self._made[index]
        if made is None:
            self._made[index] = made = self._make(self.texts[index])
        return made


class FoldedKeywords(Keywords[M]):
    """The automaton of folded texts, with one of its own for texts that are all ASCII, which most are.

    Names of one or two letters are inside every other word. In ASCII text what can stand before them is known, so
    they are looked for together with it; elsewhere anything may, and they are looked for as they are.
    """

    def __init__(self, texts: Sequence[str], meaning: Callable[[str], M]) -> None:
        super().__init__(texts, meaning)
        targets: dict[str, list[tuple[int, int]]] = {}
        for number, text in enumerate(texts):
            if text.isascii():
                for before in _EDGES if _is_tiny(text) else ("",):
                    targets.setdefault(before + text, []).append((number, len(before)))
        self._targets = list(targets.values())
        self._in_ascii = AhoCorasick(list(targets)) if targets else None

    def find(self, text: str) -> Sequence[tuple[int, int, int]]:
        """(index of the string, start, end) of every occurrence that is not plainly inside an ASCII word."""
        if not text.isascii():
            return super().find(text)
        if self._in_ascii is None:
            return ()
        targets = self._targets
        found = self._in_ascii.find_matches_as_indexes(SEPARATOR + text, overlapping=True)
        return [(n, start + lead - 1, end - 1) for i, start, end in found for n, lead in targets[i]]


def _is_tiny(text: str) -> bool:
    return len(text) <= 2 and text.isalnum()
