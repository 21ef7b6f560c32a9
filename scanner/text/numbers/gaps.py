"""Gaps: what stands between two pieces of a number, and whether a reader would read on across it."""

from __future__ import annotations

import re
from collections.abc import Collection

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
_LABEL = re.compile(r"\s*\n\s*(?:[^\W\d_]{1,6}|第\w{1,2}|\W{1,3})?\s*[:.)=、-]?\s*")
_UNIT = re.compile(r"\s*[^\W\d_]{1,7}\s*\n\s*")


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


__all__ = ["MAX_GAP", "RANK", "gap_kind"]
