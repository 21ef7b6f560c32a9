"""Every spelling of every form, as cheaply as they can be kept: most are never met.

A spelling is a string and a number (which form, which kind). Entries are made when a spelling is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.lexicon.entry import EXACT, MISSPELT, REVERSED, Entry, exact_entries, guesses, is_guessed
from scanner.lexicon.ordinary import ordinary_word_list
from scanner.lexicon.pack import Lexicon
from scanner.match.script import is_unspaced
from scanner.text.skeleton import skeleton_of

_BUDGET = 200_000
"""Misspellings of a whole lexicon; with many forms each has fewer, the likeliest first."""
_FEWEST = 2
_MOST = 64
_MANY_FORMS = 60_000
_BONES_MISSPELT = 6
"""Letters from which on a misspelt form is also looked for in disguise."""


class _References:
    """Spelling -> references; nearly all have one, and a hundred thousand lists would be dear."""

    def __init__(self) -> None:
        self.first: dict[str, int] = {}
        self._more: dict[str, list[int]] = {}

    def add(self, text: str, ref: int) -> None:
        if self.first.setdefault(text, ref) != ref:
            self._more.setdefault(text, []).append(ref)

    def drop(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.first.pop(text, None)
            self._more.pop(text, None)

    def of(self, text: str) -> tuple[int, ...]:
        first = self.first.get(text)
        return () if first is None else (first, *self._more.get(text, ()))


class Spellings:
    """The forms of a lexicon and the guesses at how else they are written."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.exact = [entry for pack in lexicon.packs for rule in pack.rules for entry in exact_entries(rule)]
        self._forms = _References()
        for number, entry in enumerate(self.exact):
            self._forms.add(entry.text, number << 3 | EXACT)
        self._guesses = self._guess()

    def _guess(self) -> _References:
        """Guessed spellings; no ordinary word and nobody's exact form among them."""
        guessed = sum(is_guessed(entry) for entry in self.exact)
        limit = max(_FEWEST, min(_MOST, _BUDGET // max(1, guessed)))
        out = _References()
        for number, entry in enumerate(self.exact):
            for text, kind in guesses(entry, limit):
                out.add(text, number << 3 | kind)
        out.drop(out.first.keys() & self._forms.first.keys())
        out.drop(set(out.first).intersection(ordinary_word_list()))
        return out

    def texts(self) -> Iterator[str]:
        """Every spelling, exact forms first."""
        yield from self._forms.first
        yield from self._guesses.first

    def entries(self, text: str) -> tuple[Entry, ...]:
        """What a spelling means."""
        refs = self._forms.of(text) or self._guesses.of(text)
        return tuple(self._entry(text, ref) for ref in refs)

    def _entry(self, text: str, ref: int) -> Entry:
        entry, kind = self.exact[ref >> 3], ref & 7
        return entry if kind == EXACT else entry.spelt(text, kind)

    def bones(self) -> dict[str, tuple[str, ...]]:
        """Skeleton -> the spellings that have it: exact forms long enough, guesses at long words.

        A lexicon of many thousands of forms is looked for in disguise as it is written only.
        """
        out: dict[str, tuple[str, ...]] = {}
        for text in self._forms.first:
            if has_bones(text):
                bone = skeleton_of(text)
                out[bone] = (*out.get(bone, ()), text)
        if len(self.exact) <= _MANY_FORMS:
            for text, ref in self._guesses.first.items():
                if ref & 7 in (MISSPELT, REVERSED) and len(text) >= _BONES_MISSPELT:
                    bone = skeleton_of(text)
                    out[bone] = (*out.get(bone, ()), text)
        return out


def has_bones(text: str) -> bool:
    """Whether a form is long enough to be looked for in skeletons, where short ones match everywhere."""
    if text.isascii():
        if text.isalpha():
            return len(text) >= 5
        return sum(map(str.isalnum, text)) >= 5 and sum(map(str.isalpha, text)) >= 4
    letters = [c for c in text if c.isalnum()]
    if any(map(is_unspaced, letters)):
        return len(letters) >= 2 and all(map(is_unspaced, letters))
    return len(letters) >= 5 and sum(map(str.isalpha, letters)) >= 4
