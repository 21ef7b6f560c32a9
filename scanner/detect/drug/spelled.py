"""CAS numbers spelled out: "two-eight-five-seven-eight dash one six dash seven"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from scanner.text.cas import CasFind, is_cas
from scanner.text.fold import fold

_LONGEST = 12
"""Figures and dashes of the longest CAS number."""
_SHORTEST = 7


class SpelledBook:
    """Words for figures and for the dash, as the table `figures` of a pack names them."""

    def __init__(self, tables: Iterable[Mapping[str, Iterable[str]]]) -> None:
        self._signs = {fold(word): sign for table in tables for sign, words in table.items() for word in words}
        self._signs.update({str(figure): str(figure) for figure in range(10)})

    @cached_property
    def _word(self) -> re.Pattern[str]:
        words = "|".join(sorted(map(re.escape, self._signs), key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)")

    def find(self, folded: str) -> Iterator[CasFind]:
        """CAS numbers with a right check digit; words up to two characters apart make one number."""
        row: list[re.Match[str]] = []
        for match in self._word.finditer(folded):
            if row and match.start() - row[-1].end() > 2:
                yield from self._read(row)
                row = []
            row.append(match)
        yield from self._read(row)

    def _read(self, row: list[re.Match[str]]) -> Iterator[CasFind]:
        signs = [self._signs[match[0]] for match in row]
        start = 0
        while start + _SHORTEST <= len(row):
            sizes = range(min(_LONGEST, len(row) - start), _SHORTEST - 1, -1)
            size = next((n for n in sizes if is_cas("".join(signs[start : start + n]))), 0)
            if size:
                number = "".join(signs[start : start + size])
                yield CasFind(row[start].start(), row[start + size - 1].end(), number, ("digits",))
            start += size or 1
