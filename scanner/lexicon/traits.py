"""Traits: what is known of one chat message by itself, found out for many at once.

A message is read in up to eight windows. What does not depend on the others in the window is found out here, once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from scanner.lexicon.buffers import folded_buffers
from scanner.lexicon.compiled import Meaning
from scanner.lexicon.gate import Gate
from scanner.lexicon.matcher import atom_stands, stands
from scanner.lexicon.pack import Rule
from scanner.match.script import is_word
from scanner.text.fold import SEPARATOR
from scanner.text.numbers.book import NumberBook
from scanner.text.signals import figures_in
from scanner.text.skeleton import skeleton_of

SEAM = 40
"""Characters on either side of a joint that a word in disguise may reach over."""
_TALKS = "trade_assurance"
"""The category whose hits answer something said before: a refusal two messages after the name of the service."""
_DIGIT = re.compile("[0-9]")
_WORD = re.compile("[a-z0-9]+")
_LONG_WORD = re.compile(r"[a-z]{4,}+(?=[ ,.!?])")
_SIGNS = ".,;:!?-–—'\"()"
_SWAPS = re.compile("[oоοσilιіsѕbвzзбgqч]+")
"""Letters that are read as digits beside digits."""
_LEAD = 40
"""Characters before the first figure of a message that goes on with a number, at most."""
_STRAY = 3
"""Letters that may stand beside the digits of a message that is a piece of a number."""


@dataclass(slots=True)
class Traits:
    """What is known of one message by itself.

    stirs    it needs a look of its own
    worded   it holds a form, an ordinary word that is one, or an atom of a pattern
    talks    it names the platform's service, of which the next message may say no
    hides    it holds a word in disguise
    hinted   where the words end that numbers, addresses or links are told with; 0 for none
    anchors  (pattern, start) of the atoms that stand in it
    asks     needs of the ordinary words and atoms that stand in it
    free     an atom stands in it that needs nothing
    met      needs that it meets; None until somebody asks
    head     skeleton of its first `SEAM` characters
    tail     skeleton of its last `SEAM` characters
    """

    text: str
    folded: str
    stirs: bool = False
    worded: bool = False
    talks: bool = False
    hides: bool = False
    hinted: int = 0
    anchors: tuple[tuple[int, int], ...] = ()
    asks: frozenset[int] = frozenset()
    free: bool = False
    met: frozenset[int] | None = None
    head: str = ""
    tail: str = ""
    _figures: tuple[bool, bool] | None = None

    @property
    def hangs(self) -> bool:
        """It ends in a word that numbers, addresses or links are told with, and more may follow."""
        return self.hinted > 0 and self.hinted >= len(self.folded.rstrip())

    @property
    def figured(self) -> bool:
        """It holds a digit or a number word."""
        return self._read_figures()[0]

    @property
    def leads(self) -> bool:
        """It may go on with a number begun before: nothing but joining words stands before its first figure."""
        return self._read_figures()[1]

    def _read_figures(self) -> tuple[bool, bool]:
        if self._figures is None:
            self._figures = _figures_of(self.folded, hinted=self.hinted > 0)
        return self._figures


def traits_of(gate: Gate, texts: Iterable[str]) -> dict[str, Traits]:
    """The traits of each distinct text."""
    out: dict[str, Traits] = {}
    distinct = list(dict.fromkeys(texts))
    for numbers, buffer in folded_buffers(distinct):
        group = [distinct[number] for number in numbers]
        pieces = buffer.split(SEPARATOR)
        heads, tails = _skeletons([piece[:SEAM] for piece in pieces]), _skeletons([piece[-SEAM:] for piece in pieces])
        known = [
            Traits(text, piece, head=head, tail=tail)
            for text, piece, head, tail in zip(group, pieces, heads, tails, strict=True)
        ]
        for number in gate.stirred(buffer):
            _note_disguise(gate, known[number])
        _note_words(gate, buffer, known)
        out.update(zip(group, known, strict=True))
    return out


def _skeletons(pieces: Sequence[str]) -> list[str]:
    return skeleton_of(SEPARATOR.join(pieces)).split(SEPARATOR)


def _note_disguise(gate: Gate, traits: Traits) -> None:
    """A text that stirs: whether a word in disguise is in it, of whatever kind."""
    traits.stirs = True
    traits.hides = gate.disguise_in(traits.folded)
    if traits.hides:
        keywords = gate.tables.skeleton
        found = {index for index, _, _ in keywords.find(skeleton_of(traits.folded))}
        entries = (entry for index in found for entry in keywords.meaning(index).entries)
        traits.talks = any(entry.rule.category == _TALKS for entry in entries)


def _note_words(gate: Gate, buffer: str, known: Sequence[Traits]) -> None:
    """Forms and atoms that stand in a buffer's texts, whatever stands round them, and hints of numbers or addresses."""
    ends = list(accumulate(len(traits.folded) + 1 for traits in known))
    keywords = gate.tables.folded
    for index, start, end in keywords.find(buffer):
        meaning, number = keywords.meaning(index), bisect_right(ends, start)
        at = ends[number - 1] if number else 0
        if meaning.hint is not None:
            known[number].hinted = max(end - at, known[number].hinted)
        if meaning.patterns or meaning.entries:
            _note(gate, known[number], meaning, start - at, end - at)


def _note(gate: Gate, traits: Traits, meaning: Meaning, start: int, end: int) -> None:
    """One string of the automaton that was met in a text."""
    if meaning.patterns and atom_stands(traits.folded, start, end):
        traits.anchors += tuple((number, start) for number in meaning.patterns)
        for number in meaning.patterns:
            _note_rule(gate, traits, gate.tables.patterns[number].rule)
    for entry in meaning.entries:
        if stands(traits.folded, start, end, entry):
            _note_rule(gate, traits, entry.rule)


def _note_rule(gate: Gate, traits: Traits, rule: Rule) -> None:
    """A form or an atom of a rule stands in a text."""
    traits.worded = True
    traits.talks = traits.talks or rule.category == _TALKS
    group = gate.tables.needs.group_of(rule)
    if group is None:
        traits.free = True
    elif group not in traits.asks:
        traits.asks |= {group}


def _figures_of(folded: str, *, hinted: bool) -> tuple[bool, bool]:
    """Whether a text holds a digit or a number word, and whether the first may go on with a number."""
    opening = folded[:_LEAD].split(None, 1)
    if opening and opening[0].strip(_SIGNS) in _number_words():
        return True, True  # a short word for a number shows only behind another
    if not hinted and folded.isascii() and not _DIGIT.search(folded):
        return False, False
    first = min(figures_in(folded), default=-1) if hinted else next(figures_in(folded), -1)
    return first >= 0, first >= 0 and _leads(folded[:first])


def _leads(before: str) -> bool:
    """Whether a reader would go on with a number over the text before a figure (a digit, or a word's last letter)."""
    opening = _LONG_WORD.match(before)
    if opening is not None and not _joins(opening[0]):
        return False
    if sum(map(str.isalnum, before)) <= _STRAY:
        return True
    if len(before) > _LEAD:
        return False
    words = before.split()
    if not before[-1].isspace():
        words.pop()
    return all(_joins(word) for word in words)


def _joins(word: str) -> bool:
    """Whether a reader of a number reads on over a word: nothing but signs, a number word or one that joins digits."""
    bare = "".join(_WORD.findall(word) if word.isascii() else filter(is_word, word))
    return not bare or bare in _number_words() or _SWAPS.fullmatch(bare) is not None or _is_glued(bare)


def _is_glued(word: str) -> bool:
    """Whether a word of a script without spaces is number words, or words between digits, but for a letter or two."""
    return word >= "\u0e00" and len(_glued_words().sub("", word)) <= _STRAY


@cache
def _number_words() -> frozenset[str]:
    """Every word that number words and words between digits are written with."""
    phrases = (phrase for phrase in NumberBook.shipped().meanings)
    words = {word for phrase in phrases for word in (phrase, *re.split(r"[\s\-'’.,]+", phrase))}
    return frozenset(words | {"".join(filter(is_word, word)) for word in words} - {""})


@cache
def _glued_words() -> re.Pattern[str]:
    """Those of scripts without spaces, wherever they stand."""
    book = NumberBook.shipped()
    words = sorted({*(word for word in book.meanings if word >= "\u0e00"), *book.han}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


__all__ = ["SEAM", "Traits", "traits_of"]
