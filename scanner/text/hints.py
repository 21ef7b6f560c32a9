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
from scanner.text.numbers.book import NumberBook

Likely = Callable[[str, int, int], bool]
Hint = tuple[int, int]
"""Its kind, and for number words how many digits it is worth."""
Hinted = tuple[Hint, int, int]
"""A hint that was found: what it is, start and end in the folded text."""
_NUMBER, _SURE, _WORD = 0, 1, 2
"""Kinds of hint: a number word; one that stirs wherever it is; one that stirs as a whole word."""
_DOMAIN = re.compile(r"\.(?<=[a-z0-9]\.)[a-z]{2,18}(?![a-z0-9])")
_SPREAD_PATH = re.compile(r"\.[ ]?[a-z]{2,12}[ ]?[/?]")
_FIGURES = re.compile(r"[\d〇零一二三四五六七八九]")
_NO_WORD_BEFORE = re.compile(rf"[^a-z{SEPARATOR}]*$")
_NO_WORD_BEHIND = re.compile(rf"[^a-z{SEPARATOR}]*")
_CODE_LETTER = re.compile("[a-zα-ωа-яѐ-ӿ]")
_APART = 28


class Hints:
    """The automaton over everything, and what else shows hosts."""

    def __init__(self, book: NumberBook, addresses: Mapping[str, Any], links: Mapping[str, Any]) -> None:
        table = dict.fromkeys(_sure(links), (_SURE, 0))
        table.update(dict.fromkeys(_words(addresses, links), (_WORD, 0)))
        dots = {fold(word) for word in addresses["words"]["dot"]}
        for word, worth in _number_words(book):
            if worth or word.strip("".join(_BEFORE)) not in dots:  # " dot" would hide "dot com"
                table.setdefault(word, (_NUMBER, worth))
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
        return any(kind in (_SURE, _WORD) for (kind, _), _, _ in self.find(folded))

    def number_words(self, folded: str) -> Iterator[int]:
        """Where number words end."""
        return (end - 1 for (kind, _), _, end in self.find(folded) if kind == _NUMBER)

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


def weighed(hinted: Iterable[Hinted], folded: str, likely: Likely) -> Iterator[int]:
    """Where the hints that count begin: whole words, and number words that come to a number's length.

    likely   judges a row of number words from its start to its end
    """
    words: list[tuple[int, int, int]] = []
    for (kind, worth), start, end in hinted:
        if kind == _NUMBER:
            if folded[start] >= "\u0e00" or not folded[end : end + 1].isalpha() or folded[start].isalpha():
                words.append((start, end, worth))
        elif kind == _SURE or _is_whole(folded, start, end):
            yield start
    if words:
        yield from _chains(words, folded, likely)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether nothing goes on behind a hint, nor before it if it begins with a letter of a spaced script."""
    if text[end : end + 1].isalnum() and text[end - 1] < "\u0e00" and text[end] < "\u0e00":
        return False
    return not ("a" <= text[start] < "\u0e00" and text[start].isalpha() and text[start - 1 : start].isalpha())


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
    before = _NO_WORD_BEFORE.search(text[max(0, start - _APART) : start + 1])
    behind = _NO_WORD_BEHIND.match(text[end : end + _APART])
    return (_figures(before[0]) if before else 0) + (_figures(behind[0]) if behind else 0)


def _figures(text: str) -> int:
    return len(_FIGURES.findall(text)) if text and text != " " else 0


_BEFORE = (" ", "-", ",", "\n", ".", "/", "(", ":")
_WORTH = 5
"""Digits that number words, and digits beside them, must come to: two of the seven may lie in words that no hint
shows, such as the first of a text and words of two letters."""


def _number_words(book: NumberBook) -> Iterator[tuple[str, int]]:
    """Words worth digits, with how many; joining ones ("and") count behind a digit only.

    Latin ones with what stands before a word ("phone" holds "one"), or glued to another of their kind.
    """
    words = {**book.meanings, **{w.replace("'", "’"): m for w, m in book.meanings.items()}}
    for word, meanings in words.items():
        worth = max((_worth(m) for m in meanings.values()), default=0)
        if not worth:
            yield from _after_figures(word)
            continue
        if " " in word:
            continue
        if word[0] >= "\u0e00":
            yield word, worth
            continue
        if worth == 1:
            yield from ((figure + word, 2) for figure in "0123456789")
        if len(word) > 2 or not word.isascii():
            yield from ((sign + word, worth) for sign in _BEFORE)
    digits = [w for w, m in book.meanings.items() if m.get("en") in range(10) and len(w) > 2]
    yield from ((one + two, 2) for one in digits for two in digits)
    yield from _short_pairs(book)


def _after_figures(word: str) -> Iterator[tuple[str, int]]:
    """A joining word with the digit before it, "86 then", "138后面": anywhere else it joins no number.

    A letter that may stand for a digit makes a part number of the digits that it touches.
    """
    gaps = (" ", ", ", "\n") if _CODE_LETTER.match(word) else ("", " ", ", ", "\n")
    yield from ((f"{figure}{gap}{word}", 1) for figure in "0123456789" for gap in gaps)


def _short_pairs(book: NumberBook) -> Iterator[tuple[str, int]]:
    """Two digits in words of a language, one of them of two Latin letters ("er si"): alone they are in every text."""
    of_lang: dict[str, list[str]] = {}
    for word, meanings in book.meanings.items():
        if word.isascii() and " " not in word:
            for lang, meaning in meanings.items():
                if isinstance(meaning, int) and meaning < 10:
                    of_lang.setdefault(lang, []).append(word)
    for digits in of_lang.values():
        for short in (word for word in digits if len(word) == 2):
            for other in digits:
                for sign in (" ", "-", ", "):
                    yield f" {short}{sign}{other}", 2
                    yield f" {other}{sign}{short}", 2


def _worth(meaning: int | str) -> int:
    if isinstance(meaning, int):
        return max(1, len(str(meaning)))
    return {"x": 3, "p": 6}.get(meaning[0], 0)


_MAIL = ("gmail", "hotmail", "yahoo", "naver", "yandex", "outlook")
_SIGNS = ("://", "www.", "www .", "www ", "w w w", ":/ /", ": //", "(at)", "[at]", "{at}", "{a}", "%40", "skype:")


def _sure(links: Mapping[str, Any]) -> Iterator[str]:
    yield from (*_SIGNS, "艾特", "골뱅이", "アット")
    for host in links["deeplinks"]:
        label, _, ending = host.rpartition(".")
        if len(host) <= 7:
            yield from (f"{label}{point}{ending}" for point in (" . ", " .", ". ", "·", " dot ", "(dot)"))
    yield from (f".{name}" for name in links["endings"]["idn"])


def _words(addresses: Mapping[str, Any], links: Mapping[str, Any]) -> Iterator[str]:
    """Endings of hosts with a word or a spread point before them, and names of mail hosts."""
    dots = [fold(word) for word in addresses["words"]["dot"]]
    parts = {fold(word) for word, text in addresses["parts"].items() if text.strip(".") in ("com", "net", "org", "ru")}
    names = [*links["endings"]["sure"], "c o m", "c.o.m", *sorted(parts)]
    for name in (*names, "me", "it", "de", "in", "id"):
        yield from (
            f"{dot}{blank}{name}"
            for dot in dots
            if name in names or len(dot) > 3 or dot == "dot"
            for blank in ("", " ", ", ", "\n")
        )
    for name in (*names, "me", "it", "de", "in", "id"):
        yield from (f"{sign}{name}" for sign in ("[.]", "(.)", "{.}"))
    for name in names:
        yield from (f"{sign}{name}" for sign in (" .", ". ", " . ", "·", "•", "。", "・", "[.]", "(.)"))
    yield from ("gmail", "hotmail", "foxmail", "g m a i l")
    yield from (fold(name) for name, text in addresses["parts"].items() if text in _MAIL or len(text) > 4)
    yield from (f"{sign}{name}{gap}com" for name in addresses["hosts"] for sign in " \n" for gap in " \n")
    yield from (fold(word) for word in addresses["words"]["at"] if len(word) > (5 if word.isascii() else 4))
    yield from (f"{sign}{name}" for name in addresses["hosts"] for sign in "#*&^~|$")


def _endings(links: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    lines = data_file("text", "tlds.txt").read_text(encoding="utf-8").splitlines()
    known = frozenset(" ".join(line for line in lines if not line.startswith("#")).split())
    return known, frozenset(links["endings"]["sure"])


__all__ = ["Hint", "Hinted", "Hints", "weighed"]
