"""Where a word begins and ends, script by script."""

from __future__ import annotations

from string import ascii_lowercase, punctuation, whitespace

from scanner.match.script import is_unspaced, is_word, script_of

_PREFIXES = {
    "ARABIC": ("ال", "و", "ب", "ل", "ف", "ك", "ع", "وال", "بال", "لل", "فال", "كال", "عال", "عل", "وب", "ول"),
    "HEBREW": ("ב", "ל", "מ", "ה", "ו", "ש", "וב", "מה", "בה", "לה", "וה"),
}
"""Articles, conjunctions and prepositions written onto the following word."""
_SUFFIX_LETTERS = {"ARABIC": 3, "HEBREW": 3, "CYRILLIC": 3, "HANGUL": 6, "DEVANAGARI": 3, "GREEK": 2}
"""Letters of inflection that may follow a name of five letters or more (Hangul particles: any name)."""
_GAPS = frozenset(whitespace + punctuation)
"""Neighbours beside which any word begins or ends: nearly all of them."""
_WILDCARD = 5
"""Letters that a form's trailing `*` stands for, at most."""


def _run_before(text: str, start: int, limit: int) -> str:
    low = start
    while low > 0 and start - low < limit and is_word(text[low - 1]):
        low -= 1
    return text[low:start]


def starts_word(text: str, start: int, form: str) -> bool:
    """Whether a word of `form`'s kind can begin at `start`."""
    if start == 0 or text[start - 1] in _GAPS or not is_word(text[start - 1]) or is_unspaced(form[0]):
        return True
    before = text[start - 1]
    if not before.isalpha():
        return before.isdigit() and form[0].isalpha() and len(form) >= 4
    script = script_of(form[0])
    if script != script_of(before) and (is_unspaced(before) or script_of(before) == "HANGUL"):
        return True
    prefixes = _PREFIXES.get(script)
    return prefixes is not None and _run_before(text, start, 4) in prefixes


def ends_word(text: str, end: int, form: str, *, inflects: bool = False) -> bool:
    """Whether a word of `form`'s kind can end at `end`; `inflects` for forms with a trailing `*`."""
    if end >= len(text) or text[end] in _GAPS or not is_word(text[end]) or is_unspaced(form[-1]):
        return True
    after = text[end]
    if after in ascii_lowercase and form[-1] in ascii_lowercase and not inflects:
        return after == "s" and len(form) >= 6 and _tail(text, end) == 1
    script = script_of(form[-1])
    if after.isdigit():
        return form[-1].isalpha() and len(form) >= 4
    if script != script_of(after) and (is_unspaced(after) or script_of(after) == "HANGUL"):
        return True
    letters = _tail(text, end)
    if inflects and letters <= _WILDCARD:
        return True
    if script == "LATIN":
        return letters == 1 and after == "s" and len(form) >= 6
    return letters <= _SUFFIX_LETTERS.get(script, 0) and (len(form) >= 5 or script == "HANGUL")


def _tail(text: str, end: int) -> int:
    """How many word characters follow, counted to one more than any suffix may have."""
    at = end
    while at < len(text) and at - end <= _WILDCARD + 1 and is_word(text[at]):
        at += 1
    return at - end
