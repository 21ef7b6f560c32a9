"""Whether a short name ("TA") is meant as the escrow: capitals, or the words that go with it."""

from __future__ import annotations

import re

from scanner.lexicon.found import Found
from scanner.match.script import is_unspaced
from scanner.text.reading import Reading

_BEFORE = re.compile(
    r"(?:^|\W)(?:no|not|use|using|by|via|through|thru|accept|with|without|on|do|the|our|your|for|make|open|in|under|support|skip|of)\s$"
)
_AFTER = re.compile(r"\s(?:orders?|links?|payments?|service|is|not|only|no|possible|account|contract|ok|deal)\b")
_PART = re.compile(r"[\w\-–./]")
_WINDOW = 12


def is_short_name(found: Found, reading: Reading) -> bool:
    """True for every find but a short name that is a part of something else or a word of another language."""
    if found.rule.extra.get("kind") != "short":
        return True
    text, start, end = reading.text, found.span.start, found.span.end
    before, after = text[max(0, start - 1) : start], text[end : end + 2]
    if (before and _PART.match(before) and before != ".") or re.match(r"[-–/]\w|\d|\.\d", after):
        return False
    if found.evasion and len(reading.slice(found.span)) < 3:
        return False
    if is_unspaced(text[start - 1 : start] or "a") or is_unspaced(text[end : end + 1] or "a"):
        return True
    if reading.slice(found.span).isupper():
        return True
    low = text[max(0, start - _WINDOW) : start].lower()
    return bool(_BEFORE.search(low) and text[max(0, start - 40) : end + 40].isascii()) or bool(
        _AFTER.match(text[end : end + _WINDOW].lower())
    )
