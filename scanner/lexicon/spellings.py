"""Every spelling of every form, as cheaply as they can be kept: most are never met.

A spelling is a string and a number (which form, which kind). Entries are made when a spelling is found.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.lexicon.entry import EXACT, MISSPELT, Entry, exact_entries, guesses
from scanner.lexicon.ordinary import ordinary_word_list
from scanner.lexicon.pack import Lexicon
from scanner.match.script import is_unspaced
from scanner.text.skeleton import skeleton_of

_BUDGET = 250_000
"""Misspellings of a whole lexicon; with many forms each has fewer, the likeliest first."""
_FEWEST = 3
_MOST = 64
_BONES_MISSPELT = 6
"""Letters from which on a misspelt form is also looked for in disguise."""


class Spellings:
    """The forms of a lexicon and the guesses at how else they are written."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.exact = [entry for pack in lexicon.packs for rule in pack.rules for entry in exact_entries(rule)]
        self._refs: dict[str, list[int]] = {}
        for number, entry in enumerate(self.exact):
            self._refs.setdefault(entry.text, []).append(number << 2 | EXACT)
        self._guesses = self._guess()

    def _guess(self) -> dict[str, list[int]]:
        """Guessed spelling -> references; no ordinary word and nobody's exact form among them."""
        limit = max(_FEWEST, min(_MOST, _BUDGET // max(1, len(self.exact))))
        out: dict[str, list[int]] = {}
        for number, entry in enumerate(self.exact):
            for text, kind in guesses(entry, limit):
                out.setdefault(text, []).append(number << 2 | kind)
        for taken in (out.keys() & self._refs.keys(), set(out).intersection(ordinary_word_list())):
            for text in taken:
                out.pop(text, None)
        return out

    def texts(self) -> Iterator[str]:
        """Every spelling, exact forms first."""
        yield from self._refs
        yield from self._guesses

    def entries(self, text: str) -> tuple[Entry, ...]:
        """What a spelling means."""
        refs = self._refs.get(text) or self._guesses.get(text) or []
        return tuple(self._entry(text, ref) for ref in refs)

    def _entry(self, text: str, ref: int) -> Entry:
        entry, kind = self.exact[ref >> 2], ref & 3
        return entry if kind == EXACT else entry.spelt(text, kind)

    def bones(self) -> dict[str, list[str]]:
        """Skeleton -> the spellings that have it: exact forms long enough, and misspellings of long words."""
        out: dict[str, list[str]] = {}
        for text in self._refs:
            if has_bones(text):
                out.setdefault(skeleton_of(text), []).append(text)
        for text, refs in self._guesses.items():
            if refs[0] & 3 == MISSPELT and len(text) >= _BONES_MISSPELT:
                out.setdefault(skeleton_of(text), []).append(text)
        return out


def has_bones(text: str) -> bool:
    """Whether a form is long enough to be looked for in skeletons, where short ones match everywhere."""
    if text.isascii():
        return sum(map(str.isalnum, text)) >= 5 and sum(map(str.isalpha, text)) >= 4
    letters = [c for c in text if c.isalnum()]
    if any(map(is_unspaced, letters)):
        return len(letters) >= 2 and all(map(is_unspaced, letters))
    return len(letters) >= 5 and sum(map(str.isalpha, letters)) >= 4
