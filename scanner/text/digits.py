"""Numbers as a person reads them: digits of any script and shape, spelled, spaced out, over several messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.model import Span
from scanner.text.reading import Reading


@dataclass(frozen=True, slots=True)
class Number:
    """A run of digits as a person would read it.

    digits   ASCII digits, "+" not included
    plus     an international prefix was written ("+", "plus", "加号"; "00" stays in the digits)
    span     original, from the first to the last digit or number word, with a leading + or bracket
    evasion  disguises undone: "digits", "spelled", "spaced", "reversed", "split_messages"
    groups   lengths of the runs that separators part, in order
    words    how many digits were written as words
    """

    digits: str
    plus: bool
    span: Span
    evasion: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    words: int = 0


class NumberBook:
    """The number words of all languages, compiled from a pack's settings."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings


def read_numbers(reading: Reading, book: NumberBook) -> list[Number]:
    """Every number of the text, in text order."""
    return []
