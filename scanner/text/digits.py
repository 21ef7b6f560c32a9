"""Numbers as a person reads them: of any script and shape, spelled, spaced out, over messages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.model import Span
from scanner.text.numbers.book import NumberBook
from scanner.text.numbers.gaps import evened
from scanner.text.numbers.runs import Piece, runs_of
from scanner.text.numbers.tokens import tokens_of
from scanner.text.reading import Reading

MAX_NUMBERS = 400
"""Numbers taken from one text."""


class Number(NamedTuple):
    """A run of digits as a person would read it.

    digits   ASCII digits, "+" not included
    plus     an international prefix was written ("+", "plus", "加号"; "00" stays in the digits)
    span     original, from the first to the last digit or number word, with a leading + or bracket
    evasion  disguises undone: "digits", "spelled", "spaced", "split_messages"
    pieces   the runs of digits that something parts, in order; they index the folded text
    words    how many digits were written as words
    """

    digits: str
    plus: bool
    span: Span
    evasion: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    words: int = 0

    @property
    def groups(self) -> tuple[int, ...]:
        """Lengths of the pieces."""
        return tuple(len(piece.digits) for piece in self.pieces)

    @property
    def start(self) -> int:
        """Start in the folded text."""
        return self.pieces[0].start

    @property
    def end(self) -> int:
        """End in the folded text."""
        return self.pieces[-1].end


def number_of(reading: Reading, pieces: tuple[Piece, ...]) -> Number:
    """The number that these pieces are."""
    view = reading.folded
    start, end = pieces[0].start, pieces[-1].end
    if start > 0 and view.text[start - 1] in "([" and any(c in ")]" for c in view.text[start : end + 1]):
        start -= 1
    span = view.span(start, end)
    return Number(
        digits="".join(piece.digits for piece in pieces),
        plus=pieces[0].plus,
        span=span,
        evasion=tuple(_evasion(reading, pieces, span)),
        pieces=pieces,
        words=sum(len(piece.digits) for piece in pieces if piece.kind in ("word", "leet")),
    )


def _evasion(reading: Reading, pieces: tuple[Piece, ...], span: Span) -> list[str]:
    if len(pieces) == 1 and pieces[0].kind == "plain":  # the common case
        odd = ("digits",) if _odd_digits(reading, span) else ()
        return [*odd, *(("split_messages",) if reading.crosses(span) else ())]
    kinds = {piece.kind for piece in pieces}
    out = []
    if kinds & {"swap", "leet"} or _odd_digits(reading, span) or len(kinds & {"plain", "script", "han", "number"}) > 1:
        out.append("digits")
    if kinds & {"word", "han", "number", "leet"}:
        out.append("spelled")
    singles = sum(len(piece.digits) == 1 and piece.kind in ("plain", "script") for piece in pieces)
    if singles >= 5 or any(piece.gap in ("o", "join", "label", "unit", "x") for piece in pieces[1:]):
        out.append("spaced")
    if reading.crosses(span):
        out.append("split_messages")
    return out


def _odd_digits(reading: Reading, span: Span) -> bool:
    """Whether digits are of a shape or script that the text around does not explain."""
    text = reading.slice(span)
    if text.isascii():
        return False
    if "\u20e3" in text:
        return True
    for char in text:
        if not char.isascii() and unicodedata.digit(char, None) is not None and not _is_native(char, reading.text):
            return True
    return False


def _is_native(char: str, text: str) -> bool:
    """Whether a digit belongs to the script of the text: full-width in Chinese, Devanagari in Hindi."""
    script = unicodedata.name(char, "").split(" ", 1)[0].split("-")[0]
    if script == "EXTENDED":
        script = "ARABIC"
    wanted = {"FULLWIDTH": ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")}.get(script, (script,))
    return any(unicodedata.name(c, "").startswith(wanted) for c in text[:400] if c.isalpha())


def read_numbers(reading: Reading, book: NumberBook | None = None, *, shortest: int = 1) -> list[Number]:
    """Every number of the text, in text order: all runs of `shortest` digits or more that a reader takes as one."""
    view = reading.folded
    joints = [view.index(joint) for joint in sorted(reading.joints)]
    text = evened(view.text)
    tokens = tokens_of(text, book := book or NumberBook.shipped())
    runs = runs_of(text, tokens, book, joints)[:MAX_NUMBERS]
    runs += _interleaved(view.text, runs, joints)
    return [number_of(reading, tuple(run)) for run in runs if sum(len(piece.digits) for piece in run) >= shortest]


def _interleaved(text: str, runs: Sequence[Sequence[Piece]], joints: Sequence[int]) -> Iterator[list[Piece]]:
    """Messages that hold digits and nothing else, read on over the messages sent between them."""
    if not joints:
        return
    bounds = [-1, *joints, len(text)]
    bare: list[Sequence[Piece]] = []
    apart = False
    last = -1
    for i in range(len(bounds) - 1):
        inside = [run for run in runs if bounds[i] < run[0].start and run[-1].end <= bounds[i + 1]]
        if len(inside) == 1 and _is_bare(text[bounds[i] + 1 : bounds[i + 1]], inside[0]):
            apart |= bool(bare) and i - last > 1
            bare.append(inside[0])
            last = i
    total = sum(len(piece.digits) for run in bare for piece in run)
    if apart and 7 <= total <= 15:
        first, *rest = (piece for run in bare for piece in run)
        starts = {run[0].start for run in bare}
        yield [first, *(p._replace(gap="apart") if p.start in starts else p for p in rest)]


def _is_bare(message: str, run: Sequence[Piece]) -> bool:
    """Whether a message has at most three letters beside its number."""
    digits = sum(piece.end - piece.start for piece in run)
    return sum(c.isalnum() for c in message) - digits <= 3


__all__ = ["Number", "NumberBook", "Piece", "number_of", "read_numbers"]
