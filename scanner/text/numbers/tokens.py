"""Tokens: the digits, number words and letters-for-digits of a folded text, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from scanner.text.charmap import CharMap
from scanner.text.fold import STEADY_LETTERS
from scanner.text.numbers.book import Meaning, NumberBook

MAX_TOKENS = 6_000
"""Tokens taken from one text; what lies beyond is not read as numbers."""
_LETTER = "a-zα-ωа-яѐ-ӿ"  # letters that may stand for digits, or make a code of digits beside them
_SWAPS = {
    "o": "0", "о": "0", "ο": "0", "σ": "0", "i": "1", "l": "1", "|": "1", "ι": "1", "і": "1", "s": "5", "ѕ": "5",
    "b": "8", "в": "8", "z": "2", "з": "3", "б": "6", "g": "9", "q": "9", "ч": "4",
}  # fmt: skip
_SWAP_LETTERS = "".join(_SWAPS)
_ROUND = frozenset("oоο")
_THIN = frozenset("oоοil|")
_LETTERS = frozenset(map(chr, (*range(ord("a"), ord("z") + 1), *range(ord("а"), ord("я") + 1))))
"""Letters that make a code of the digits that they touch."""
_SWAP_RUN = re.compile(rf"(?<![{_LETTER}_])[0-9{''.join(_SWAPS)}]++(?![{_LETTER}])|[0-9]++")
_CODE = re.compile(r"[a-z0-9]+")
_GOES_ON = re.compile(r"[0-9]{1,2}(?![0-9])")
_LEET = str.maketrans("01345789", "oieastbg")


class _DigitTable(dict[int, str]):
    """`str.translate` table: every character that Unicode calls a digit -> its ASCII digit, one for one."""

    def __missing__(self, code: int) -> str:
        if code in _APOSTROPHES:
            return "'"
        value = _SYMBOLS.get(code)
        if value is None:
            value = unicodedata.digit(chr(code), None)
        out = chr(code) if value is None else str(value)
        if len(self) < 60_000:
            self[code] = out
        return out


_SYMBOLS = {0x1F3B1: 8, 0x1F51F: 0, **{0x2680 + i: i + 1 for i in range(6)}}
"""Pictures that show a digit: the eight ball and dice. (The keycap ten is read as 0 after the 1 put before it.)"""
_APOSTROPHES = frozenset((0x2018, 0x2019, 0x02BC, 0xFF07))
_DIGITS = CharMap(_DigitTable(), "\t\n -~\u0430-\u044f" + STEADY_LETTERS)


class Token(NamedTuple):
    """A piece of a number. `start`/`end` index the folded text. (A tuple: a listing has dozens.)

    kind      "plain" (ASCII digits after folding), "script" (digits of another script), "swap" (letters for
              digits among them), "han", "number" (Chinese with 十 or 百), "word", "leet" (a number word with
              digits in it), "plus"
    digits    what plain, script, swap and multi-character han tokens read as
    meanings  for words: language -> value or repetition
    code      whether letters touch the digits (a part number, or a channel word glued on)
    """

    start: int
    end: int
    kind: str
    digits: str = ""
    meanings: Mapping[str, Meaning] = MappingProxyType({})
    weak: bool = False
    code: bool = False


def normal_digits(folded: str) -> str:
    """Folded text with every digit character as ASCII; same length."""
    return folded if folded.isascii() else _DIGITS.apply(folded)


def tokens_of(folded: str, book: NumberBook) -> list[Token]:
    """Every token of a folded text in text order, not overlapping; at most `MAX_TOKENS`."""
    text = normal_digits(folded)
    words = _words(text, book)
    found = [*words, *_digit_runs(folded, _masked(text, words), book), *_pluses(text)]
    if not text.isascii():
        found.extend(_han(text, book))
    return _disjoint(found)[:MAX_TOKENS]


def _masked(text: str, words: list[Token]) -> str:
    """The text with number words blotted out: in "5five5" no letter touches a digit."""
    out: list[str] = []
    at = 0
    for word in words:
        if word.start >= at and any(meaning != "join" for meaning in word.meanings.values()):
            out += (text[at : word.start], "\x01" * (word.end - word.start))
            at = word.end
    return "".join((*out, text[at:])) if out else text


def _disjoint(tokens: list[Token]) -> list[Token]:
    """The tokens in text order; of overlapping ones the first, of those that begin together the longest."""
    out: list[Token] = []
    at = 0
    for token in sorted(tokens, key=lambda token: (token.start, -token.end)):
        if token.start >= at:
            out.append(token)
            at = token.end
    return out


def _digit_runs(folded: str, text: str, book: NumberBook) -> Iterator[Token]:
    for match in _SWAP_RUN.finditer(text):
        run, start, end = match[0], match.start(), match.end()
        if run.isdecimal():
            yield _plain(folded, text, start, end, book)
        elif any(c.isdecimal() for c in run):
            yield from _swapped(text, run, start, end)
        elif _ROUND.issuperset(run):
            yield Token(start, end, "swap", "0" * len(run), weak=True)


def _swapped(text: str, run: str, start: int, end: int) -> Iterator[Token]:
    """Letters among digits: a swap where they fill places of the number ("O8l2"), else a code ("B13", "20L")."""
    head = len(run) - len(run.lstrip(_SWAP_LETTERS))
    tail = len(run) - len(run.rstrip(_SWAP_LETTERS))
    odd_head = head and not _fills(run[:head], len(run) - head)
    odd_tail = tail and not _ends_round(run[-tail:]) and not (head or _inner(run[: -tail or None]))
    if not odd_head and not odd_tail and not _in_name(text, start):
        yield Token(start, end, "swap", "".join(_SWAPS.get(c, c) for c in run))
        return
    core = run.strip(_SWAP_LETTERS)
    if core.isdecimal():
        yield Token(start + head, start + head + len(core), "plain", core, code=True)


def _in_code(text: str, start: int) -> bool:
    """Whether a hyphen ties digits to a code ("M2L-1000", "B-4477"); to a word ("tel-138") it does not."""
    if start < 2 or text[start - 1] != "-" or text[start - 2] not in _LETTERS or text[start - 2] in _ROUND:
        return False
    low = start - 2
    while low > 0 and start - low < 8 and _CODE.fullmatch(text[low - 1]):
        low -= 1
    head = text[low : start - 1]
    return len(head) == 1 or any(c.isdecimal() for c in head)


def _in_name(text: str, start: int) -> bool:
    """Whether a hyphen ties the run to a letter, as in "CD-i200"."""
    return start > 1 and text[start - 1] == "-" and text[start - 2] in _LETTERS and text[start - 2] not in _ROUND


def _fills(letters: str, rest: int) -> bool:
    """Whether letters at the head stand for digits: any number of o, an l or i before two digits or more."""
    if _ROUND.issuperset(letters) or (len(letters) <= 2 and set(letters) <= set("oоοli|іι") and rest >= 2):
        return True
    return len(letters) == 1 and letters in "збч"


def _ends_round(letters: str) -> bool:
    """Whether letters at the tail stand for digits: any number of o, an i or l with one ("2OI")."""
    return _ROUND.issuperset(letters) or (
        len(letters) == 2 and not _ROUND.isdisjoint(letters) and set(letters) <= _THIN
    )


def _inner(run: str) -> bool:
    return any(c in _SWAPS for c in run)


def _plain(folded: str, text: str, start: int, end: int, book: NumberBook) -> Token:
    touches = text[start - 1 : start] in _LETTERS or text[end : end + 1] in _LETTERS
    if touches and (word := _leet_word(text, start, end, book)):
        return word
    kind = "plain" if folded[start:end].isascii() else "script"
    return Token(start, end, kind, text[start:end], code=touches or _in_code(text, start))


def _leet_word(text: str, start: int, end: int, book: NumberBook) -> Token | None:
    """ "f0ur", "s1x", "thr33": a number word in which digits stand for letters."""
    low = start
    while low > 0 and start - low < 6 and _CODE.fullmatch(text[low - 1]):
        low -= 1
    match = _CODE.match(text, low, low + 7)
    if match is None or match.end() < end or not 3 <= match.end() - low <= 6:
        return None
    word = match[0].translate(_LEET)
    if word == match[0] or "en" not in book.meanings.get(word, {}):
        return None
    return Token(low, match.end(), "leet", meanings=book.meanings[word])


def _words(text: str, book: NumberBook) -> list[Token]:
    tokens = [
        _word_token(word, start, end, book)
        for word, start, end in book.whole_words(text)
        if not _is_prefix(text, word, start, end, book)
    ]
    tokens.extend(_glued(text, book))
    return sorted(tokens, key=lambda token: (token.start, -token.end))


def _word_token(word: str, start: int, end: int, book: NumberBook) -> Token:
    meanings = book.meanings[word]
    return Token(start, end, "word", meanings=meanings, weak=book.is_weak(word))


def _glued(text: str, book: NumberBook) -> Iterator[Token]:
    """Words that touch each other: "onefivezero", "공일공", "ศูนย์แปด"; Latin ones only three at a time."""
    chain: list[tuple[str, int, int]] = []
    for piece in book.pieces(text):
        if chain and piece[1] != chain[-1][2]:
            if len(chain) > 1 or not text[chain[0][1]].isascii():  # the common case is one inside another word
                yield from _chain(text, chain, book)
            chain = []
        chain.append(piece)
    if chain:
        yield from _chain(text, chain, book)


def _chain(text: str, chain: list[tuple[str, int, int]], book: NumberBook) -> Iterator[Token]:
    low, high = chain[0][1], chain[-1][2]
    latin = text[low] < "\u0e00"
    if latin and (len(chain) < 2 or (len(chain) < 3 and not _by_digit(text, low, high))):
        return
    inside = _same_script(text, low - 1, low) or _same_script(text, high, high - 1)
    if latin and inside:
        return
    if inside and len(chain) < 3 and "\uac00" <= text[low] < "\ud7a4":
        return
    for word, start, end in chain:
        yield Token(start, end, "word", meanings=book.meanings[word], weak=len(word) == 1)


def _is_prefix(text: str, word: str, start: int, end: int, book: NumberBook) -> bool:
    """Letters before a code that happen to be a short number word: "EN1186", "san1738519"."""
    if not book.is_weak(word):
        return False
    before, behind = text[start - 1 : start].isdecimal(), text[end : end + 1].isdecimal()
    if behind and not before and _GOES_ON.match(text, end) and text[max(0, start - 2) : start - 1].isdecimal():
        return False  # "55 dos3 cuatro5"
    return before != behind or (before and len(word) < 3)


def _by_digit(text: str, low: int, high: int) -> bool:
    """Whether a digit stands directly beside."""
    return text[low - 1 : low].isdecimal() or text[high : high + 1].isdecimal()


def _same_script(text: str, at: int, inner: int) -> bool:
    """Whether the letter at `at` goes on the word that `inner` is in (Korean writes spaces, Thai none)."""
    if not 0 <= at < len(text) or not text[at].isalpha():
        return False
    return ("\uac00" <= text[at] < "\ud7a4") == ("\uac00" <= text[inner] < "\ud7a4")


_PLUS = re.compile(r"\++|➕|✚")


def _pluses(text: str) -> Iterator[Token]:
    """Prefix signs; one behind a digit is a sum ("6,400+4,950")."""
    if text.isascii() and "+" not in text:
        return
    for match in _PLUS.finditer(text):
        before = text[max(0, match.start() - 2) : match.start()].rstrip()
        if not before or not (before[-1].isdecimal() or before[-1] in ")%"):
            yield Token(match.start(), match.end(), "plus")


def _han(text: str, book: NumberBook) -> Iterator[Token]:
    """Runs of Chinese numerals: one by one, or with 十 and 百 a number ("八十六" is 86)."""
    for match in book.han_run.finditer(text):
        values = [book.han[c] for c in match[0]]
        kind = "han" if max(values) < 10 else "number"
        yield Token(match.start(), match.end(), kind, _han_digits(values), weak=len(values) == 1)


def _han_digits(values: list[int]) -> str:
    if all(value < 10 for value in values):
        return "".join(map(str, values))
    total, unit = 0, 0
    for value in values:
        if value < 10:
            unit = unit * 10 + value
        else:
            total, unit = total + (unit or 1) * value, 0
    return str(total + unit)


__all__ = ["MAX_TOKENS", "Token", "normal_digits", "tokens_of"]
