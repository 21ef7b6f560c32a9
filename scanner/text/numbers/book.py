"""The book of number words: what "seven", "шестьдесят", "triple", "加号" and "幺" read as, in every language.

The words lie in `lexicons/text/number_words.csv` (lang, reads, words). `reads` is a value (0 to 1000), a
repetition (x2 "double"; p0 "four zeros"), "+" (the international prefix), "join" (words people put between
digits), or a habit of the language: "link" joins unit and ten in compounds ("vierundvierzig"), "teens" says that
ten and unit add up ("on yedi"), "count" that "three zero" may mean 000. Rows of `han` are single characters.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from scanner.text.data import data_file
from scanner.text.fold import fold
from scanner.text.wholewords import WholeWords

Meaning = int | str
"""A value, or "x2", "x3", "x4", "p0" to "p9", "+", "join"."""
_STRONG_LENGTH = 4
"""Latin words below this length ("do", "on", "ba", "sat") are words of many languages: they need company."""


@cache
def spaced_letters() -> frozenset[str]:
    """What FlashText takes for a part of a word: letters and marks of scripts that write spaces.

    Digits part words here ("86one"), and so do Chinese characters. A plain set: FlashText asks for every character.
    """
    return frozenset(c for c in map(chr, range(0x2000)) if c.isalpha() or unicodedata.category(c)[0] == "M")


def is_unspaced_word(word: str) -> bool:
    """Whether digits are glued together in the word's script: Thai and all that Unicode lists behind it
    (Lao, Burmese, Khmer, kana, Chinese, Korean)."""
    return any(char >= "\u0e00" for char in word)


class NumberBook:
    """Number words compiled. Immutable; `NumberBook.shipped()` is shared by all."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self.meanings: dict[str, dict[str, Meaning]] = {}
        self.han: dict[str, int] = {}
        self.teens: set[str] = set()
        self.counts: set[str] = set()
        links: dict[str, str] = {}
        for lang, reads, words in rows:
            self._add(lang, reads, words, links)
        for lang, link in links.items():
            self._compound(lang, link)
        self.han_run = re.compile(f"[{''.join(self.han)}]{{1,64}}" if self.han else "(?!)")
        self.joiners = frozenset(w for w, m in self.meanings.items() if "join" in m.values())
        self._spaced = WholeWords((w for w in self.meanings if not is_unspaced_word(w)), spaced_letters())
        glued = [w for w in self.meanings if self._may_be_glued(w)]
        self.glued = AhoCorasick(glued, matchkind=MatchKind.LeftmostLongest)
        self.glued_words = glued

    @staticmethod
    @cache
    def shipped() -> NumberBook:
        """The book that comes with the project."""
        with data_file("text", "number_words.csv").open(encoding="utf-8") as file:
            return NumberBook([(row["lang"], row["reads"], row["words"]) for row in csv.DictReader(file)])

    def _add(self, lang: str, reads: str, words: str, links: dict[str, str]) -> None:
        meaning: Meaning = int(reads) if reads.isdecimal() else reads
        if lang == "han":
            self.han.update({char: int(reads) for char in words.split(";")})
        elif reads == "link":
            links[lang] = words
        elif reads in ("teens", "count"):
            (self.teens if reads == "teens" else self.counts).add(lang)
        else:
            for word in words.split(";"):
                self.meanings.setdefault(fold(word.strip()), {}).setdefault(lang, meaning)
                if lang == "ar" and isinstance(meaning, int) and word[0] > "z":  # "and" is written onto the word
                    self.meanings.setdefault(fold("و" + word.strip()), {}).setdefault(lang, meaning)

    def _compound(self, lang: str, link: str) -> None:
        """Unit + link + ten: vierundvierzig, vierenveertig, خمسة وعشرون."""
        words = [(w, m[lang]) for w, m in self.meanings.items() if lang in m]
        units = [(w, v) for w, v in words if isinstance(v, int) and 0 < v < 10]
        tens = [(w, v) for w, v in words if isinstance(v, int) and 20 <= v <= 90 and v % 10 == 0]
        for unit, low in units:
            for ten, high in tens:
                if isinstance(low, int) and isinstance(high, int):
                    self.meanings.setdefault(f"{unit}{fold(link)}{ten}", {}).setdefault(lang, high + low)

    def _may_be_glued(self, word: str) -> bool:
        """Words found inside a longer run of letters: digit names, not joiners nor compounds of two words."""
        values = self.meanings[word].values()
        if is_unspaced_word(word):
            return "join" not in values
        if word[:-1] in self.meanings and self.meanings[word[:-1]] == self.meanings[word]:
            return False  # "zeroo" would take the o of "twozeroone"
        return " " not in word and len(word) > 1 and any(isinstance(v, int) and v < 100 for v in values)

    def whole_words(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Words of spaced scripts that stand alone, longest first where they overlap."""
        yield from self._spaced.find(text)

    def pieces(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Number words wherever they lie, leftmost longest, not overlapping."""
        for index, start, end in self.glued.find_matches_as_indexes(text):
            yield self.glued_words[index], start, end

    def is_weak(self, word: str) -> bool:
        """Whether the word is too short to mean a number without others of its language beside it."""
        return len(word) < _STRONG_LENGTH and word.isascii() and "en" not in self.meanings[word]


__all__ = ["Meaning", "NumberBook", "is_unspaced_word", "spaced_letters"]
