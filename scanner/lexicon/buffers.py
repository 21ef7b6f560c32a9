"""Many texts through the gate at once: joined into buffers, plain ones apart from the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scanner.lexicon.gate import Gate
from scanner.text.entities import MARK
from scanner.text.fold import SEPARATOR, fold, fold_buffer

MAX_TEXT = 100_000
"""Code points of one text that are read; a longer one is cut there and the scan says so."""
_BUFFER = 64_000
"""Code points of one buffer: small enough to stay in the cache."""
_ALONE = 8_000
"""Longer texts go through the gate by themselves."""


def stirred_texts(gate: Gate, texts: Sequence[str]) -> set[int]:
    """Numbers of the texts that need a look."""
    return _asked(gate.stirred, texts)


def worded_texts(gate: Gate, texts: Sequence[str]) -> set[int]:
    """Numbers of the texts that hold a word or an atom of a pattern, whatever stands round it."""
    return _asked(gate.worded, texts)


def figured_texts(gate: Gate, texts: Sequence[str]) -> set[int]:
    """Numbers of the texts that hold a digit or a number word."""
    return _asked(gate.figured, texts)


def _asked(ask: Callable[[str], set[int]], texts: Sequence[str]) -> set[int]:
    """What is asked of buffers, answered for texts."""
    plain: list[int] = []
    other: list[int] = []
    out: set[int] = set()
    for number, text in enumerate(texts):
        if len(text) > _ALONE or SEPARATOR in text or MARK in text:
            if ask(fold(text[:MAX_TEXT])):
                out.add(number)
        else:
            (plain if text.isascii() else other).append(number)
    for numbers in (plain, other):
        for chunk in _chunks(texts, numbers):
            out.update(chunk[i] for i in ask(fold_buffer(SEPARATOR.join([texts[i] for i in chunk]))))
    return out


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
