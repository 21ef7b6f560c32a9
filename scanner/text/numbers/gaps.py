"""Gaps: what stands between two pieces of a number, and whether a reader would read on across it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from scanner.text.numbers.book import NumberBook

BREAK = None
MAX_GAP = 16
"""Characters between two pieces, at most."""
RANK = {
    "": 0, "-": 1, ".": 1, "(": 2, " ": 2, "/": 3, "o": 3, ",": 4, "join": 4, "x": 4, ":": 5, "line": 5,
    "joint": 6, "label": 7, "unit": 7, "apart": 7,
}  # fmt: skip
"""How far apart a gap holds two pieces. "o" is any other symbol; "label" is "B:" at the start of a line,
"unit" a word or two between a number and the end of its line, "apart" another message of the sender."""
_CLASSES = (
    ("-", "-‐‑‒–—―~_～﹣－¬−ー\u1173"),
    ("/", "/\\|⁄"),
    ("(", "()[]{}<>（）【】「」"),
    ("x", "*×✕✖"),
    (".", ".·•。‧∙・．"),
    (",", ",،、;；"),
    (":", ":：="),
)
_SINGLE = {char: name for name, chars in _CLASSES for char in chars} | {" ": " "}
_LONG = "ー\u1173"  # letters that look like a dash
_STOPS = frozenset("%$€£¥₹₽฿₺°#@?!？！+=＝＋&")
"""A price, a rate, a question: nobody reads on."""
_BETWEEN = re.compile("[^0-9]+")
_LABEL = re.compile(r"\s*\n\s*(?:[^\W\d_]{1,6}|第\w{1,2}|\W{1,3})?\s*[:.)=、-]?\s*")
_UNIT = re.compile(r"\s*[^\W\d_]{1,7}\s*\n\s*")


@cache
def _even() -> re.Pattern[str]:
    """Groups as telephones have them, twice the same sign or joining word between: 201#867#5309, 604then555then0199.

    With a single x or star they are dimensions, unless the last group begins with a zero.
    """
    words = sorted(word for word in NumberBook.shipped().joiners if word.isascii() and word.isalpha() and len(word) > 2)
    gap = "[+#=:;&%$!?^]{1,3}|x{2,3}|" + "|".join(words)
    after_one, others = rf"(?<=1)[3-9][0-9]({gap})[0-9]{{4}}\1", rf"[0-9]{{2}}({gap})[0-9]{{3}}\2"
    measured = r"[0-9]{2}([x*×])[0-9]{3}\3(?=0)"
    return re.compile(rf"[0-9](?<![0-9][0-9])(?:{after_one}|{others}|{measured})[0-9]{{4}}(?![0-9])")


def evened(text: str) -> str:
    """The text with what parts a telephone's groups, and would end a number elsewhere, as apostrophes."""
    if _even().search(text) is None:
        return text
    return _even().sub(lambda match: _BETWEEN.sub(lambda gap: "'" * len(gap[0]), match[0]), text)


def even_groups(text: str) -> Iterator[int]:
    """Where groups begin that `evened` makes readable."""
    return (match.start() for match in _even().finditer(text))


def gap_kind(text: str, at_joint: bool, joiners: Collection[str]) -> str | None:
    """The kind of a gap (a key of `RANK`), or None when the number ends before it.

    text      folded text between two pieces; at_joint: whether a boundary of messages lies in it
    joiners   words that people put between digits
    """
    if not text:
        return ""
    if text in _SINGLE:
        return _SINGLE[text]
    if len(text) > MAX_GAP:
        return BREAK
    bare = "".join(c for c in text if c.isalnum() and c not in _LONG)
    if bare:
        return _worded(text, bare, joiners, at_joint)
    if any(c in _STOPS for c in text):
        return BREAK
    if "\n" in text:
        return "joint" if at_joint else "line"
    if text.isspace():
        return " "
    found = [name for name, chars in _CLASSES if any(c in chars for c in text)]
    if len(found) != 1:
        return "o"
    return found[0]


def _worded(text: str, bare: str, joiners: Collection[str], at_joint: bool) -> str | None:
    if bare in joiners or all(word in joiners for word in re.findall(r"[^\W_]+", text)):
        return "joint" if at_joint else "join"
    if "\n" not in text or at_joint:
        return BREAK
    if _UNIT.fullmatch(text):
        return "unit"
    return "label" if _LABEL.fullmatch(text) else BREAK


__all__ = ["MAX_GAP", "RANK", "even_groups", "evened", "gap_kind"]
