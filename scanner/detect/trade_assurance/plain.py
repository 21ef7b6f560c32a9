"""A disguised text with its plain words: letters for digits, letters set apart put together.

Made only where the escrow's name itself stands in disguise: then the words round it may be disguised too.
"""

from __future__ import annotations

import re

_LEET = {one: str.maketrans("013457@$", f"o{one}eastas") for one in "li"}
_TOKEN = re.compile(r"[^\W_]*[a-z][\w@$']*|[\w@$']*[a-z][\w@$']*")
_APART = re.compile(r"(?<!\S)\S(?: \S)+(?!\S)")

_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])[ .·/-](?=[\u3400-\u9fff])")


def plain(text: str, one: str = "l") -> tuple[str, list[int]]:
    """The plain text with 1 read as `one` ("l" or "i"), and where in `text` its characters and its end stand."""
    readable = _TOKEN.sub(lambda m: _letters(m.group(), one), text)
    dropped = {
        i
        for run in _APART.finditer(readable)
        if run.end() - run.start() >= 5
        for i in range(run.start(), run.end())
        if readable[i] == " "
    }
    dropped |= {match.start() for match in _BETWEEN.finditer(readable)}
    kept = [i for i in range(len(readable)) if i not in dropped]
    joined = "".join(readable[i] for i in kept)
    return joined, [*kept, len(text)]


def _letters(token: str, one: str) -> str:
    """The token with its digits read as letters, unless most of it is digits."""
    digits = sum(char.isdigit() for char in token)
    return token if digits * 2 > len(token) else token.translate(_LEET[one])
