"""In which writing a text is: a guess at its language from its letters alone, and named as no more than that."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from scanner.match.script import script_of

LOOKED_AT = 120
"""Code points that the guess looks at."""

NAMES = {
    "ascii": "Latin letters, plain (English and others)",
    "latin": "Latin letters with accents (Spanish, French, Turkish, Vietnamese …)",
    "han": "Chinese characters",
    "kana": "Japanese",
    "hangul": "Korean",
    "cyrillic": "Cyrillic letters (Russian and others)",
    "arabic": "Arabic letters (Arabic, Persian, Urdu)",
    "hebrew": "Hebrew letters",
    "thai": "Thai",
    "devanagari": "Devanagari (Hindi and others)",
    "greek": "Greek letters",
    "other": "other letters",
    "none": "no letters",
}
"""What the guesses are called in a report."""

_WRITINGS = {
    "LATIN": "latin",
    "CJK": "han",
    "HIRAGANA": "kana",
    "KATAKANA": "kana",
    "HANGUL": "hangul",
    "CYRILLIC": "cyrillic",
    "ARABIC": "arabic",
    "HEBREW": "hebrew",
    "THAI": "thai",
    "DEVANAGARI": "devanagari",
    "GREEK": "greek",
    "FULLWIDTH": "",
    "COMBINING": "",
}


def writing_of(text: str) -> str:
    """A key of `NAMES`: the writing of most letters among the first `LOOKED_AT` code points."""
    if text.isascii():
        return "ascii" if any(map(str.isalpha, text[:LOOKED_AT])) else "none"
    counts = Counter(map(_writing, text[:LOOKED_AT]))
    del counts[""]
    if counts["kana"]:
        return "kana"
    counts["han"] *= 3  # a character says as much as three letters
    # one accent makes a text no longer plain; a look-alike or two do not make it Russian
    accents = counts["latin"]
    counts["latin"] = counts.pop("ascii", 0) + accents
    best = max(counts, key=lambda name: (counts[name], name))
    if not counts[best]:
        return "none"
    return "ascii" if best == "latin" and not accents else best


@lru_cache(maxsize=16384)
def _writing(char: str) -> str:
    if char.isascii():
        return "ascii" if char.isalpha() else ""
    script = script_of(char)
    return _WRITINGS.get(script, "other") if script else ""
