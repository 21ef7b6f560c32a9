"""Words written as single letters set apart: `v x`, `Z.A.L.O`, `I G :`, `z . a . l . 0`."""

from __future__ import annotations

import re

from scanner.text.skeleton import LEET, lookalikes

_RUN = re.compile(r"(?<![^\W_])(?:[^\W_]|[@$!|])(?:[ ]{0,2}[._\-*/|~·•+ ][ ]{0,2}(?:[^\W_]|[@$!|])){1,7}(?![^\W_])")
_GAP = re.compile(r"[ ]{0,2}[._\-*/|~·•+ ][ ]{0,2}")


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
