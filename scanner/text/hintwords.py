"""The words and signs that `scanner.text.hints` looks for, made from the packs' tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scanner.text.fold import fold
from scanner.text.numbers.book import NumberBook

Hint = tuple[int, int]
"""Its kind, and for number words how many digits it is worth."""
NUMBER, SURE, WORD, ROW, JOIN, DOT = range(6)
"""Kinds of hint: a number word; one that stirs wherever it is; one that stirs as a whole word; number words in a
row; a word that joins digits; a word for the point of an address."""
_CODE_LETTER = re.compile("[a-zα-ωа-яѐ-ӿ]")
_BEFORE = (" ", "-", ",", "\n", ".", "/", "(", ":")
_SHORT = 3
"""Letters up to which a word is looked for together with what stands before it: "phone" holds "one"."""


def number_words(book: NumberBook, dots: Collection[str]) -> Iterator[tuple[str, Hint]]:
    """Words worth digits, with how many; joining ones ("and") count behind a digit only.

    Short ones with what stands before a word, or glued to another of their kind. A word that is also one of the
    `dots` of addresses joins digits only where one is written right before it.
    """
    words = {**book.meanings, **{w.replace("'", "’"): m for w, m in book.meanings.items()}}
    for word, meanings in words.items():
        worth = max((_worth(m) for m in meanings.values()), default=0)
        if not worth:
            if len(word) > _SHORT and _CODE_LETTER.match(word) and word not in dots:
                yield word, (JOIN, 1)
            else:
                yield from _after_figures(word)
        elif " " not in word:
            yield from _digit_word(word, worth)
    digits = [w for w, m in book.meanings.items() if m.get("en") in range(10) and len(w) > 2]
    yield from ((one + two, (ROW, 2)) for one in digits for two in digits)
    yield from ((pair, (ROW, 2)) for pair in _short_pairs(book))


def _digit_word(word: str, worth: int) -> Iterator[tuple[str, Hint]]:
    if word[0] >= "\u0e00" or len(word) > _SHORT:
        yield word, (NUMBER, worth)
        return
    if worth == 1:
        yield from ((figure + word, (NUMBER, 2)) for figure in "0123456789")
    if len(word) > 2 or not word.isascii():
        yield from ((sign + word, (NUMBER, worth)) for sign in _BEFORE)


def _after_figures(word: str) -> Iterator[tuple[str, Hint]]:
    """A joining word with the digit before it, "86 then", "138后面": anywhere else it joins no number.

    A letter that may stand for a digit makes a part number of the digits that it touches.
    """
    gaps = (" ", ", ", "\n") if _CODE_LETTER.match(word) else ("", " ", ", ", "\n")
    yield from ((f"{figure}{gap}{word}", (NUMBER, 1)) for figure in "0123456789" for gap in gaps)


def _short_pairs(book: NumberBook) -> Iterator[str]:
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
                    yield f" {short}{sign}{other}"
                    yield f" {other}{sign}{short}"


def _worth(meaning: int | str) -> int:
    if isinstance(meaning, int):
        return max(1, len(str(meaning)))
    return {"x": 3, "p": 6}.get(meaning[0], 0)


_MAIL = ("gmail", "hotmail", "yahoo", "naver", "yandex", "outlook")
_SIGNS = ("://", "www.", "www .", "www ", "w w w", ":/ /", ": //", "(at)", "[at]", "{at}", "{a}", "%40", "skype:")


def sure_signs(links: Mapping[str, Any]) -> Iterator[str]:
    yield from (*_SIGNS, "艾特", "골뱅이", "アット")
    for host in links["deeplinks"]:
        label, _, ending = host.rpartition(".")
        if len(host) <= 7:
            yield from (f"{label}{point}{ending}" for point in (" . ", " .", ". ", "·", " dot ", "(dot)"))
    yield from (f".{name}" for name in links["endings"]["idn"])


SHORT_NAMES = ("me", "it", "de", "in", "id")
"""Endings that are words: they count behind a written or bracketed point only."""


def names_of_endings(addresses: Mapping[str, Any], links: Mapping[str, Any]) -> list[str]:
    """Endings of hosts as people write and say them."""
    parts = {fold(word) for word, text in addresses["parts"].items() if text.strip(".") in ("com", "net", "org", "ru")}
    return [*links["endings"]["sure"], "c o m", "c.o.m", *sorted(parts)]


def written_endings(addresses: Mapping[str, Any], links: Mapping[str, Any]) -> Iterator[str]:
    """Endings of hosts with a spread point before them, and names of mail hosts."""
    names = names_of_endings(addresses, links)
    for name in (*names, *SHORT_NAMES):
        yield from (f"{sign}{name}" for sign in ("[.]", "(.)", "{.}"))
    for name in names:
        yield from (f"{sign}{name}" for sign in (" .", ". ", " . ", "·", "•", "。", "・", "[.]", "(.)"))
    yield from ("gmail", "hotmail", "foxmail", "g m a i l")
    yield from (fold(name) for name, text in addresses["parts"].items() if text in _MAIL or len(text) > 4)
    yield from (f"{sign}{name}{gap}com" for name in addresses["hosts"] for sign in " \n" for gap in " \n")
    yield from (fold(word) for word in addresses["words"]["at"] if len(word) > (5 if word.isascii() else 4))
    yield from (f"{sign}{name}" for name in addresses["hosts"] for sign in "#*&^~|$")


__all__ = [
    "DOT",
    "JOIN",
    "NUMBER",
    "ROW",
    "SHORT_NAMES",
    "SURE",
    "WORD",
    "Hint",
    "names_of_endings",
    "number_words",
    "sure_signs",
    "written_endings",
]
