"""Ordinary words: no misspelling of a term may be one of them."""

from __future__ import annotations

from functools import cache

from scanner.text.data import data_file


@cache
def ordinary_word_list() -> tuple[str, ...]:
    """English words of four to fourteen letters, lower case, sorted (source and licence in NOTICE)."""
    return tuple(data_file("ordinary", "english.txt").read_text(encoding="ascii").split())


@cache
def ordinary_words() -> frozenset[str]:
    """The same as a set, for single look-ups; twice as dear to make."""
    return frozenset(ordinary_word_list())
