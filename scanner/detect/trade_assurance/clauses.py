"""Where sentences and clauses end, in a folded text of any language."""

from __future__ import annotations

import re

_SENTENCE = re.compile(
    r"[!?;。！？；।؟؛\n]+|…|(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bco)(?<!\bltd)(?<!\bno)\.(?=\s|$)|(?<=\bno)\.(?!\s*\d)(?=\s|$)"
)
"""The end of a sentence; "Mr." and "no. 21" end none."""
_CLAUSE = re.compile(
    r"[,،，、:：()（）—–~]|\s(?:-+|[|｜•·/]+)\s|(?<=[\u0e00-\u0e7f])\s+(?=[\u0e00-\u0e7f])|(?<=[^\d\W])\.(?=[^\d\W])"
)

_SCRAP = re.compile(r"^(?:[^\W\d]['’\w]*)(?: [\w'’]+)?\n", re.MULTILINE)
"""A message of one or two words that ends in no mark."""
_LONGEST = 400
"""Characters of one sentence, at most: nobody's sentence is longer, and a hostile one would cost too much."""


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence; the mark that ends it belongs to it. Endless ones are cut."""
    out = []
    for start, end in _cut(_SENTENCE, text, 0, len(text)):
        out += [(at, min(at + _LONGEST, end)) for at in range(start, end, _LONGEST)]
    return out


def one_breath(text: str) -> str:
    """Messages of a word or two, put together with what follows: "we dont", "use trade", "assurance"."""
    return _SCRAP.sub(lambda scrap: scrap.group()[:-1] + " ", text)


def clause_marks(text: str, start: int, end: int) -> list[int]:
    """Offsets at which punctuation begins a new clause inside a sentence.

    A comma between digits ("10,000") parts nothing.
    """
    marks = []
    for match in _CLAUSE.finditer(text, start, end):
        at = match.start()
        inside = 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()
        if not (inside and text[at] in ",،:-"):
            marks.append(match.end())
    return marks


def _cut(pattern: re.Pattern[str], text: str, start: int, end: int) -> list[tuple[int, int]]:
    out, at = [], start
    for match in pattern.finditer(text, start, end):
        if match.end() > at:
            out.append((at, match.end()))
        at = match.end()
    if at < end:
        out.append((at, end))
    return out
