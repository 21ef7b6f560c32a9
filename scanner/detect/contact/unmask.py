"""Addresses and links as they would be typed: "at", "dot", 艾特 and 쩜 back to @ and ".", spread letters joined.

The result is a view of the folded text. Words that are ordinary words too ("at", "point") become marks of their
own, which the readers' patterns accept only where the rest of an address stands round them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from scanner.lexicon.pack import Pack
from scanner.match.script import is_unspaced
from scanner.text.fold import fold
from scanner.text.numbers.book import spaced_letters
from scanner.text.skeleton import lookalikes
from scanner.text.view import View
from scanner.text.wholewords import WholeWords

AT, WEAK_AT, DOT = "@", "\ue001", "\ue002"
"""In the plain text: an @ written as such or unmistakably named; a word that may be one; a word for a point."""
MAX_TEXT = 20_000
"""Folded characters looked at; addresses beyond are read only where they are written plainly."""
_PUNCTUATION = " \t\n,'\"“”‘’«»„"
_SPREAD = re.compile(r"(?<![^\W_])[^\W_](?:[ \u00a0][^\W_]){1,40}(?![^\W_])", re.ASCII)
_LOOSE_SIGN = re.compile(r"[ \t]+@[ \t]*|@[ \t]+")
_LONE = re.compile(r"[ \u00a0][^\W_](?![^\W_])", re.ASCII)
"""A letter that stands alone: without it nothing is spread."""
_LOOSE_DOTS = (
    (".", re.compile(r"[ \t]+[.·•][ \t]*(?=[a-z0-9])")),  # "gmail .com"
    ("com", re.compile(r"(?:(?<=mail)|(?<=yahoo)|(?<=look))\.[ \t]+(?=com\b)")),  # "gmail. com"
)
"""Points with blanks round them, and what a text must hold for each."""
_WIDE_DOT = re.compile(r"[ \t]*[。．｡・·•‧∙][ \t]*(?=[a-z])")
_COMMA = re.compile(r"@[a-z0-9-]{2,40}(,)(?=(?:com|net|org|cn|ru)(?![a-z0-9]))")
_MIXED = re.compile(r"[a-zа-яѐ-ӿα-ω0-9_.@-]{3,80}")
_LOOSE_WWW = re.compile(r"(?<![a-z0-9])www([ ,.]{1,3})[a-z0-9-]{2,40}([ ,.]{1,3})(?:com|net|org|cn|ru)(?![a-z0-9])")
_LOOSE_SLASH = re.compile(r"(?<=[a-z])[ \t]*/[ \t]*(?=[+a-z0-9])")


class Unmasker:
    """The words of a pack's `words` and `parts` tables, compiled."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._words: dict[str, list[str]] = {}
        self._parts: dict[str, str] = {}
        for pack in packs:
            for name, phrases in pack.settings.get("words", {}).items():
                self._words.setdefault(name, []).extend(phrases)
            self._parts.update(pack.settings.get("parts", {}))

    @cached_property
    def _signs(self) -> dict[str, str]:
        """Folded phrase -> what it is typed as."""
        signs = {fold(word): text for word, text in self._parts.items()}
        for name, sign in (
            ("underscore", "_"),
            ("hyphen", "-"),
            ("slash", "/"),
            ("dot", DOT),
            ("weak_at", WEAK_AT),
            ("at", AT),
        ):
            signs.update({fold(word): sign for word in self._words.get(name, ())})
        signs.pop("/", None)
        return signs

    @cached_property
    def _spaced(self) -> WholeWords:
        return WholeWords((p for p in self._signs if p[0].isalnum() and not _glues(p)), spaced_letters())

    @cached_property
    def _glued(self) -> tuple[list[str], AhoCorasick]:
        """Phrases that need no word boundary: bracketed ones and those of scripts without spaces."""
        phrases = [p for p in self._signs if not p[0].isalnum() or _glues(p)]
        return phrases, AhoCorasick(phrases or ["\x00"], matchkind=MatchKind.LeftmostLongest)

    def plain(self, view: View) -> View:
        """The folded view with signs for their names."""
        text = view.text[:MAX_TEXT]
        edits = [*self._named(text), *_tightened(text)]
        return _edited(view, text, edits)

    def _named(self, text: str) -> Iterable[tuple[int, int, str]]:
        phrases, automaton = self._glued
        found = [(start, end, self._signs[phrases[i]]) for i, start, end in automaton.find_matches_as_indexes(text)]
        found.extend((start, end, self._signs[phrase]) for phrase, start, end in self._spaced.find(text))
        for start, end, sign in found:
            if sign == WEAK_AT and not _stands_free(text, start, end):
                continue
            stretches = sign in (AT, WEAK_AT, DOT, "_", "-", "/") or sign.startswith(".")
            yield (*_stretch(text, start, end), sign) if stretches else (start, end, sign)


def _glues(phrase: str) -> bool:
    return any(is_unspaced(c) or "\uac00" <= c < "\ud7a4" for c in phrase)


def _stands_free(text: str, start: int, end: int) -> bool:
    """Whether no point or hyphen ties a word to others ("made-in-china", "x.en.y")."""
    return text[start - 1 : start] not in (".", "-", "/", "_") and text[end : end + 1] not in (".", "-", "/", "_")


def _stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """A word for a sign takes the blanks and quotes round it along."""
    while start > 0 and text[start - 1] in _PUNCTUATION:
        start -= 1
    while end < len(text) and text[end] in _PUNCTUATION:
        end += 1
    return start, end


def _tightened(text: str) -> Iterable[tuple[int, int, str]]:
    """Blanks round signs, and between letters that stand alone."""
    if _LONE.search(text):
        for match in _SPREAD.finditer(text):
            for i in range(match.start() + 1, match.end(), 2):
                yield i, i + 1, ""
    if "@" in text:
        for match in _LOOSE_SIGN.finditer(text):
            yield match.start(), match.end(), AT
        for match in _COMMA.finditer(text):
            yield (*match.span(1), ".")
    plain = text.isascii()
    for sign, pattern in _LOOSE_DOTS:
        if sign in text or not plain:
            for match in pattern.finditer(text):
                yield match.start(), match.end(), "."
    if not plain:
        for match in _WIDE_DOT.finditer(text):
            yield match.start(), match.end(), "."
        yield from _lookalikes(text)
    if "www" in text:
        for match in _LOOSE_WWW.finditer(text):
            yield (*match.span(1), ".")
            yield (*match.span(2), ".")
    if "/" in text:
        for match in _LOOSE_SLASH.finditer(text):
            yield match.start(), match.end(), "/"


def _lookalikes(text: str) -> Iterable[tuple[int, int, str]]:
    """Letters of other scripts in words that are Latin otherwise ("gmаil" with a Cyrillic а)."""
    for match in _MIXED.finditer(text):
        word = match[0]
        if any("a" <= c <= "z" for c in word) and not word.isascii():
            for at, char in enumerate(word, match.start()):
                if char > "z" and char in lookalikes():
                    yield at, at + 1, lookalikes()[char]


def _edited(view: View, text: str, edits: Iterable[tuple[int, int, str]]) -> View:
    """The view with stretches replaced; of overlapping edits the longer wins."""
    ordered = sorted(edits, key=lambda edit: (edit[0], -edit[1]))
    if not ordered:
        return View("plain", view.text, view.starts, view.ends)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for low, high, sign in ordered:
        if low < at:
            continue
        pieces.append(text[at:low])
        starts.extend(view.starts[at:low])
        ends.extend(view.ends[at:low])
        pieces.append(sign)
        starts.extend([view.starts[low]] * len(sign))
        ends.extend([view.ends[high - 1]] * len(sign))
        at = high
    pieces.append(view.text[at:])
    starts.extend(view.starts[at:])
    ends.extend(view.ends[at:])
    return View("plain", "".join(pieces), starts, ends)


def tables(packs: Sequence[Pack], name: str) -> Mapping[str, Any]:
    """A settings table of that name from all packs together."""
    out: dict[str, Any] = {}
    for pack in packs:
        out.update(pack.settings.get(name, {}))
    return out


__all__ = ["AT", "DOT", "WEAK_AT", "Unmasker", "tables"]
