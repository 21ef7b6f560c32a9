"""The skeleton: what is left of a text when disguises of letters are undone and separators dropped.

Letters that look alike share one form (i, l, 1 and ! are all "i"); digits and symbols that stand for letters
become them. Skeletons of honest text hold nonsense: a match in one is a suspicion that
`scanner.match.disguise` confirms or drops by looking at the text itself.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress

from scanner.text.charmap import CharMap
from scanner.text.data import data_file
from scanner.text.fold import SEPARATOR, STEADY_LETTERS

LEET = {
    "0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t",
}  # fmt: skip
"""Digits and symbols written for letters; the common substitutions of English-language leet."""
_MERGED = {"l": "i"}
"""Letters no reader tells apart in most typefaces (capital i, small L)."""


@cache
def lookalikes() -> dict[str, str]:
    """Characters of other scripts -> the Latin letter they look like (Unicode TR39 and common use)."""
    lines = data_file("text", "confusables.csv").read_text(encoding="utf-8").splitlines()
    return {row["char"]: row["reads_as"] for row in csv.DictReader(lines)}


def skeleton_char(char: str) -> str:
    """What a folded character is in a skeleton: one character, or "" for separators (but a buffer's)."""
    if char == SEPARATOR:
        return char
    char = LEET.get(char, char)
    char = lookalikes().get(char, char)
    char = _MERGED.get(char, char)
    return char if char.isalnum() or unicodedata.category(char)[0] == "M" else ""


class _SkeletonTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        out = skeleton_char(chr(code))
        if len(self) < 60_000:
            self[code] = out
        return out


SKELETON = _SkeletonTable()
_MAP = CharMap(SKELETON, "abcdefghijkmnopqrstuvwxyz" + STEADY_LETTERS + SEPARATOR)
_SEPARATORS = re.compile('[\t\n "#%-*,-/:-?\\[-`{}~\u2010-\u201f\u2022-\u205e\u3000-\u3003\u3008-\u3011]+')
"""The commonest characters that a skeleton drops; dropping them first leaves little to map."""
_ASCII_DROP = bytes(c for c in range(128) if not skeleton_char(chr(c)))
_ASCII_MAP = bytes(ord(skeleton_char(chr(c).lower()) or "\0") if c < 128 else c for c in range(256))


def skeleton_of(text: str) -> str:
    """The skeleton of a folded text, offsets lost; ASCII takes the fast way."""
    if text.isascii():
        return text.encode("ascii").translate(_ASCII_MAP, _ASCII_DROP).decode("ascii")
    return _MAP.apply(_SEPARATORS.sub("", text))


_RUN = re.compile(r"(.)\1+", re.DOTALL)
_KEPT_ASCII = bytes(c not in _ASCII_DROP for c in range(256))


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`text` with, for each of its characters, the index in the folded text it was read from."""

    text: str
    positions: Sequence[int]

    @classmethod
    def of(cls, folded: str) -> Skeleton:
        """The skeleton of a folded text."""
        if folded.isascii():
            text = skeleton_of(folded)
            return cls(text, list(compress(range(len(folded)), folded.encode("ascii").translate(_KEPT_ASCII))))
        read = [SKELETON[ord(char)] for char in folded]
        return cls("".join(read), list(compress(range(len(read)), read)))

    def collapsed(self) -> Skeleton:
        """The skeleton with every run of one letter written once: `whaaatsapp` reads `whatsap`."""
        text = self.text
        kept = [at for i, at in enumerate(self.positions) if i == 0 or text[i] != text[i - 1]]
        return Skeleton(collapse(text), kept)


def collapse(text: str) -> str:
    """`text` with every run of one character written once."""
    return _RUN.sub(r"\1", text)
