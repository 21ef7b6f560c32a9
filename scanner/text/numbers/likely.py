"""Which runs of digits the telephone reader may take for somebody's number: its rules, without words around."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache

from ahocorasick_rs import AhoCorasick

from scanner.text.data import data_file
from scanner.text.fold import fold
from scanner.text.numbers.gaps import gap_kind
from scanner.text.numbers.runs import Piece
from scanner.text.numbers.windows import Window, is_plain, is_something_else, singles, windows_of

_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}|[78]9\d{9}")
_CUE_SETS = ("phone", "phone_near", "number_near", "personal")
_REACH = 48
_MAX_PIECES = 48
_SOLID = re.compile(r"[0-9]{7,64}+(?![^a-z0-9%$€£¥₹₽#@?!+=&]{1,16}[0-9])")
_GROUP = re.compile(r"[^a-z0-9%$€£¥₹₽#@?!+=&]{0,16}+(?P<digits>[0-9]++)")


def is_likely(run: Sequence[Piece], text: str) -> bool:
    """Whether some stretch of a run may be a telephone number. Pieces index `text`."""
    around = text[max(0, run[0].start - _REACH) : run[-1].end + _REACH]
    return _is_likely(tuple(run), text, around)


def is_likely_row(text: str, start: int, stop: int, low: int) -> tuple[int, bool]:
    """Where a row of ASCII digits that begins at `start` ends, and whether it may be a telephone number.

    stop, low   bounds of the text that it lies in
    """
    solid = _SOLID.match(text, start, stop)
    if solid is not None:
        return solid.end(), _is_likely_solid(text, solid.span(), stop, low)
    pieces: list[Piece] = []
    at = start
    while at < stop and len(pieces) < _MAX_PIECES and (match := _GROUP.match(text, at, stop)):
        first = match.start("digits")
        gap = gap_kind(text[at:first], False, ()) if pieces else "line"
        if gap is None:
            break
        code = _letter_at(text, first - 1) or _letter_at(text, match.end())
        plus = not pieces and text[max(low, first - 2) : first].strip().endswith("+")
        pieces.append(Piece(match["digits"], first, match.end(), "plain", gap, plus, code))
        at = match.end()
    around = text[max(low, start - _REACH) : min(stop, at + _REACH)]
    return at, bool(pieces) and _is_likely(tuple(pieces), text, around)


def _is_likely_solid(text: str, place: tuple[int, int], stop: int, low: int) -> bool:
    """A group of digits that nothing joins to others: the common case, product codes for the most part."""
    start, end = place
    if not 7 <= end - start <= 17 or _letter_at(text, end):
        return False
    if _letter_at(text, start - 1):
        return end - start >= 10 and named_before(text, start)
    digits = text[start:end]
    abroad = digits.startswith("00") and digits[2] != "0" and len(digits) >= 11
    if 10 <= len(digits) <= 11 or abroad or _MOBILE.fullmatch(digits):
        return True
    around = text[max(low, start - _REACH) : min(stop, end + _REACH)]
    return text[max(low, start - 2) : start].strip() == "+" or has_cue(around) or _told_to_reverse(around)


def _letter_at(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "a" <= text[at] <= "z"


def _is_likely(pieces: Window, text: str, around: str) -> bool:
    if sum(len(piece.digits) for piece in pieces) < 7:
        return False
    cued = None
    for window in windows_of(pieces):
        if any(piece.code for piece in window) or is_something_else(window, text):
            continue
        if any(piece.gap in ("label", "unit") for piece in window[1:]):
            if told_to_join(text):
                return True
            continue
        if stands_alone(window):
            return True
        if cued is None:
            cued = has_cue(around) or _told_to_reverse(around)
        if cued:
            return True
    return False


def stands_alone(window: Window) -> bool:
    """Whether the digits alone make a telephone: disguised, international, or grouped as mobiles are."""
    digits = "".join(piece.digits for piece in window)
    if window[0].plus or not is_plain(window) or singles(window) >= 4:
        return True
    if any(piece.gap in ("join", "joint", "apart", "o") for piece in window[1:]):
        return True
    if len(digits) < 8 or len(set(digits)) < 3:
        return False
    if _MOBILE.fullmatch(digits) or (digits.startswith("00") and digits[2] != "0" and len(digits) >= 11):
        return True
    return _is_grouped([len(piece.digits) for piece in window], {piece.gap for piece in window[1:]}, digits)


def _is_grouped(lengths: list[int], gaps: set[str], digits: str) -> bool:
    if len(lengths) == 1 or len(digits) < 9 or gaps & {"x", "line", ","}:
        return False
    if lengths[-1] <= 2 and lengths[-2] >= 4 and "-" in gaps:
        return False
    return min(lengths[1:]) >= 2 and max(lengths) <= 8 and (len(lengths) > 2 or digits[0] in "01" or gaps == {" "})


@cache
def _cues(*names: str) -> AhoCorasick:
    """Cue sets of the shipped pack."""
    table = tomllib.loads(data_file("contact", "numbers.toml").read_text(encoding="utf-8"))
    return AhoCorasick(sorted({fold(phrase) for name in names for phrase in table["cues"].get(name, ())}))


def has_cue(text: str) -> bool:
    """Whether a word that names a telephone or offers one stands in a stretch of folded text."""
    for _, start, end in _cues(*_CUE_SETS).find_matches_as_indexes(text, overlapping=True):
        if text[start] >= "\u0e00" or not (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()):
            return True
    return False


def named_before(text: str, start: int) -> bool:
    """Whether a word that names a telephone is glued on before digits: "call2018675309"."""
    low = start
    while low > 0 and start - low < 12 and text[low - 1].isalpha():
        low -= 1
    return text[low:start] in _glued_names()


@cache
def _glued_names() -> frozenset[str]:
    table = tomllib.loads(data_file("contact", "numbers.toml").read_text(encoding="utf-8"))
    phrases = (fold(phrase) for name in ("phone", "phone_near", "glued") for phrase in table["cues"].get(name, ()))
    return frozenset(phrase for phrase in phrases if phrase.isalpha() and len(phrase) > 1)


def told_to_join(text: str) -> bool:
    """Whether the text says that digits on several lines belong together."""
    return bool(_cues("join").find_matches_as_indexes(text))


def _told_to_reverse(text: str) -> bool:
    return bool(_cues("reverse").find_matches_as_indexes(text))


__all__ = ["has_cue", "is_likely", "is_likely_row", "named_before", "stands_alone", "told_to_join"]
