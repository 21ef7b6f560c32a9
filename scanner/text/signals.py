"""What in a folded text may be a contact without any word of a lexicon: numbers, addresses and links.

The gate asks this of every text, so it goes from cheap to costly: signs that any contact must show (a few linear
patterns and one automaton pass), then, only where one shows, a look at the place as the readers of
`scanner.detect.contact` would take it. It may say yes too often, never no to a text in which they would find a
contact that stands without a channel word; channel words stir the gate by themselves.

`folded` may be many texts joined by `SEPARATOR`; no signal reaches over one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from scanner.text.fold import SEPARATOR
from scanner.text.hints import Hinted, Hints
from scanner.text.numbers.book import NumberBook
from scanner.text.numbers.gaps import even_groups, evened
from scanner.text.numbers.likely import is_likely, is_likely_row, told_to_join
from scanner.text.numbers.runs import runs_of
from scanner.text.numbers.tokens import tokens_of

_STOP = rf"%$€£¥₹₽#@?!+=&{SEPARATOR}"
_HAN = "".join(char for char, value in NumberBook.shipped().han.items() if value < 10 and char != "么")
_FIGURE = r"\d\u2776-\u2793\u24f5-\u24ff\u2680-\u2685" + _HAN
_ROW = re.compile(rf"0(?:[^a-z0-9{_STOP}]{{0,16}}0){{6}}")
"""Seven digits, or letters that may stand for them, in an ASCII text in which `_ZEROS` made zeros of all of them."""
_ZEROS = bytes(ord("0") if chr(code) in "0123456789oil|" else code for code in range(256))
_WIDE_ROW = re.compile(rf"[{_FIGURE}](?:(?:[^\w{_STOP}]|[_点點再和杠加のと个個ー\u1173]){{0,16}}[{_FIGURE}oо]){{6}}")
_NEXT_LINE = re.compile(r"\n\s{0,6}+(?>(?:[^\W\d_]{1,6}+|第\w{1,2}+)?)\s{0,6}+[:.)=、-]?+\s{0,6}+[0-9]")
_LINE_SIGN = re.compile(r"\n[^\n\d]{0,26}\d")
"""Without it no line begins with digits or a label before them."""
_LINE_END = re.compile(r"[0-9][^\W\d_]{0,7}\s{0,6}$")
_BARE_LINE = re.compile(rf"\n[^\w\n]{{0,4}}\d[\d -]{{1,14}}[^\w\n]{{0,4}}(?=\n|$|{SEPARATOR})")
_BARE_FIRST = re.compile(r"[^\w\n]{0,4}\d[\d -]{1,14}[^\w\n]{0,4}(?=\n)")
_FIGURE_ALONE = re.compile(rf"(?![0-9])[{_FIGURE}]")
_ANY_FIGURE = re.compile(rf"[{_FIGURE}]+")
_SWAP_ROW = re.compile(rf"[0-9oil|оз](?:[^\w{_STOP}]{{0,16}}[0-9oil|оз]){{6}}")
_LETTER = re.compile("[oil|оз]")
_SWAP = re.compile(r"[0-9][oоl|з]|[oоl|з][0-9]|[0-9]i[0-9]|[ .-]oo")
"""A letter beside a digit as in "O8l2", or the letter o for zeros in a row: without it letters are letters."""
_DIGIT = re.compile("[0-9]")
_ROUNDS = re.compile("[oо]{2}")
_ENDING = re.compile(r"\.[a-z]{2}")
_PADDED = re.compile(r"[a-z0-9+/_-]{10}=")
_LONG_RUN = re.compile(r"[a-z0-9+/_-]{20,}")
_ADDRESS_SIGNS = ("@", "=", "://", "base", "decod", "解码")
_DECODING = ("base", "decod", "解码")
_BEFORE, _AFTER = 48, 160
"""Characters round a sign that are looked at."""
_SEEN = 100  # of those behind it, the ones that need no second look


def has_signals(folded: str) -> bool:
    """Whether a folded text has anything that could be a number, an address or a link."""
    if "@" in folded:
        return True
    for _ in signals_in(folded):
        return True
    return False


def has_address_signs(folded: str) -> bool:
    """Whether an e-mail address or a link may be in a folded text: cheaper than reading for them, and as sure."""
    if any(sign in folded for sign in _ADDRESS_SIGNS) or _ENDING.search(folded):
        return True
    return _hints().points_to_addresses(folded)


def figures_in(folded: str) -> Iterator[int]:
    """Where digits, in any script, and number words stand: what may be a part of a number."""
    for match in _ANY_FIGURE.finditer(folded):
        yield match.start()
    yield from _hints().number_words(folded)


def signal_at(folded: str, start: int = 0) -> int:
    """Where the first signal at or after `start` begins, -1 for none. (`signals_in` reads a buffer in one pass.)"""
    return min((start + at for at in signals_in(folded[start:] if start else folded)), default=-1)


def signals_in(folded: str, hinted: Sequence[Hinted] | None = None) -> Iterator[int]:
    """Where signals begin, kind after kind; at least one for each text of the buffer that has any.

    hinted   the hints of the text where they have been found already
    """
    if "@" in folded:
        yield from _signs(folded)
    figures = _DIGIT.search(folded) is not None
    if not folded.isascii():
        yield from _wide_rows(folded)
        if figures or _ROUNDS.search(folded):
            yield from _swapped_rows(folded)
    elif figures or "oo" in folded:
        yield from _rows(folded)
    if figures:
        yield from even_groups(folded)
    if "\n" in folded and _LINE_SIGN.search(folded):
        yield from _lines(folded)
    if found := _hints().find(folded) if hinted is None else hinted:
        yield from _hints().weighed(found, folded, likely_number)
    if "." in folded and _ENDING.search(folded):
        yield from _hints().domains(folded)
    if "=" in folded or "base" in folded or "decod" in folded or "解码" in folded:
        yield from _encoded(folded)


def _encoded(folded: str) -> Iterator[int]:
    """Base64: padded, or a long run in a text that says how to read it."""
    at = folded.find("=")
    while at >= 0:
        if at >= 10 and _PADDED.match(folded, at - 10):
            yield at
        at = folded.find("=", at + 1)
    for cue in _DECODING:
        at = folded.find(cue)
        while at >= 0:
            low, high = folded.rfind(SEPARATOR, 0, at) + 1, next_text(folded, at)
            if any(not run[0].isalpha() for run in _LONG_RUN.finditer(folded, low, high)):
                yield at
            at = folded.find(cue, high)


@cache
def _hints() -> Hints:
    return Hints.shipped()


def _signs(folded: str) -> Iterator[int]:
    at = folded.find("@")
    while at >= 0:
        yield at
        at = folded.find("@", next_text(folded, at))


def next_text(folded: str, at: int) -> int:
    """Where the text of a buffer that `at` lies in ends."""
    end = folded.find(SEPARATOR, at)
    return len(folded) if end < 0 else end


def _rows(folded: str) -> Iterator[int]:
    """Rows of ASCII digits, looked at without reading words; letters may stand for some of them."""
    zeros = folded.encode("ascii").translate(_ZEROS).decode("ascii")
    at, looked = 0, -_SEEN
    while match := _ROW.search(zeros, at):
        start, end = match.span()
        letter = _LETTER.search(folded, start, end)
        if letter is None:
            low, stop = _place(folded, start, end + 400)
            at, likely = is_likely_row(folded, start, stop, low)
            at = max(at, end)
        elif _is_new(folded, start, looked) and _SWAP.search(folded, start, end + 1):
            at, looked, likely = letter.end(), start, likely_number(folded, start, end)
        else:
            at, likely = letter.end(), False
        if likely:
            yield start
            at = next_text(folded, at)


def _swapped_rows(folded: str) -> Iterator[int]:
    """Rows of digits with letters for some of them, in text that is not all ASCII."""
    at, looked = 0, -_SEEN
    while match := _SWAP_ROW.search(folded, at):
        start, end = match.span()
        letter = _LETTER.search(folded, start, end)
        at = letter.end() if letter else end
        if letter and _is_new(folded, start, looked) and _SWAP.search(folded, start, end + 1):
            looked = start
            if likely_number(folded, start, end):
                yield start
                at = next_text(folded, at)


def _is_new(folded: str, start: int, looked: int) -> bool:
    """Whether the last look did not cover a place."""
    return start - looked >= _SEEN or SEPARATOR in folded[max(0, looked) : start]


def _wide_rows(folded: str) -> Iterator[int]:
    at = 0
    while match := _WIDE_ROW.search(folded, at):
        at, start = match.end(), match.start()
        low, stop = _place(folded, start, at + 400)
        if match[0].isascii() and not _FIGURE_ALONE.search(folded, start - 8 if start > 8 else 0, at + 24):
            end, likely = is_likely_row(folded, start, stop, low)
            at = max(at, end)
        else:
            likely = likely_number(folded, start, at)
            at = min(at + _SEEN, next_text(folded, at))
        if likely:
            yield start
            at = next_text(folded, at)


def _lines(folded: str) -> Iterator[int]:
    """Digits that go on over lines: behind labels, before units, and messages of digits with others between."""
    yield from _listed(folded)
    yield from _bare(folded)


def _listed(folded: str) -> Iterator[int]:
    at = 0
    while match := _NEXT_LINE.search(folded, at):
        start, at = match.start(), match.end() - 1
        if _LINE_END.search(folded, max(0, start - 12), start):
            stop = next_text(folded, start)
            if not told_to_join(folded[max(folded.rfind(SEPARATOR, 0, start) + 1, start - 2_000) : stop]):
                at = stop
            elif likely_number(folded, start, match.end()):
                yield start
                at = stop


def _bare(folded: str) -> Iterator[int]:
    bare: list[int] = []
    figures = 0
    for match in _BARE_LINE.finditer(folded):
        start = match.start()
        if not bare or folded.find(SEPARATOR, bare[-1], start) >= 0:
            first = _BARE_FIRST.match(folded, _place(folded, start, start)[0])
            bare, figures = [], _digits(first[0]) if first else 0
        bare.append(start)
        figures += _digits(match[0])
        if 7 <= figures <= 15 and figures > _digits(match[0]):
            yield start


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def likely_number(folded: str, start: int, end: int) -> bool:
    """Whether a number that may be somebody's lies about here."""
    low, high = _place(folded, start, end + _AFTER)
    place = evened(folded[low:high])
    book = NumberBook.shipped()
    return any(is_likely(run, place) for run in runs_of(place, tokens_of(place, book), book))


def _place(folded: str, start: int, end: int) -> tuple[int, int]:
    """Bounds of the stretch round a sign, inside its own text."""
    near = max(0, start - _BEFORE)
    stop = folded.find(SEPARATOR, start, end)
    return max(near, folded.rfind(SEPARATOR, near, start) + 1), min(len(folded), end) if stop < 0 else stop


__all__ = ["figures_in", "has_address_signs", "has_signals", "likely_number", "signal_at", "signals_in"]
