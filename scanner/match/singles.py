"""Words written as single letters set apart: `v x`, `Z.A.L.O`, `I G :`, `z . a . l . 0`."""

from __future__ import annotations

import re

from scanner.text.skeleton import LEET, lookalikes

_LETTER, _SIGN = r"[^\W_]", r"(?:[^\W_]|[@$!|])"
_BETWEEN = r"[ ]{0,2}[._\-*/|~·•+ ][ ]{0,2}"
_RUN = re.compile(rf"(?<!{_LETTER}){_SIGN}(?:{_BETWEEN}{_SIGN}){{0,6}}{_BETWEEN}{_LETTER}(?!{_LETTER})")
"""Signs stand for letters inside a run, not at its end: "L.i.n.e @ shop" is a word and an at sign."""
_GAP = re.compile(_BETWEEN)


def single_letter_words(folded: str) -> list[tuple[str, int, int]]:
    """(word, start, end) of each run of two to eight single letters; look-alikes and leet undone."""
    out = []
    for match in _RUN.finditer(folded):
        letters = _GAP.sub("", match.group())
        word = "".join(lookalikes().get(c, c) for c in letters)
        if any(c.isalpha() for c in word):
            out.append((word, match.start(), match.end()))
            swapped = "".join(LEET.get(c, c) for c in word)
            if swapped != word and sum(c.isalpha() for c in word) * 2 >= len(word):
                out.append((swapped, match.start(), match.end()))
    return out
