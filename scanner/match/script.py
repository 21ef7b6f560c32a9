"""Which script a character is of, as far as matching needs to know."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "IDEOGRAPH", "BOPOMOFO")


@lru_cache(maxsize=8192)
def script_of(char: str) -> str:
    """First word of the Unicode name for letters and marks ("LATIN", "CYRILLIC", "CJK" ...); "" for others.

    Greek, Arabic presentation forms and the like answer as their base script does.
    """
    if not (char.isalpha() or unicodedata.category(char)[0] == "M"):
        return ""
    name = unicodedata.name(char, "")
    return name.split(" ", 1)[0] if name else ""


def is_unspaced(char: str) -> bool:
    """Whether the character is of a script that writes no spaces between words."""
    return script_of(char) in _UNSPACED


def is_word(char: str) -> bool:
    """Whether a character can be inside a word: letters, digits, marks."""
    return char.isalnum() or (not char.isascii() and unicodedata.category(char)[0] == "M")
