"""How likely a row of digits is somebody's telephone: its shape, its grouping, its disguise, the words around it."""

from __future__ import annotations

import re

from scanner.detect.contact.around import Around
from scanner.detect.contact.shapes import Shape
from scanner.match.cues import Cue
from scanner.text.digits import Number, NumberBook
from scanner.text.numbers.likely import named_before
from scanner.text.numbers.windows import Window, is_plain, singles

_BASE = {
    "international": 0.93, "coded": 0.62, "coded_fixed": 0.45, "mobile": 0.56, "short_mobile": 0.42, "fixed": 0.45,
    "local": 0.25, "loose": 0.25,
}  # fmt: skip
BARE_PREFIX = 0.9  # 00 and a country code: for mobiles only, product codes begin with zeros too
STRONG = ("international", "coded", "mobile")
_PLAIN_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}|[78]9\d{9}")
"""Eleven digits that hardly are anything else in trade with China and Russia."""
_MONEY = frozenset("$€£¥₹₽฿₺₩#№@=")
_HASHTAG = re.compile(r"#[^\W\d][\w.]{1,30}[ ,]+#$")  # tags of a posting, the number one of them
_TAGGED = re.compile(r"[ -]?[a-z](?![a-z0-9\u0080-\uffff])")
"""A lone letter behind digits, as references have: "06 48 12 90 33 X"."""


def score_of(window: Window, number: Number, shape: Shape, around: Around, phone: Cue | None) -> tuple[float, str]:
    """The score of a number and why; `phone` is the word before that names a telephone (`phone_cue`)."""
    start, end = window[0].start, window[-1].end
    score, why = _by_shape(window, number, shape, around)
    later = around.after("personal", end) or around.after("phone", end)
    other = _innocent(around, start, end)
    surely = shape.kind == "international" and (window[0].plus or len(window) > 1)
    if other and not surely and not (phone and phone.end > other and phone.start > other + 2):
        if _counted(around, start, end) and singles(window) < 7:
            return min(score, 0.3), "the number of a part, and how many of it"
        return _despite(score, window, number, shape, _TAGGED.match(around.text, end) is not None)
    if (phone or later) and score:
        vague = phone.name == "number_near" if phone else later is None
        close = later is not None and later.start - end <= 3
        gain = 0.3 if (phone and not vague) or close else 0.2
        floor = 0.72 if shape.kind in ("local", "loose") and len(number.digits) >= 8 and not vague else 0.0
        return min(0.98, max(score + gain, floor)), f"{why}, with words that name a telephone"
    return score, why


def _counted(around: Around, start: int, end: int) -> bool:
    """A word for another kind of number leads to the digits, a unit follows: "part no. 79099-07 1000 pcs"."""
    unit = around.after("innocent_after", end, 2)
    led = around.before("innocent_before", start, 3)
    if unit is None or led is None or around.text[end : unit.start].strip():
        return False
    return "\n" not in around.text[led.end : end]


def phone_cue(around: Around, start: int) -> Cue | None:
    """The word before a number that names a telephone or offers one."""
    return (
        around.before("personal", start)
        or around.before("phone", start)
        or around.before("phone_near", start, 9)
        or around.before("number_near", start, 9)
    )


def _despite(score: float, window: Window, number: Number, shape: Shape, tagged: bool) -> tuple[float, str]:
    """An order number unless it is written exactly as mobiles are, or spelled out."""
    if _disguise(window, number, {piece.gap for piece in window[1:]}) >= 2:
        return score - 0.1, "digits disguised behind a word for another kind of number"
    if tagged:
        return min(score, 0.3), "a number that ends in a letter, behind a word for such numbers"
    if shape.kind in STRONG and len(window) >= 3 and is_plain(window) and singles(window) < 5:
        return score - 0.06, "grouped as mobile numbers are, behind a word for another kind of number"
    return min(score, 0.3), "words around say that it is another kind of number"


def _innocent(around: Around, start: int, end: int) -> int:
    """Where a word ends that says what else the digits are; 0 when none does."""
    text = around.text
    left = text[:start].rstrip() if start < 300 else text[start - 300 : start].rstrip()
    if left and left[-1] in _MONEY and not _HASHTAG.search(left):
        return start
    after = around.after("innocent_after", end, 2)
    if after and not text[end : after.start].strip(" .)") and "\n" not in text[end : after.start]:
        return start
    cue = around.before("innocent_before", start, 24)
    if cue and "\n" not in text[cue.end : start].strip(" "):
        return cue.end
    return 0


def _by_shape(window: Window, number: Number, shape: Shape, around: Around) -> tuple[float, str]:
    gaps = {piece.gap for piece in window[1:]}
    size = len(number.digits)
    if gaps & {"label", "unit"} and not around.has("join"):
        return 0.0, "a list of quantities"
    if any(piece.code for piece in window) and _is_named(window, around):
        return max(_BASE[shape.kind], 0.42) + 0.33, "a word that names a telephone is written onto the digits"
    if any(piece.code for piece in window):
        return (0.5 if shape.kind in STRONG and len(window) == 1 else 0.0), "digits inside a code"
    if _is_code(window, shape, around):
        return 0.0, "letters of a code"
    if _is_stray_word(window, around.text):
        return 0.0, "a name that is a number word too"
    disguise = _disguise(window, number, gaps)
    if shape.kind == "international":
        return 0.95 if disguise or number.plus else BARE_PREFIX, "an international number"
    if disguise >= 2 and (shape.kind in STRONG or _spoken(window)) and 7 <= size <= 14:
        return {7: 0.62, 8: 0.7}.get(size, 0.92 if shape.kind in (*STRONG, "fixed") else 0.85), "digits in disguise"
    score = _BASE[shape.kind] + (0.2 if disguise else 0.0) + _grouping(window, shape, around.text)
    if _PLAIN_MOBILE.fullmatch(number.digits):
        score += 0.15 if len(window) == 1 else 0.05
    if _is_column(window, gaps):
        return score + _told_by_column(window, shape, gaps), f"the shape of a {shape.kind} number, piece below piece"
    if gaps & {"x", ",", "/", "joint", "apart"}:
        as_mobile = number.groups == (3, 3, 4) or (
            shape.kind in STRONG and ("x" not in gaps or number.groups == (3, 4, 4))
        )
        score -= 0.0 if as_mobile else 0.15
    if "line" in gaps:
        score -= 0.3
    return score, f"the shape of a {shape.kind.replace('_', ' ')} number"


def _is_named(window: Window, around: Around) -> bool:
    """Whether the only letters that touch the digits are a word for a telephone before them."""
    text, end = around.text, window[-1].end
    coded = [piece for piece in window if piece.code]
    behind = text[end : end + 1].isalpha()
    return coded == [window[0]] and not behind and len(window[0].digits) >= 10 and named_before(text, window[0].start)


def _is_column(window: Window, gaps: set[str]) -> bool:
    """Whether the pieces stand one below the other, each on a line or in a message of its own."""
    return len(window) >= 3 and gaps <= {"joint", "line"}


def _told_by_column(window: Window, shape: Shape, gaps: set[str]) -> float:
    """What a column adds: quantities do not begin with zeros, nor with the code of a country."""
    zeros = any(piece.digits[0] == "0" for piece in window[1:])
    sent_apart = gaps == {"joint"}
    if shape.kind not in STRONG:
        return 0.1 if zeros and sent_apart else -0.3
    coded = shape.kind == "coded" and len(window[0].digits) <= 3
    if zeros and (coded or len(window) > 3 or sent_apart):
        return 0.2
    if sent_apart:
        return 0.15
    return 0.0 if coded else -0.2


def _is_stray_word(window: Window, text: str) -> bool:
    """A single Latin word at an edge of written digits: "Sra. Lima (11) 98442-7731"."""
    words = [piece for piece in window if piece.kind == "word"]
    if len(words) != 1 or len(window) < 2 or sum(len(p.digits) for p in window) < 8:
        return False
    edge = window[0] if words[0] is window[0] else window[-1] if words[0] is window[-1] else None
    gap = window[1].gap if edge is window[0] else window[-1].gap
    if edge is None or edge.plus or gap not in (" ", "(", ",") or not "a" <= text[edge.start] <= "z":
        return False
    word = text[edge.start : edge.end]
    return word.isalpha() and "en" not in NumberBook.shipped().meanings.get(word, {})


def _is_code(window: Window, shape: Shape, around: Around) -> bool:
    """Letters among digits that are a model number's: S, B, Z and G, or a single l, without words for a telephone."""
    swapped = "".join(around.text[p.start : p.end] for p in window if p.kind == "swap")
    letters = [c for c in swapped if not c.isdecimal()]
    if not letters or any(c in "oоο" for c in letters) or window[0].plus:
        return False
    if any(c in "sbzgqв" for c in letters):
        return not phone_cue(around, window[0].start)
    return shape.kind not in STRONG and len(letters) < 2


def _disguise(window: Window, number: Number, gaps: set[str]) -> int:
    """0 none, 1 some, 2 one that nobody uses for anything but a contact."""
    words = sum(piece.kind in ("word", "leet") for piece in window)
    han = sum(len(piece.digits) for piece in window if piece.kind == "han")
    swapped = sum(piece.kind == "swap" for piece in window)
    written = sum(len(piece.digits) for piece in window if piece.kind not in ("word", "leet", "number"))
    if words >= 3 or han >= 4 or (words + swapped and written >= 3) or "digits" in number.evasion:
        return 2
    if singles(window) >= 7 or sum(piece.gap in ("join", "label", "unit") for piece in window[1:]) >= 2:
        return 2
    return 1 if words or han or singles(window) >= 4 or gaps & {"o", "join"} else 0


def _spoken(window: Window) -> bool:
    """Whether the digits are said one by one (not quantities one after the other)."""
    words = [piece for piece in window if piece.kind in ("word", "leet")]
    return not words or sum(len(set(piece.digits)) == 1 for piece in words) >= 0.6 * len(words)


def _is_alone(window: Window, text: str) -> bool:
    """Whether a message, or a line of one, holds the number and nothing else."""
    before, behind = text[: window[0].start].rpartition("\n")[2], text[window[-1].end :].partition("\n")[0]
    return not any(char.isalnum() for char in before + behind)


def _grouping(window: Window, shape: Shape, text: str) -> float:
    """What the grouping adds: telephone numbers are written in groups, codes rarely are, or otherwise."""
    lengths = [len(piece.digits) for piece in window]
    gaps = {piece.gap for piece in window[1:]}
    if gaps == {"x"} and lengths == [3, 4, 4] and shape.kind == "mobile":
        return 0.2
    if len(window) == 1 or not gaps <= {" ", "-", "(", ".", "", "/", "o"} or max(lengths) > 8:
        return 0.0
    if lengths[-1] <= 2 and lengths[-2] >= 4 and "-" in gaps:
        return -0.3
    if lengths == [3, 3, 4] and (gaps != {" "} or _is_alone(window, text)):
        return 0.32
    if len(window) == 2 and shape.kind == "short_mobile":
        return 0.08 if gaps == {" "} and lengths in ([5, 5], [4, 5], [5, 4]) else 0.0
    return 0.2 if shape.kind in (*STRONG, "fixed", "short_mobile", "coded_fixed") and min(lengths[1:]) >= 2 else 0.0


__all__ = ["BARE_PREFIX", "STRONG", "phone_cue", "score_of"]
