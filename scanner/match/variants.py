"""Spellings of a form that people write instead of it, made once when packs are compiled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

_SOUNDS = {
    "a": "eo", "e": "ai", "i": "ey", "o": "ua", "u": "oa", "y": "ie",
    "c": "ks", "k": "c", "s": "zc", "z": "s", "q": "k", "f": "v", "v": "fw", "w": "v", "b": "p", "p": "b",
    "d": "t", "t": "d", "g": "j", "j": "g", "m": "n", "n": "m",
}  # fmt: skip
"""Letters that are mistaken for each other by ear or by a non-native hand."""
_DIGRAPHS = (("ph", "f"), ("f", "ph"), ("ck", "k"), ("x", "ks"), ("ee", "i"), ("oo", "u"), ("qu", "kw"))
_LEET_CHOICES = {
    "a": "a4@", "b": "b8", "e": "e3", "g": "g9", "i": "i1!|", "l": "l1|", "o": "o0", "s": "s5$", "t": "t7+",
    "z": "z2",
}  # fmt: skip
_MIN_MISSPELT = 5


def misspellings(form: str) -> Iterator[str]:
    """Likely misspellings of a folded Latin word of five letters or more; the first letter stays or sounds alike.

    One letter dropped, doubled, swapped with its neighbour or written as one that sounds alike; a digraph
    respelt. All of them one edit away (optimal string alignment).
    """
    if len(form) < _MIN_MISSPELT or not (form.isascii() and form.isalpha()):
        return
    for i in range(1, len(form)):
        yield form[:i] + form[i + 1 :]
        yield form[:i] + form[i] + form[i:]
    for i in range(1, len(form) - 1):
        yield form[:i] + form[i + 1] + form[i] + form[i + 2 :]
    for i, char in enumerate(form):
        for other in _SOUNDS.get(char, ""):
            if i or other in "ckqsz":
                yield form[:i] + other + form[i + 1 :]
    for old, new in _DIGRAPHS:
        if old in form:
            yield form.replace(old, new, 1)


_FOREIGN = {
    "a": "аα", "b": "вβ", "c": "с", "e": "еε", "h": "нһ", "i": "іι", "k": "кκ", "l": "ӏ", "m": "м", "n": "η", "o": "оο",
    "p": "рρ", "s": "ѕ", "t": "тτ", "u": "υ", "v": "ν", "w": "ԝω", "x": "хχ", "y": "уγ",
}  # fmt: skip
"""Cyrillic and Greek letters, folded, that pass for Latin ones."""


def lookalike_variants(form: str) -> Iterator[str]:
    """Spellings of a short folded form (two to four letters) with one letter of another script in it."""
    if 2 <= len(form) <= 4:
        for i, char in enumerate(form):
            for other in _FOREIGN.get(char, ""):
                yield form[:i] + other + form[i + 1 :]


def leet_variants(form: str) -> Iterator[str]:
    """Letter-for-digit spellings of a short folded form (three or four letters); the skeleton reads longer ones.

    At most half of the letters give way, or numbers and units would be full of them.
    """
    if not 3 <= len(form) <= 4:
        return
    choices = [_LEET_CHOICES.get(char, char) for char in form]
    for chars in product(*choices):
        changed = sum(a != b for a, b in zip(chars, form, strict=True))
        if 0 < changed <= len(form) // 2:
            yield "".join(chars)
