"""Text as markup that cannot act: escaped, isolated from its surroundings, invisible characters shown.

Everything that was written by others passes here on its way to a page. Spans are half-open and count code points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

LONGEST = 20_000
"""Code points of one text that a page shows; what is cut off is said."""

_SHORT = {
    "\u00ad": "SHY", "\u034f": "CGJ", "\u061c": "ALM", "\u115f": "filler", "\u1160": "filler", "\u180e": "MVS",
    "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM", "\u2028": "LS",
    "\u2029": "PS", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2060": "WJ", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\u3164": "filler",
    "\ufeff": "BOM", "\uffa0": "filler",
}  # fmt: skip
"""What the commonest of them are called on screen; the others by their number."""

_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_EMOJI_GLUE = "\ufe0f\u200d"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch to highlight: its number on the page, its level, and a masked one hides what it holds."""

    start: int
    end: int
    number: int = 0
    level: str = "violation"
    label: str = ""
    masked: bool = False


def inert(text: object) -> Markup:
    """A short text as one isolated run."""
    return Markup("<bdi>{}</bdi>").format(shown(str(text)))


def shown(text: str) -> Markup:
    """Escaped, with every invisible or controlling character as a visible glyph; runs of one are counted."""
    out, at = [], 0
    text = text[:LONGEST]
    for match in _ODD.finditer(text):
        if match.start() < at or _glues(text, match.start()):
            continue
        end = match.end()
        while end < len(text) and text[end] == match[0]:
            end += 1
        out += [escape(text[at : match.start()]), _glyph(match[0], end - match.start())]
        at = end
    return Markup("").join([*out, escape(text[at:])])


def plain(text: object) -> str:
    """The same where no markup can stand, as in a title or an attribute: each such character by its name."""
    return _ODD.sub(lambda match: f"[{_named(match[0])[0]}]", str(text)[:LONGEST])


def _glues(text: str, at: int) -> bool:
    """Whether this is what holds an emoji together, as honest emoji do."""
    if text[at] not in _EMOJI_GLUE or not at:
        return False
    before = text[at - 1]
    return unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f" or before in "0123456789#*\u2764"


def _glyph(char: str, count: int) -> Markup:
    short, name = _named(char)
    times = f" ×{count}" if count > 1 else ""
    return Markup('<span class="glyph" title="{}">{}{}</span>').format(name, short, times)


@lru_cache(maxsize=1024)
def _named(char: str) -> tuple[str, str]:
    """A short name, and the long one."""
    code = f"U+{ord(char):04X}"
    name = unicodedata.name(char, "control character" if char < "\xa0" else "unnamed").lower()
    return _SHORT.get(char, code), f"{code} {name}"


def highlighted(text: str, marks: Sequence[Mark]) -> Markup:
    """A text as one isolated block, every mark in place; marks may overlap and reach over lines."""
    end = min(len(text), LONGEST)
    marks = _within(marks, end)
    cuts = sorted({0, end, *(mark.start for mark in marks), *(mark.end for mark in marks)})
    pieces = [_piece(text, start, stop, marks) for start, stop in pairwise(cuts)]
    return Markup("").join([*pieces, _cut_off(len(text))])


def underlay(text: str, marks: Sequence[Mark]) -> Markup:
    """The same for behind a text field: every code point as it is, so that the lines break alike."""
    end = min(len(text), LONGEST)
    marks = _within(marks, end)
    cuts = sorted({0, end, *(mark.start for mark in marks), *(mark.end for mark in marks)})
    out = []
    for start, stop in pairwise(cuts):
        over = _over(marks, start, stop)
        piece = escape(text[start:stop])
        out.append(Markup('<mark class="{}">{}</mark>').format(_worst(over), piece) if over else piece)
    return Markup("").join(out)


def _within(marks: Iterable[Mark], end: int) -> list[Mark]:
    return [mark for mark in marks if 0 <= mark.start < min(mark.end, end + 1) and mark.end <= end]


def _over(marks: Sequence[Mark], start: int, stop: int) -> list[Mark]:
    return [mark for mark in marks if mark.start <= start and stop <= mark.end]


def _piece(text: str, start: int, stop: int, marks: Sequence[Mark]) -> Markup:
    over = _over(marks, start, stop)
    if not over:
        return shown(text[start:stop])
    masked = any(mark.masked for mark in over)
    inner = Markup('<span class="masked" title="masked">{}</span>').format("•" * min(stop - start, 24))
    inner = inner if masked else shown(text[start:stop])
    ending = [mark for mark in over if mark.end == stop and mark.number]
    label = "; ".join(mark.label for mark in over if mark.label)
    marked = Markup('<mark class="{}" title="{}">{}</mark>').format(_worst(over), label, inner)
    return marked + Markup("").join(_number(mark) for mark in ending)


def _number(mark: Mark) -> Markup:
    text = '<a class="no {0}" href="#hit-{1}" aria-label="finding {1}: {2}">{1}</a>'
    return Markup(text).format(_class(mark.level), mark.number, mark.label or mark.level)


def _worst(marks: Sequence[Mark]) -> str:
    levels = {mark.level for mark in marks}
    return _class(next((level for level in ("violation", "review", "info") if level in levels), "info"))


def _class(level: str) -> str:
    return level if level in ("violation", "review", "info") else "info"


def _cut_off(length: int) -> Markup:
    if length <= LONGEST:
        return Markup("")
    return Markup('<span class="glyph">… {} more characters</span>').format(f"{length - LONGEST:,}")
