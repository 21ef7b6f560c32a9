"""Words with letters starred out: `f*ntanyl`, `wh*ts*pp`. (Stars put between letters are gaps, not these.)"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[^\W_]++(?:[*●•]{1,3}[^\W_]++){1,4}")
_STARS = "*●•"
_MAX_TOKENS = 50


def starred_tokens(folded: str) -> list[tuple[str, int, int]]:
    """(token, start, end) of the first fifty words with stars inside."""
    found = zip(range(_MAX_TOKENS), _TOKEN.finditer(folded), strict=False)
    return [(m.group(), m.start(), m.end()) for _, m in found]


def fits(token: str, word: str) -> bool:
    """Whether a starred token of the same length reads as the word, star for letter; half its letters must show."""
    kept = sum(a == b for a, b in zip(token, word, strict=True))
    return kept >= max(3, len(word) // 2) and all(a == b or a in _STARS for a, b in zip(token, word, strict=True))
