"""Words with letters starred out: `f*ntanyl`, `wh*ts*pp`. (Stars put between letters are gaps, not these.)"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

_TOKEN = re.compile(r"[^\W_]+(?:[*●•]{1,3}[^\W_]+){1,4}")
_STARS = "*●•"
_MAX_TOKENS = 50


class _HasText(Protocol):
    @property
    def text(self) -> str: ...


E = TypeVar("E", bound=_HasText)


def starred_words(folded: str, entries: Iterable[E]) -> Iterator[tuple[E, int, int]]:
    """(entry, start, end) for each starred token that an entry of four letters or more fits, star for letter."""
    tokens = [(m.group(), m.start(), m.end()) for _, m in zip(range(_MAX_TOKENS), _TOKEN.finditer(folded), strict=False)]
    sizes = {len(token) for token, _, _ in tokens}
    by_size: dict[int, list[E]] = {}
    for entry in entries:
        if len(entry.text) in sizes and len(entry.text) >= 4:
            by_size.setdefault(len(entry.text), []).append(entry)
    for token, start, end in tokens:
        for entry in by_size.get(len(token), ()):
            if _fits(token, entry.text):
                yield entry, start, end


def _fits(token: str, word: str) -> bool:
    kept = sum(a == b for a, b in zip(token, word, strict=True))
    return kept >= max(3, len(word) // 2) and all(a == b or a in _STARS for a, b in zip(token, word, strict=True))
