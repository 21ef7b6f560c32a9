"""Numeric character references (`&#64;` for @): a web page shows the character, so that is what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

MARK = "&#"
"""Texts without it hold no reference."""
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")


def units(text: str) -> Iterator[tuple[str, int, int]]:
    """(character shown, start, end) of each unit of a text: a reference is one unit, any other code point too."""
    at = 0
    for match in _REFERENCE.finditer(text):
        shown = _shown(match)
        if shown is None:
            continue
        yield from ((text[i], i, i + 1) for i in range(at, match.start()))
        yield shown, match.start(), match.end()
        at = match.end()
    yield from ((text[i], i, i + 1) for i in range(at, len(text)))


def decode(text: str) -> str:
    """The text with its references resolved."""
    return "".join(char for char, _, _ in units(text)) if MARK in text else text


def _shown(match: re.Match[str]) -> str | None:
    """The character of a reference; None for numbers that are no character."""
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
