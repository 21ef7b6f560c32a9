"""Many texts through the gate at once: joined into buffers, plain ones apart from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.lexicon.gate import Gate
from scanner.text.entities import MARK
from scanner.text.fold import SEPARATOR, fold, fold_buffer

MAX_TEXT = 100_000
"""Code points of one text that are read; a longer one is cut there and the scan says so."""
_BUFFER = 64_000
"""Code points of one buffer: small enough to stay in the cache."""
_ALONE = 8_000
"""Longer texts go through the gate by themselves."""


def stirred_texts(gate: Gate, texts: Sequence[str]) -> dict[int, bool]:
    """Numbers of the texts that need a look, each with whether a number, an address or a link may be in it."""
    return {
        numbers[place]: signals
        for numbers, buffer in folded_buffers(texts)
        for place, signals in gate.stirred(buffer).items()
    }


def folded_buffers(texts: Sequence[str]) -> Iterator[tuple[list[int], str]]:
    """The texts folded, many in one buffer (joined by `SEPARATOR`), with the numbers of those in it."""
    plain: list[int] = []
    other: list[int] = []
    for number, text in enumerate(texts):
        if len(text) > _ALONE or SEPARATOR in text or MARK in text:
            yield [number], fold(text[:MAX_TEXT])
        else:
            (plain if text.isascii() else other).append(number)
    for numbers in (plain, other):
        for chunk in _chunks(texts, numbers):
            yield chunk, fold_buffer(SEPARATOR.join([texts[i] for i in chunk]))


def _chunks(texts: Sequence[str], numbers: Sequence[int]) -> Iterator[list[int]]:
    """Consecutive numbers whose texts fit into one buffer."""
    chunk: list[int] = []
    size = 0
    for number in numbers:
        chunk.append(number)
        size += len(texts[number]) + 1
        if size >= _BUFFER:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
