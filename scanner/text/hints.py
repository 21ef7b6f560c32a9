"""Hints: substrings without which no spelled number, no disguised address and no link can be, in one pass.

The automaton holds number words, endings of hosts (".com", "punto com", "점컴"), names of mail hosts, schemes.
A hint alone stirs little: number words must come seven digits at a time, endings must end a word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from ahocorasick_rs import AhoCorasick

from scanner.text.data import data_file
from scanner.text.fold import SEPARATOR, fold
from scanner.text.hintwords import (
    DOT,
    JOIN,
    NUMBER,
    ROW,
    SHORT_NAMES,
    SURE,
    WORD,
    Hint,
    names_of_endings,
    number_words,
    sure_signs,
    written_endings,
)
from scanner.text.numbers.book import NumberBook

Likely = Callable[[str, int, int], bool]
Hinted = tuple[Hint, int, int]
"""A hint that was found: what it is, start and end in the folded text."""
_DOMAIN = re.compile(r"\.(?<=[a-z0-9]\.)[a-z]{2,18}(?![a-z0-9])")
_SPREAD_PATH = re.compile(r"\.[ ]?[a-z]{2,12}[ ]?[/?]")
_FIGURES = re.compile(r"[\d〇零一二三四五六七八九]")
_NO_WORD_BEFORE = re.compile(rf"[^a-z{SEPARATOR}]*$")
_NO_WORD_BEHIND = re.compile(rf"[^a-z{SEPARATOR}]*")
_FIGURE_BEFORE = re.compile(r"[0-9](?:, |[ \n])$")
_APART = 28
_WORTH = 5
"""Digits that number words, and digits beside them, must come to: two of the seven may lie in words that no hint
shows, such as the first of a text and words of two letters."""


class Hints:
    """The automaton over everything, and what else shows hosts."""

    def __init__(self, book: NumberBook, addresses: Mapping[str, Any], links: Mapping[str, Any]) -> None:
        table = dict.fromkeys(sure_signs(links), (SURE, 0))
        table.update(dict.fromkeys(written_endings(addresses, links), (WORD, 0)))
        dots = sorted({fold(word) for word in addresses["words"]["dot"]})
        table.update((word, (DOT, 0)) for word in dots)
        for word, hint in number_words(book, dots):
            table.setdefault(word, hint)
        self.endings = _Endings(names_of_endings(addresses, links))
        self._link_cues = AhoCorasick([fold(p) for p in links["cues"]["link"] if len(p) > 2])
        self._endings = _endings(links)
        self._table = table

    @staticmethod
    @cache
    def shipped() -> Hints:
        """The hints of the shipped packs."""
        packs = (
            tomllib.loads(data_file("contact", f"{n}.toml").read_text(encoding="utf-8")) for n in ("addresses", "links")
        )
        return Hints(NumberBook.shipped(), *packs)

    @property
    def texts(self) -> Mapping[str, Hint]:
        """Every hint with what it is, for those who look for it together with other things."""
        return self._table

    @cached_property
    def _ascii(self) -> _Automaton:
        return _Automaton({phrase: kind for phrase, kind in self._table.items() if phrase.isascii()})

    @cached_property
    def _full(self) -> _Automaton:
        return _Automaton(self._table)

    def find(self, folded: str) -> list[Hinted]:
        """Every hint of a folded text or of a buffer of many."""
        return self._ascii.find(folded) if folded.isascii() else self._full.find(folded)

    def points_to_addresses(self, folded: str) -> bool:
        """Whether a hint of an address or a link is in one folded text."""
        return any(
            kind in (SURE, WORD) or (kind == DOT and self.endings.follow(folded, start, end))
            for (kind, _), start, end in self.find(folded)
        )

    def number_words(self, folded: str) -> Iterator[int]:
        """Where number words end."""
        return (end - 1 for (kind, _), _, end in self.find(folded) if kind in (NUMBER, ROW, JOIN))

    def weighed(self, hinted: Iterable[Hinted], folded: str, likely: Likely) -> Iterator[int]:
        """Where the hints that count begin: whole words, number words that come to a number's length, spoken points.

        likely   judges a row of number words from its start to its end
        """
        words: list[tuple[int, int, int]] = []
        for (kind, worth), start, end in hinted:
            if kind in (NUMBER, ROW, JOIN):
                if kind == ROW or _stands(folded, start, end, joins=kind == JOIN):
                    words.append((start, end, worth))
            elif kind == DOT:
                if self.endings.follow(folded, start, end):
                    yield start
            elif kind == SURE or _is_whole(folded, start, end):
                yield start
        if words:
            yield from _chains(words, folded, likely)

    def domains(self, folded: str) -> Iterator[int]:
        """Where names of hosts and links with spread points begin."""
        for match in _DOMAIN.finditer(folded):
            if self._is_link(folded, match):
                yield match.start()
        if "/" in folded or "?" in folded:
            yield from (match.start() for match in _SPREAD_PATH.finditer(folded) if self._is_ending(match[0]))

    def _is_ending(self, written: str) -> bool:
        return written.strip("./? ") in self._endings[0]

    def _is_link(self, folded: str, match: re.Match[str]) -> bool:
        """A host: with an ending that nobody writes by accident, a path, a hyphen, or a word for websites before."""
        ending, start = match[0][1:], match.start()
        known, sure = self._endings
        if ending in sure or ending not in known:
            return ending in sure
        label = re.search(r"[a-z0-9-]+$", folded[max(0, start - 40) : start])
        if folded[match.end() : match.end() + 1] in ("/", "?") or (label and "-" in label[0]):
            return True
        return bool(self._link_cues.find_matches_as_indexes(folded[max(0, start - 70) : start]))


class _Automaton:
    def __init__(self, table: Mapping[str, Hint]) -> None:
        self._hints = list(table.values())
        self._automaton = AhoCorasick(list(table))

    def find(self, text: str) -> list[Hinted]:
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [(self._hints[index], start, end) for index, start, end in found]


def _stands(text: str, start: int, end: int, *, joins: bool) -> bool:
    """Whether a number word stands as a word; one that only joins digits must follow one."""
    if text[start] >= "\u0e00":
        return True
    if text[end : end + 1].isalpha() or (text[start].isalpha() and _goes_on(text, start)):
        return False
    return not joins or _FIGURE_BEFORE.search(text, max(0, start - 3), start) is not None


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether nothing goes on behind a hint, nor before it if it begins with a letter of a spaced script."""
    if text[end : end + 1].isalnum() and text[end - 1] < "\u0e00" and text[end] < "\u0e00":
        return False
    return not ("a" <= text[start] < "\u0e00" and text[start].isalpha() and _goes_on(text, start))


def _goes_on(text: str, start: int) -> bool:
    """Whether a letter of a script that writes spaces stands right before."""
    before = text[start - 1 : start]
    return before.isalpha() and before < "\u0e00"


class _Endings:
    """The endings of hosts that a word for a point leads to: "punto com", "dot me"."""

    def __init__(self, names: Iterable[str]) -> None:
        names = sorted(set(names), key=lambda name: (-len(name), name))
        self._sure = _following(names)
        self._any = _following([*names, *SHORT_NAMES])

    def follow(self, text: str, start: int, end: int) -> bool:
        """Whether the word for a point at [start, end) stands alone and an ending follows it."""
        if "a" <= text[start] < "\u0e00" and text[start].isalpha() and _goes_on(text, start):
            return False
        wide = end - start > 3 or text[start:end] == "dot"
        return (self._any if wide else self._sure).match(text, end) is not None


def _following(names: Iterable[str]) -> re.Pattern[str]:
    """One of the names, apart or not, with no word going on behind it (in scripts that write spaces)."""
    spaced, unspaced = ([re.escape(n) for n in names if (n[-1] < "\u0e00") == side] for side in (True, False))
    either = "|".join(unspaced) or "(?!)"
    return re.compile(rf"(?:, |[ \n])?(?:(?:{'|'.join(spaced)})(?:(?![^\W_])|(?=[\u0e00-\uffff]))|{either})")


def _chains(words: list[tuple[int, int, int]], folded: str, likely: Likely) -> Iterator[int]:
    """Rows of number words, with the digits between and beside them, that come to seven digits or more."""
    words.sort()
    start, end, total = words[0][0], words[0][0], 0
    for low, high, worth in (*words, (1 << 60, 1 << 60, 0)):
        gap = folded[end:low] if low - end <= _APART else SEPARATOR
        if SEPARATOR in gap:
            if total + _beside(folded, start, end) >= _WORTH and likely(folded, start, end):
                yield start
            start, total, gap = low, 0, ""
        total += worth + _figures(gap)
        end = max(end, high) if total > worth else high


def _beside(text: str, start: int, end: int) -> int:
    """Digits just before and behind a row, with no word between."""
    first = start if text[start].isalpha() else start + 1  # a hint may begin with a sign or a digit
    before = _NO_WORD_BEFORE.search(text[max(0, start - _APART) : first])
    behind = _NO_WORD_BEHIND.match(text[end : end + _APART])
    return (_figures(before[0]) if before else 0) + (_figures(behind[0]) if behind else 0)


def _figures(text: str) -> int:
    return len(_FIGURES.findall(text)) if text and text != " " else 0


def _endings(links: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    lines = data_file("text", "tlds.txt").read_text(encoding="utf-8").splitlines()
    known = frozenset(" ".join(line for line in lines if not line.startswith("#")).split())
    return known, frozenset(links["endings"]["sure"])


__all__ = ["Hint", "Hinted", "Hints"]
