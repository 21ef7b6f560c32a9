"""Words spread over short messages of one sender: `z` / `a` / `p`, `sky` / `it takes 20 days` / `pe`.

The skeleton reads words cut at a message's end. This reads the rest: pieces that are whole messages, with other
messages in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

_PIECE = 8
"""Letters of a message that may be a piece of a word."""
_WINDOW = 9
"""Messages looked at together (a window and the message itself)."""
_LONGEST = 16


def words_over_messages(pieces: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """(word, first, last): each concatenation of the last word of one message and the whole short ones after it.

    `first` and `last` number the pieces. Messages too long to be a piece are passed over.
    """
    count = len(pieces)
    short = [piece.strip() if _is_piece(piece) else "" for piece in pieces]
    for first in range(max(0, count - _WINDOW), count - 1):
        word = _last_word(pieces[first])
        if not word:
            continue
        for last in range(first + 1, count):
            if not short[last]:
                continue
            word += short[last]
            if len(word) > _LONGEST:
                break
            yield word, first, last


def pieces_over_joint(folded: str, positions: Sequence[int], joints: frozenset[int]) -> tuple[str, str] | None:
    """The end of one message and the beginning of the next that matched letters fill, whole words of both."""
    breaks = [(a, b) for a, b in pairwise(positions) if b != a + 1]
    if len(breaks) != 1 or breaks[0][1] != breaks[0][0] + 2 or breaks[0][0] + 1 not in joints:
        return None
    start, end = positions[0], positions[-1] + 1
    if (start and folded[start - 1].isalnum()) or (end < len(folded) and folded[end].isalnum()):
        return None
    return folded[start : breaks[0][0] + 1], folded[breaks[0][1] : end]


def _is_piece(piece: str) -> bool:
    text = piece.strip()
    return 0 < len(text) <= _PIECE and text.isalpha()


def _last_word(piece: str) -> str:
    """The last word of a message, when it is short enough to be a piece."""
    words = piece.split()
    return words[-1] if words and _is_piece(words[-1]) else ""
