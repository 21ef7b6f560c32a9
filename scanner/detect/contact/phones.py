"""Telephone numbers: which of the numbers in a text are somebody's telephone, and how surely.

Scores, without any channel word: 0.9 and up certain by itself (a written international prefix, a contact word
with a telephone's shape, a strongly disguised number: nobody spells out a part number); 0.7 likely (the shape and
grouping of a mobile); 0.5 only beside a channel word. What scores less is not returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from scanner.detect.contact.around import FAR, Around, Surroundings, bounds_of
from scanner.detect.contact.likelihood import BARE_PREFIX, STRONG, phone_cue, score_of
from scanner.detect.contact.parts import Contact
from scanner.detect.contact.shapes import Shape, Shapes
from scanner.lexicon.pack import Pack
from scanner.model import Span
from scanner.text.digits import Number, number_of, read_numbers
from scanner.text.numbers.windows import SHORTEST, Window, is_something_else, windows_of
from scanner.text.reading import Reading

FLOOR = 0.5
MAX_WINDOWS = 3_000
"""Windows looked at in one text."""
_CUE_SETS = (
    "phone", "phone_near", "number_near", "personal", "innocent_before", "innocent_after", "reverse", "join",
    "third_party", "address_word", "address", "carrier", "contract",
)  # fmt: skip
_SECRETIVE = frozenset(("digits", "spelled", "spaced"))
"""Nobody disguises the number of a consignee."""


class _Judged(NamedTuple):
    window: Window
    number: Number
    shape: Shape
    score: float
    why: str
    cue: Span | None = None


class PhoneReader:
    """Reads telephone numbers. Built once from the packs of category contact; holds no state after."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._regions: dict[str, Mapping[str, Any]] = {}
        for pack in packs:
            self._regions.update(pack.settings.get("regions", {}))
        self._surroundings = Surroundings(packs, _CUE_SETS)

    @cached_property
    def shapes(self) -> Shapes:
        """The numbering plans, compiled when first needed."""
        return Shapes(self._regions)

    def read(self, reading: Reading) -> list[Contact]:
        """Every telephone number of the text, in text order; they do not overlap."""
        numbers = read_numbers(reading, shortest=SHORTEST)
        windows = list(_windows(numbers, reading.folded.text))
        if not windows:
            return []
        around = self._surroundings.of(reading)
        judged = [self._judge(window, number, reading, around) for window, number in windows]
        judged = [one for one in judged if one.score >= FLOOR]
        return [self._contact(j, reading, around) for j in _disjoint(judged)]

    def _judge(self, window: Window, number: Number, reading: Reading, around: Around) -> _Judged:
        digits = "".join(piece.digits for piece in window)
        shape = self.shapes.of(digits, plus=window[0].plus, first=len(window[0].digits))
        told = False
        if shape.kind not in STRONG and around.has("reverse"):
            turned = self.shapes.of(digits[::-1])
            shape, told = (turned, True) if turned.kind in STRONG else (shape, False)
        read = number if window == number.pieces else number_of(reading, window)
        cue = phone_cue(around, window[0].start)
        score, why = score_of(window, read, shape, around, cue)
        if score == BARE_PREFIX and len(window) < 4 and not self.shapes.knows(shape.value):
            score = 0.6
        if told:
            score, why = max(score, 0.9), "digits backwards, and words that say so"
            read = read._replace(evasion=(*read.evasion, "reversed"))
        return _Judged(window, read, shape, round(score, 2), why, cue.span if cue else None)

    def _contact(self, judged: _Judged, reading: Reading, around: Around) -> Contact:
        low, high = bounds_of(reading, judged.window[0].start)
        start, end = judged.window[0].start, judged.window[-1].end
        third, contract = whose(around, (low, high), (start, end))
        third = third and _SECRETIVE.isdisjoint(judged.number.evasion)
        return Contact(
            kind="phone",
            channel=None,
            value=judged.shape.value,
            span=judged.number.span,
            score=judged.score,
            evasion=judged.number.evasion,
            why=judged.why,
            third_party=third,
            contract=contract,
            cue=judged.cue,
        )


def _windows(numbers: Sequence[Number], text: str) -> Iterator[tuple[Window, Number]]:
    """The stretches of the numbers that may be telephones, of the first `MAX_WINDOWS`."""
    every = ((window, number) for number in numbers for window in windows_of(number.pieces))
    for window, number in islice(every, MAX_WINDOWS):
        if not is_something_else(window, text):
            yield window, number


def whose(around: Around, message: tuple[int, int], place: tuple[int, int]) -> tuple[bool, bool]:
    """Whether a number is a third party's, and whether talk of contracts or labels stands around."""
    (low, high), (start, end) = message, place
    low, high = max(low, start - FAR), min(high, end + 90)
    mine = around.before("personal", start) or around.after("personal", end)
    roles = around.count("third_party", low, high) + around.count("address_word", low, high)
    carried = around.count("carrier", max(low, start - 90), high)
    third = not mine and (roles + carried > 0 or around.count("address", low, high) >= 2)
    return third, around.count("contract", low, high) > 0


def _disjoint(judged: Sequence[_Judged]) -> list[_Judged]:
    """The best of those that overlap: surer first, then longer."""
    chosen: list[_Judged] = []
    for one in sorted(judged, key=lambda j: (-j.score, -len(j.number.digits), j.number.span.start)):
        if not any(one.number.span.overlaps(other.number.span) for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda j: j.number.span.start)


__all__ = ["PhoneReader", "whose"]
