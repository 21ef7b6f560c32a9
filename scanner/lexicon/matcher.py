"""From packs to finds: every form of every rule, in one pass over each view.

Two automata run on every text: one over the folded text (forms, likely misspellings, atoms of patterns, signs
of disguise), one over its skeleton (forms of five letters or more, in disguise). Nothing costlier runs on a text
in which neither finds anything that stands up to a look at its surroundings.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import accumulate

from scanner.lexicon.compiled import REPEATED, SINGLE, STARRED, Meaning, Tables
from scanner.lexicon.entry import Entry
from scanner.lexicon.found import Found
from scanner.lexicon.look import MAX_FINDS, Look
from scanner.lexicon.ordinary import ordinary_words
from scanner.lexicon.pack import Lexicon
from scanner.match import disguise
from scanner.match.bounds import ends_word, starts_word
from scanner.match.messages import pieces_over_joint, words_over_messages
from scanner.match.singles import single_letter_words
from scanner.match.stars import fits, starred_tokens
from scanner.model import Span
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.skeleton import Skeleton, skeleton_of

_REPEATED = re.compile(r"(\w)\1\1")
_SHORT_PIECE = 3
"""Letters of a piece that may be a word, with less behind it: "sky / pe: x" leads on, "sky / pe foam" does not."""
_LEADS_ON = re.compile(r" ?(?:[:：=@#]|$|\n)")
_LEADING = re.compile(r"[^\W_][ ._\-*/|~·•+]{1,5}(?:[^\W_](?![^\W_])|[@$!|])")
_DISGUISED_SCORE = 0.95
_ASCII_LETTERS = frozenset(string.ascii_lowercase)
_ASCII_WORD = frozenset(string.ascii_lowercase + string.digits)
Match = tuple[Meaning, int, int]
"""A string of an automaton by its meaning, and its start and end in the folded text."""
Sight = tuple[Entry, int, int, tuple[str, ...], float]
"""An entry seen at a start and end of the folded text, by which disguise, and how sure that is."""


class Matcher:
    """A compiled lexicon. Immutable; `find` may be called from many threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.tables = Tables(lexicon)
        self._unspaced = cache(self._find_unspaced)

    def find(self, reading: Reading, at: date, goods: str = "") -> tuple[list[Found], tuple[str, ...]]:
        """Every find of rules in force, sorted by span, and what cut the search short.

        A weak form is dropped unless a phrase its rule needs is near it or in the path of the `goods`.
        """
        look = Look(self.tables.needs, reading, at, goods)
        table = self.tables.folded
        matches = [(table.meaning(index), start, end) for index, start, end in table.find(reading.folded.text)]
        for sight in self._sights(reading, matches):
            if not look.entry(*sight):
                break
        if len(reading.pieces) > 1:
            self._over_messages(look)
        self._in_patterns(look, matches)
        return look.finds(), tuple(sorted(look.work.cut))

    def _sights(self, reading: Reading, matches: Sequence[Match]) -> Iterator[Sight]:
        """Entries that stand in the folded text, as they are or in a disguise that leaves them in one message."""
        folded = reading.folded.text
        signs = {meaning.sign for meaning, _, _ in matches} | leading_sign(folded)
        yield from _in_folded(folded, matches)
        yield from self._in_skeleton(reading)
        if REPEATED in signs:
            yield from self.repeated(folded, reading.collapsed)
        if SINGLE in signs:
            for word, start, end in single_letter_words(folded):
                for entry in self.tables.short.get(word, ()):
                    yield entry, start, end, ("spaced",), 1.0
        if STARRED in signs:
            for entry, start, end in self.starred(folded):
                yield entry, start, end, ("leet",), 1.0

    def _in_skeleton(self, reading: Reading) -> Iterator[Sight]:
        folded = reading.folded.text
        matches = self.tables.skeleton.find(skeleton_of(folded))
        if matches:
            joints = _folded_joints(reading)
            for entry, start, end, evasion in self.disguised(folded, reading.skeleton.positions, matches, joints):
                yield entry, start, end, evasion, _DISGUISED_SCORE if evasion else 1.0

    def _find_unspaced(self, index: int) -> dict[str, list[Entry]]:
        """Letters of a skeleton's entries -> those that are written so but for their spaces, one of each rule."""
        best: dict[tuple[str, str, bool], Entry] = {}
        for entry in self.tables.skeleton.meaning(index).entries:
            letters = self.tables.shape(entry.text).letters
            if entry.text != letters and entry.score == 1:
                key = (letters, entry.rule.id, entry.weak)
                if key not in best or len(entry.evasion) < len(best[key].evasion):
                    best[key] = entry
        out: dict[str, list[Entry]] = {}
        for (letters, _, _), entry in best.items():
            out.setdefault(letters, []).append(entry)
        return out

    def disguised(
        self,
        folded: str,
        positions: Sequence[int],
        matches: Sequence[tuple[int, int, int]],
        joints: frozenset[int],
    ) -> Iterator[tuple[Entry, int, int, tuple[str, ...]]]:
        """Skeleton matches that the text confirms: entry, start, end in the folded text, evasions."""
        for index, start, end in matches:
            low, high = positions[start], positions[end - 1] + 1
            written, inside = folded[low:high], _is_inside(folded, low, high)
            unspaced = self._unspaced(index).get(written)
            if unspaced and starts_word(folded, low, written) and ends_word(folded, high, written):
                for entry in unspaced:
                    yield entry, low, high, ()
            at = positions[start:end]
            for entry in self.tables.skeleton.meaning(index).entries:
                shape = self.tables.shape(entry.text)
                if written in (entry.text, shape.letters) or (inside and entry.text.isascii()):
                    continue
                evasion = disguise.judge(folded, at, shape, joints=joints)
                if evasion is None and _is_cut(folded, at, entry, joints):
                    evasion = ("split_messages",)
                if evasion is not None and (entry.score == 1 or _sure(evasion, entry, written)):
                    yield entry, low, high, evasion

    def repeated(self, folded: str, skeleton: Skeleton) -> Iterator[Sight]:
        """Entries with a letter written three times or more; `skeleton` has every run written once."""
        for index, start, end in self.tables.collapsed.find(skeleton.text):
            low, high = skeleton.positions[start], _run_end(folded, skeleton, end)
            if not _REPEATED.search(folded, low, high):
                continue
            for entry in self.tables.collapsed.meaning(index).entries:
                broken = any(c.isspace() for c in folded[low:high]) and " " not in entry.text
                if not broken and starts_word(folded, low, entry.text) and ends_word(folded, high, entry.text):
                    yield entry, low, high, ("repeated",), _DISGUISED_SCORE

    def split_words(self, folded_pieces: Sequence[str]) -> Iterator[tuple[Entry, int, int]]:
        """(entry, first piece, last piece) of forms written over several short messages."""
        for word, first, last in words_over_messages(folded_pieces):
            for entry in self.tables.whole.get(word, ()):
                if len(word) >= 4 or ((len(word) == 3 or not entry.weak) and last - first + 1 >= len(word)):
                    yield entry, first, last

    def _over_messages(self, look: Look) -> None:
        """Entries written over several short messages."""
        reading = look.reading
        pieces = [fold(piece) for piece in reading.pieces]
        starts = [0, *accumulate(len(piece) + 1 for piece in reading.pieces)]
        for entry, first, last in self.split_words(pieces):
            tail = len(reading.pieces[first].split()[-1])
            start = starts[first] + len(reading.pieces[first].rstrip()) - tail
            end = starts[last] + len(reading.pieces[last].rstrip())
            evasion = (*entry.evasion, "split_messages")
            if not look.take(Found(entry.rule, entry.form, Span(start, end), evasion, entry.weak, 0.9)):
                break

    def starred(self, folded: str) -> Iterator[tuple[Entry, int, int]]:
        for token, start, end in starred_tokens(folded):
            for entry in self.tables.by_length.get(len(token), ()):
                if fits(token, entry.text):
                    yield entry, start, end

    def _in_patterns(self, look: Look, matches: Sequence[Match]) -> None:
        """Patterns, where their atoms stand."""
        view = look.reading.folded
        anchors: dict[int, list[int]] = {}
        for meaning, start, end in matches:
            if meaning.patterns and atom_stands(view.text, start, end):
                for number in meaning.patterns:
                    anchors.setdefault(number, []).append(start)
        for number in sorted(anchors):
            pattern = self.tables.patterns[number]
            rule = pattern.rule
            for start, end in pattern.matches(view.text, anchors[number], look.work):
                span = view.span(start, end)
                if not look.take(Found(rule, "", span, rule.evasion, score=pattern.score, pattern=True)):
                    return


def _in_folded(folded: str, matches: Sequence[Match]) -> Iterator[Sight]:
    """Entries that stand there as they are spelt."""
    for meaning, start, end in matches:
        text = meaning.entries[0].text if meaning.entries else ""
        if text and starts_word(folded, start, text):
            ends = ends_word(folded, end, text)
            for entry in meaning.entries:
                if ends or (entry.inflects and ends_word(folded, end, text, inflects=True)):
                    yield entry, start, end, (), 1.0


def _is_inside(folded: str, low: int, high: int) -> bool:
    """Whether an ASCII word plainly goes on before or behind: no ASCII form begins or ends there (but for a plural)."""
    before, after = folded[low - 1 : low], folded[high : high + 1]
    return before in _ASCII_LETTERS or (after in _ASCII_LETTERS and after != "s")


def leading_sign(folded: str) -> set[str | None]:
    """The sign that a text beginning with a single letter is; elsewhere the automaton sees it."""
    return {SINGLE} if _LEADING.match(folded) else set()


def atom_stands(folded: str, start: int, end: int) -> bool:
    """Whether an atom wakes its patterns there: ASCII ones of three letters at a word's start, shorter ones alone."""
    if end - start > 3 or not folded[start].isascii() or not folded[start].isalnum():
        return True
    if start and folded[start - 1] in _ASCII_WORD:
        return False
    return end - start == 3 or end >= len(folded) or not folded[end - 1].isalnum() or folded[end] not in _ASCII_WORD


def stands(folded: str, start: int, end: int, entry: Entry) -> bool:
    """Whether a spelling stands there as a word of its own."""
    return starts_word(folded, start, entry.text) and ends_word(folded, end, entry.text, inflects=entry.inflects)


def _sure(evasion: tuple[str, ...], entry: Entry, written: str) -> bool:
    """A guessed spelling counts in a skeleton only with swapped letters, or set apart when it is a long word."""
    if " " in written and "leet" not in evasion:
        return False
    return "leet" in evasion or "lookalike" in evasion or ("spaced" in evasion and len(entry.text) >= 7)


def _is_cut(folded: str, at: Sequence[int], entry: Entry, joints: frozenset[int]) -> bool:
    """Whether a name as it is written is cut in two by the end of a message, into pieces that are no words."""
    if not joints or entry.score != 1 or entry.weak or [folded[k] for k in at] != list(entry.text):
        return False
    pieces = pieces_over_joint(folded, at, joints)
    if pieces is None:
        return False
    if len(pieces[0]) == _SHORT_PIECE and len(pieces[-1]) < _SHORT_PIECE:
        return _LEADS_ON.match(folded, at[-1] + 1) is not None
    return not all(len(piece) < 3 or piece in ordinary_words() for piece in pieces)


def _run_end(folded: str, skeleton: Skeleton, end: int) -> int:
    """Where the run of the last matched letter ends in the folded text."""
    last = skeleton.positions[end - 1]
    stop = last + 1
    while stop < len(folded) and folded[stop] == folded[last]:
        stop += 1
    return stop


def _folded_joints(reading: Reading) -> frozenset[int]:
    """The joints between messages as indices of the folded view."""
    if not reading.joints:
        return frozenset()
    view = reading.folded
    return frozenset(i for i, c in enumerate(view.text) if c == "\n" and view.starts[i] in reading.joints)


__all__ = ["MAX_FINDS", "Matcher", "atom_stands", "leading_sign", "stands"]
