"""Runs: tokens that a reader would take for one number, with number words read out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from scanner.text.numbers.book import Meaning, NumberBook
from scanner.text.numbers.gaps import gap_kind
from scanner.text.numbers.tokens import Token

_WRITTEN = ("plain", "script")
MAX_PIECES = 48
"""Pieces of one run; a longer one is cut there."""


class Piece(NamedTuple):
    """Digits that stand together. `start`/`end` index the folded text; `gap` is the kind before it.

    kind  as in `Token`: plain, script, swap, han, word or leet; `code` when letters touch it
    """

    digits: str
    start: int
    end: int
    kind: str
    gap: str
    plus: bool = False
    code: bool = False


def runs_of(text: str, tokens: Sequence[Token], book: NumberBook, joints: Collection[int] = ()) -> list[list[Piece]]:
    """Tokens joined into runs over gaps that a reader skips. `joints` index the folded text."""
    runs: list[list[Piece]] = []
    chain: list[tuple[Token, str]] = []
    for token in tokens:
        gap = _gap(text, chain, token, joints, book)
        if gap is None or len(chain) >= MAX_PIECES:
            runs.extend(_read(chain, book))
            chain, gap = [], "line"
        chain.append((token, gap))
    runs.extend(_read(chain, book))
    return runs


def _gap(
    text: str, chain: list[tuple[Token, str]], token: Token, joints: Collection[int], book: NumberBook
) -> str | None:
    if not chain:
        return None
    start, end = chain[-1][0].end, token.start
    if end - start > 16:
        return None
    between = text[start:end]
    if between in ("个", "個"):
        return "times"
    at_joint = "\n" in between and any(start <= joint < end for joint in joints)
    return gap_kind(between, at_joint, book.joiners)


def _read(chain: list[tuple[Token, str]], book: NumberBook) -> list[list[Piece]]:
    """The chain with its words read in the language that most of them are of; weak strays part it."""
    if not chain:
        return []
    if all(token.kind in _WRITTEN and gap != "times" for token, gap in chain):  # digits, the common case
        return [[Piece(t.digits, t.start, t.end, t.kind, gap, False, t.code) for t, gap in chain]]
    lang = _language(chain)
    parts: list[list[tuple[Token, str, Meaning | None]]] = [[]]
    for i, (token, gap) in enumerate(chain):
        wordy = token.kind in ("word", "leet")
        meaning = _meaning(token, lang) if wordy else None
        if (wordy and meaning is None) or (token.weak and _is_stray(chain, i, lang)):
            parts.append([])
        else:
            parts[-1].append((token, gap, meaning))
    return [pieces for part in parts if (pieces := _Reader(book, lang).pieces(part))]


def _language(chain: Sequence[tuple[Token, str]]) -> str:
    votes: dict[str, int] = {}
    for token, _ in chain:
        for lang, meaning in token.meanings.items():
            if meaning != "join":
                votes[lang] = votes.get(lang, 0) + 1
    return max(votes, key=lambda lang: votes[lang], default="")


def _meaning(token: Token, lang: str) -> Meaning | None:
    """What a word means in the run's language; a long enough word of another language means itself."""
    if lang in token.meanings:
        return token.meanings[lang]
    return None if token.weak else next(iter(token.meanings.values()))


def _is_stray(chain: Sequence[tuple[Token, str]], i: int, lang: str) -> bool:
    """Whether a weak token has no number of its own kind beside it."""
    token = chain[i][0]
    sides = [chain[j][0] for j in (i - 1, i + 1) if 0 <= j < len(chain)]
    near = [gap for gap in (chain[i][1], chain[i + 1][1] if i + 1 < len(chain) else "line") if gap in _CLOSE]
    if not near or not sides:
        return True
    if token.kind == "swap":
        return not any(side.kind in ("plain", "swap", "han", "number", "script", "word") for side in sides)
    if token.kind in ("han", "number"):
        return not any(side.kind in ("han", "number", "plain", "script", "word") for side in sides)
    tight = any(gap == "" for gap in near) and any(side.kind in ("plain", "script") for side in sides)
    return not tight and not any(side.kind in ("word", "leet") and lang in side.meanings for side in sides)


_CLOSE = frozenset(("", " ", "-", ".", ",", "/", "o", "(", "times", "join"))


class _Reader:
    """Reads one chain from left to right: repeats, tens and hundreds, the international prefix."""

    def __init__(self, book: NumberBook, lang: str) -> None:
        self.teens = lang in book.teens
        self.out: list[Piece] = []
        self.values: list[int | None] = []  # what the last pieces were worth as words; None for written digits
        self.plus: Token | None = None
        self.times = 1
        self.times_start = 0

    def pieces(self, part: Sequence[tuple[Token, str, Meaning | None]]) -> list[Piece]:
        gap = "line"
        for token, own_gap, meaning in part:
            gap = own_gap if own_gap != " " or gap not in ("join", "line") else gap
            if token.kind == "plus" or meaning == "+":
                self.plus, gap = token, "line" if not self.out else gap
            elif meaning == "join":
                gap = "join"
            elif isinstance(meaning, str):
                self._repeat(token, meaning, gap)
            elif meaning is not None:
                if meaning == 1000 and self.values and (self.values[-1] or 0) >= 10:
                    return []  # "fifty thousand": an amount
                self._word(token, meaning, gap)
                gap = ""
            else:
                self._digits(token, gap)
                gap = ""
        return self.out

    def _repeat(self, token: Token, meaning: str, gap: str) -> None:
        if meaning.startswith("x"):
            self.times, self.times_start = int(meaning[1:]), token.start
            return
        last = self.out[-1] if self.out else None
        if last and len(last.digits) == 1 and last.digits in "2345678":
            self.out.pop()
            self.values.pop()
            self._add(token, meaning[1:] * int(last.digits), last.gap, None, start=last.start, kind="word")
        else:
            self._add(token, meaning[1:], gap, None, kind="word")

    def _word(self, token: Token, value: int, gap: str) -> None:
        last = self.values[-1] if self.values else None
        composed = _compose(last, value, teens=self.teens) if self.times == 1 and gap in _TIGHT else None
        if composed is not None:
            before = self.out.pop()
            self.values.pop()
            self._add(token, str(composed), before.gap, composed, start=before.start, plus=before.plus)
        else:
            self._add(token, str(value), gap, value)

    def _digits(self, token: Token, gap: str) -> None:
        last = self.out[-1] if self.out else None
        if gap == "times" and last and last.digits in tuple("2345678"):
            self.out.pop()
            self.values.pop()
            self._add(token, token.digits[0] * int(last.digits) + token.digits[1:], last.gap, None, start=last.start)
        else:
            self._add(token, token.digits, gap, None)

    def _add(
        self,
        token: Token,
        digits: str,
        gap: str,
        value: int | None,
        *,
        start: int | None = None,
        kind: str = "",
        plus: bool = False,
    ) -> None:
        low = token.start if start is None else start
        if self.times > 1:
            digits, low, self.times = digits[:1] * self.times + digits[1:], self.times_start, 1
            kind = kind or "word"
        if self.plus is not None:
            plus, low, self.plus = True, self.plus.start, None
        self.out.append(Piece(digits, low, token.end, kind or token.kind, gap, plus, token.code))
        self.values.append(value)


_TIGHT = frozenset(("", " ", "-", "join"))


def _compose(last: int | None, value: int, *, teens: bool) -> int | None:
    """Two number words in a row as one value: 40 + 4, 9 * 100, 500 + 55, 60 + 17; None when they stay two."""
    if last is None or last == 0 or value == 0:
        return None
    if value in (100, 1000) and 0 < last < 10:
        return last * value
    if last % 100 == 0 and value < 100:
        return last + value if value >= 10 or last >= 100 else None
    if 20 <= last % 100 <= 90 and last % 10 == 0 and value < 10:
        return last + value
    if last in (60, 80) and 10 <= value <= 19:
        return last + value
    return last + value if teens and last % 100 == 10 and value < 10 else None


__all__ = ["MAX_PIECES", "Piece", "runs_of"]
