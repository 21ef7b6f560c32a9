"""Ordinary words: no misspelling of a term may be one of them."""

from __future__ import annotations

from functools import cache

from scanner.text.data import data_file


@cache
def ordinary_words() -> frozenset[str]:
    """English words of five to fourteen letters, lower case (source and licence in NOTICE)."""
    return frozenset(data_file("ordinary", "english.txt").read_text(encoding="ascii").split("\n"))
