"""Windows: the stretches of a run of digits that could be one telephone number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scanner.text.numbers.gaps import RANK
from scanner.text.numbers.runs import Piece

Window = tuple[Piece, ...]
_DATE = re.compile(r"(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])")
_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)\d\d")
_FILED = re.compile(
    r"(?:\d{1,5}/(?:0?[1-9]|1[0-2])/|(?:0[1-9]|1[0-2])/)?(?:19|20)\d\d/\d{1,5}|\d{1,5}/(?:0?[1-9]|1[0-2])/(?:19|20)\d\d"
)
"""A document filed by month and year: 08/2021/114."""
_CAS = re.compile(r"\d{2,7}-\d\d-\d")
_PLAIN = ("plain", "script")
SHORTEST, LONGEST = 7, 15
"""Digits of a number that may be a telephone's (E.164 allows 15)."""


def windows_of(pieces: Window) -> Iterator[Window]:
    """Stretches of 7 to 15 digits that hang together more closely than they hang on what stands beside them."""
    ranks = [RANK.get(piece.gap, 3) for piece in pieces]
    sizes = [len(piece.digits) for piece in pieces]
    for i in range(len(pieces)):
        total = inner = 0
        for j in range(i, len(pieces)):
            if j > i and ranks[j] > inner:
                inner = ranks[j]
            total += sizes[j]
            if total > LONGEST + 2:
                break
            if total >= SHORTEST and _parts(pieces, i, j + 1, inner):
                yield pieces[i : j + 1]


def _parts(pieces: Window, i: int, j: int, inner: int) -> bool:
    """Whether a reader would part the run before piece i and before piece j."""
    return _edge(pieces, i, inner) and (j == len(pieces) or _edge(pieces, j, inner) or _adds(pieces, i, j))


def _adds(pieces: Window, i: int, j: int) -> bool:
    """Whether piece j is a remark behind a number: "+86 150 7731 2280 (24h)"."""
    return pieces[j].code and not pieces[j - 1].code and (pieces[j].gap == "(" or pieces[i].plus)


def _edge(pieces: Window, at: int, inner: int) -> bool:
    if at == 0 or pieces[at].plus:
        return True
    rank = RANK.get(pieces[at].gap, 3)
    return rank > inner or (rank >= 2 and rank >= inner and pieces[at].kind != pieces[at - 1].kind)


def singles(window: Window) -> int:
    """How many digits stand alone, written as digits."""
    return sum(len(piece.digits) == 1 and piece.kind in _PLAIN for piece in window)


def is_plain(window: Window) -> bool:
    """Whether every piece is written in digits of one kind."""
    return all(piece.kind in _PLAIN for piece in window)


def is_something_else(window: Window, text: str) -> bool:
    """Dates, times, amounts, IP addresses, CAS numbers, dimensions, counting: rows of digits, but no number."""
    digits = "".join(piece.digits for piece in window)
    gaps = {piece.gap for piece in window[1:]}
    if len(set(digits)) == 1 or _counts(window, digits) or ":" in gaps:
        return True
    if not is_plain(window):
        return False
    if len(window) == 1:
        return False
    slice_ = text[window[0].start : window[-1].end]
    if _DATE.search(slice_) or _DAY.search(slice_) or _CAS.fullmatch(slice_) or _FILED.fullmatch(slice_):
        return True
    if _are_quantities(window):
        return True
    return (_is_amount(window, gaps) and not _set_apart(window, text)) or _is_address(window, gaps)


def _are_quantities(window: Window) -> bool:
    """Three figures or more, all of them round: "100 and 200 and 3000 units"."""
    return len(window) >= 3 and all(len(piece.digits) >= 3 and piece.digits[-1] == "0" for piece in window)


def _set_apart(window: Window, text: str) -> bool:
    """Whether the digits stand one by one, and no point or comma touches any of them."""
    return len(window) > 6 and all(
        len(piece.digits) == 1 and text[piece.end : piece.end + 1] not in (".", ",") for piece in window
    )


def _counts(window: Window, digits: str) -> bool:
    """1 2 3 4 5 6 7, or 10, 20, 30: someone counts."""
    if digits.startswith(("1234567", "0123456")):
        return True
    if len(window) < 4:
        return False
    values = [int(piece.digits) for piece in window]
    steps = [b - a for a, b in pairwise(values)]
    rising = min(steps) > 0 and window[0].digits[0] != "0" and max(values) < 1000 and min(map(_width, window)) < 3
    return len(set(steps)) == 1 or (rising and is_plain(window))


def _width(piece: Piece) -> int:
    return len(piece.digits)


def _is_amount(window: Window, gaps: set[str]) -> bool:
    lengths = [len(piece.digits) for piece in window]
    if {",", "."} <= gaps or (len(gaps) > 1 and _has_decimal(window)):
        return True
    if gaps == {","} or (gaps == {"."} and lengths[-1] == 3):
        return all(n == 3 for n in lengths[1:]) and lengths[0] <= 3
    return gaps == {"."} and len(window) == 2 and lengths[-1] <= 2


def _has_decimal(window: Window) -> bool:
    """Whether a point parts short groups, as in 14.5, while others are parted otherwise."""
    return any(b.gap == "." and len(a.digits) <= 2 and len(b.digits) <= 2 for a, b in pairwise(window))


def _is_address(window: Window, gaps: set[str]) -> bool:
    """An IP address, or a version: four groups of up to three digits with dots."""
    return gaps == {"."} and len(window) == 4 and all(len(p.digits) <= 3 and int(p.digits) < 256 for p in window)


__all__ = ["Window", "is_plain", "is_something_else", "singles", "windows_of"]
