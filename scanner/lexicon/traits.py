"""Traits: what is known of one chat message by itself, found out for many at once.

A message is read in up to eight windows. What does not depend on the others in the window is found out here, once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from scanner.lexicon.buffers import MAX_TEXT
from scanner.lexicon.compiled import Meaning
from scanner.lexicon.gate import Gate
from scanner.lexicon.matcher import atom_stands, stands
from scanner.match.script import is_word
from scanner.text.entities import MARK
from scanner.text.fold import SEPARATOR, fold, fold_buffer
from scanner.text.numbers.book import NumberBook
from scanner.text.signals import figures_in
from scanner.text.skeleton import skeleton_of

SEAM = 40
"""Characters on either side of a joint that a word in disguise may reach over."""
_BUFFER = 64_000
"""Code points of one buffer."""
_LONG = 8_000
"""Longer texts make buffers of their own."""
_TALKS = "trade_assurance"
"""The category whose hits answer something said before: a refusal two messages after the name of the service."""
_DIGIT = re.compile("[0-9]")
_OPENING = re.compile(r"[^\s\-.,;:]+")
_SWAPS = re.compile("[oоοσilιіsѕbвzзбgqч]+")
"""Letters that are read as digits beside digits."""
_STRAY = 3
"""Letters that may stand beside the digits of a message that is a piece of a number."""


@dataclass(slots=True)
class Traits:
    """What is known of one message by itself.

    stirs    it needs a look of its own
    worded   it holds a form, an ordinary word that is one, or an atom of a pattern
    figured  it holds a digit or a number word
    talks    it names the platform's service, of which the next message may say no
    hides    it holds a word in disguise
    hangs    it ends in a word that numbers or addresses are told with, of which more may follow
    leads    it may go on with a number of the message before: nothing but joining words stands before its first figure
    anchors  (pattern, start) of the atoms that stand in it
    head     skeleton of its first `SEAM` characters
    tail     skeleton of its last `SEAM` characters
    """

    text: str
    folded: str
    stirs: bool = False
    worded: bool = False
    figured: bool = False
    talks: bool = False
    hides: bool = False
    hangs: bool = False
    leads: bool = False
    anchors: tuple[tuple[int, int], ...] = ()
    head: str = ""
    tail: str = ""


def traits_of(gate: Gate, texts: Iterable[str]) -> dict[str, Traits]:
    """The traits of each distinct text."""
    out: dict[str, Traits] = {}
    for group in _groups(dict.fromkeys(texts)):
        buffer = fold_buffer(SEPARATOR.join(group)) if len(group) > 1 else fold(group[0][:MAX_TEXT])
        pieces = buffer.split(SEPARATOR)
        heads, tails = _skeletons([piece[:SEAM] for piece in pieces]), _skeletons([piece[-SEAM:] for piece in pieces])
        known = [
            Traits(text, piece, head=head, tail=tail)
            for text, piece, head, tail in zip(group, pieces, heads, tails, strict=True)
        ]
        for number in gate.stirred(buffer):
            known[number].stirs = True
            known[number].hides = gate.disguise_in(known[number].folded)
        hinted = _note_words(gate, buffer, known)
        for number, traits in enumerate(known):
            _note_figures(traits, hints_end=hinted.get(number, 0))
        out.update(zip(group, known, strict=True))
    return out


def _skeletons(pieces: Sequence[str]) -> list[str]:
    return skeleton_of(SEPARATOR.join(pieces)).split(SEPARATOR)


def _groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts that fit into one buffer, plain ones apart from the others."""
    held: dict[bool, list[str]] = {True: [], False: []}
    sizes = {True: 0, False: 0}
    for text in texts:
        if len(text) > _LONG or SEPARATOR in text or MARK in text:
            yield [text]
            continue
        plain = text.isascii()
        held[plain].append(text)
        sizes[plain] += len(text) + 1
        if sizes[plain] >= _BUFFER:
            yield held[plain]
            held[plain], sizes[plain] = [], 0
    yield from (group for group in held.values() if group)


def _note_words(gate: Gate, buffer: str, known: Sequence[Traits]) -> dict[int, int]:
    """Forms and atoms that stand in a buffer's texts, whatever stands round them; where the hints of each text end."""
    ends = list(accumulate(len(traits.folded) + 1 for traits in known))
    keywords = gate.tables.folded
    hinted: dict[int, int] = {}
    for index, start, end in keywords.find(buffer):
        meaning, number = keywords.meaning(index), bisect_right(ends, start)
        at = ends[number - 1] if number else 0
        if meaning.hint is not None:
            hinted[number] = max(end - at, hinted.get(number, 0))
        if meaning.patterns or meaning.entries:
            _note(gate, known[number], meaning, start - at, end - at)
    return hinted


def _note(gate: Gate, traits: Traits, meaning: Meaning, start: int, end: int) -> None:
    """One string of the automaton that was met in a text."""
    if meaning.patterns and atom_stands(traits.folded, start, end):
        rules = [gate.tables.patterns[number].rule for number in meaning.patterns]
        traits.worded = True
        traits.talks = traits.talks or any(rule.category == _TALKS for rule in rules)
        traits.anchors += tuple((number, start) for number in meaning.patterns)
    for entry in meaning.entries:
        telling = not traits.worded or (not traits.talks and entry.rule.category == _TALKS)
        if telling and stands(traits.folded, start, end, entry):
            traits.worded = True
            traits.talks = traits.talks or entry.rule.category == _TALKS


def _note_figures(traits: Traits, *, hints_end: int) -> None:
    """Digits and number words, and whether the first of them may go on with a number."""
    folded = traits.folded
    traits.hangs = hints_end > 0 and hints_end >= len(folded.rstrip())
    opening = _OPENING.match(folded)
    if opening is not None and "".join(filter(is_word, opening[0])) in _number_words():
        traits.figured = traits.leads = True  # a short word for a number shows only behind another
    elif hints_end or not folded.isascii() or _DIGIT.search(folded):
        first = min(figures_in(folded), default=-1) if hints_end else next(figures_in(folded), -1)
        traits.figured = first >= 0
        traits.leads = traits.figured and _leads(folded[:first])


def _leads(before: str) -> bool:
    """Whether a reader would go on with a number over the text before a figure (a digit, or a word's last letter)."""
    words = before.split()
    if words and not before[-1].isspace():
        words.pop()
    bare = ["".join(filter(is_word, word)) for word in words]
    if sum(map(len, bare)) <= _STRAY:
        return True
    return all(not word or word in _number_words() or _SWAPS.fullmatch(word) or _is_glued(word) for word in bare)


def _is_glued(word: str) -> bool:
    """Whether a word of a script without spaces is number words, or words between digits, but for a letter or two."""
    return word >= "\u0e00" and len(_glued_words().sub("", word)) <= _STRAY


@cache
def _number_words() -> frozenset[str]:
    """Every word that number words and words between digits are written with."""
    words = (word for phrase in NumberBook.shipped().meanings for word in re.split(r"[\s\-'’.,]+", phrase))
    return frozenset("".join(filter(is_word, word)) for word in words)


@cache
def _glued_words() -> re.Pattern[str]:
    """Those of scripts without spaces, wherever they stand."""
    book = NumberBook.shipped()
    words = sorted({*(word for word in book.meanings if word >= "\u0e00"), *book.han}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


__all__ = ["SEAM", "Traits", "traits_of"]
