"""From packs to finds: every form of every rule, in one pass over each view.

Two automata run on every text: one over the folded text (forms, likely misspellings, atoms of patterns, signs
of disguise), one over its skeleton (forms of five letters or more, in disguise). Nothing costlier runs on a text
in which neither finds anything that stands up to a look at its surroundings.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate

from scanner.lexicon.compiled import REPEATED, SINGLE, STARRED, Meaning, Tables
from scanner.lexicon.entry import Entry
from scanner.lexicon.found import Found
from scanner.lexicon.ordinary import ordinary_words
from scanner.lexicon.pack import Lexicon
from scanner.lexicon.patterns import Work
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
_LEADING = re.compile(r"[^\W_][ ._\-*/|~·•+]")
MAX_FINDS = 2_000
"""Finds taken from one text, at most; more is a text made to be slow, and the scan says so."""
_DISGUISED_SCORE = 0.95
_ASCII_WORD = frozenset(string.ascii_lowercase + string.digits)


class Matcher:
    """A compiled lexicon. Immutable; `find` may be called from many threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.tables = Tables(lexicon)

    def find(self, reading: Reading, at: date, goods: str = "") -> tuple[list[Found], tuple[str, ...]]:
        """Every find of rules in force, sorted by span, and what cut the search short.

        A weak form is dropped unless a phrase its rule needs is near it or in the path of the `goods`.
        """
        best: dict[tuple[str, Span, bool], Found] = {}
        work = Work()
        by_goods = self.tables.needs.met(fold(goods)) if goods else frozenset()
        for found in self._raw(reading, work):
            if len(best) >= MAX_FINDS:
                work.cut.add("candidates")
                break
            if not found.rule.in_force(at):
                continue
            if (found.weak or found.pattern) and not self._has_need(found, reading, by_goods):
                continue
            key = (found.rule.id, found.span, found.weak)
            known = best.get(key)
            if known is None or _surer(found) > _surer(known):
                best[key] = found
        return sorted(_widest(best.values()), key=lambda f: (f.span, -f.score, f.rule.id, f.form)), tuple(
            sorted(work.cut)
        )

    def _has_need(self, found: Found, reading: Reading, by_goods: frozenset[int]) -> bool:
        """Whether what the find's rule needs stands near it or is in the path of the goods."""
        group = self.tables.needs.group_of(found.rule)
        if group is None or group in by_goods:
            return True
        starts = reading.folded.starts
        start, end = bisect_left(starts, found.span.start), bisect_left(starts, found.span.end)
        return self.tables.needs.near(group, reading.folded.text, start, end)

    def _raw(self, reading: Reading, work: Work) -> Iterator[Found]:
        folded = reading.folded.text
        matches = self.tables.folded.find(folded)
        meanings = [self.tables.folded.meaning(index) for index, _, _ in matches]
        signs = {meaning.sign for meaning in meanings} | leading_sign(folded)
        yield from self._in_folded(reading, matches, meanings)
        yield from self._in_skeleton(reading)
        if REPEATED in signs:
            yield from self._in_collapsed(reading)
        if SINGLE in signs:
            for word, start, end in single_letter_words(folded):
                for entry in self.tables.short.get(word, ()):
                    yield _found(reading, entry, start, end, ("spaced",))
        if STARRED in signs:
            for entry, start, end in self.starred(folded):
                yield _found(reading, entry, start, end, ("leet",))
        if len(reading.pieces) > 1:
            yield from self._over_messages(reading)
        anchors: dict[int, list[int]] = {}
        for (_, start, end), meaning in zip(matches, meanings, strict=True):
            if meaning.patterns and atom_stands(folded, start, end):
                for number in meaning.patterns:
                    anchors.setdefault(number, []).append(start)
        yield from self._in_patterns(reading, anchors, work)

    def _in_folded(
        self, reading: Reading, matches: Sequence[tuple[int, int, int]], meanings: Sequence[Meaning]
    ) -> Iterator[Found]:
        folded = reading.folded.text
        for (_, start, end), meaning in zip(matches, meanings, strict=True):
            for entry in meaning.entries:
                if stands(folded, start, end, entry):
                    yield _found(reading, entry, start, end)

    def _in_skeleton(self, reading: Reading) -> Iterator[Found]:
        folded = reading.folded.text
        matches = self.tables.skeleton.find(skeleton_of(folded))
        if matches:
            joints = _folded_joints(reading)
            for entry, start, end, evasion in self.disguised(folded, reading.skeleton.positions, matches, joints):
                score = _DISGUISED_SCORE if evasion else 1.0
                yield _found(reading, entry, start, end, evasion, score)

    def disguised(
        self,
        folded: str,
        positions: Sequence[int],
        matches: Sequence[tuple[int, int, int]],
        joints: frozenset[int],
    ) -> Iterator[tuple[Entry, int, int, tuple[str, ...]]]:
        """Skeleton matches that the text confirms: entry, start, end in the folded text, evasions."""
        latin = _mostly_latin(folded)
        for index, start, end in matches:
            at = positions[start:end]
            for entry in self.tables.skeleton.meaning(index).entries:
                if folded[at[0] : at[-1] + 1] == entry.text:
                    continue
                shape = self.tables.shape(entry.text)
                evasion = disguise.judge(folded, at, shape, latin_around=latin, joints=joints)
                if evasion is None and _is_cut(folded, at, entry, joints):
                    evasion = ("split_messages",)
                if evasion is not None and (entry.score == 1 or _sure(evasion, entry, folded[at[0] : at[-1] + 1])):
                    yield entry, at[0], at[-1] + 1, evasion

    def _in_collapsed(self, reading: Reading) -> Iterator[Found]:
        folded, skeleton = reading.folded.text, reading.collapsed
        for index, start, end in self.tables.collapsed.find(skeleton.text):
            low, high = skeleton.positions[start], _run_end(folded, skeleton, end)
            if not _REPEATED.search(folded, low, high):
                continue
            for entry in self.tables.collapsed.meaning(index).entries:
                broken = any(c.isspace() for c in folded[low:high]) and " " not in entry.text
                if not broken and starts_word(folded, low, entry.text) and ends_word(folded, high, entry.text):
                    yield _found(reading, entry, low, high, ("repeated",), _DISGUISED_SCORE)

    def split_words(self, folded_pieces: Sequence[str]) -> Iterator[tuple[Entry, int, int]]:
        """(entry, first piece, last piece) of forms written over several short messages."""
        for word, first, last in words_over_messages(folded_pieces):
            for entry in self.tables.whole.get(word, ()):
                if len(word) >= 4 or ((len(word) == 3 or not entry.weak) and last - first + 1 >= len(word)):
                    yield entry, first, last

    def _over_messages(self, reading: Reading) -> Iterator[Found]:
        pieces = [fold(piece) for piece in reading.pieces]
        starts = [0, *accumulate(len(piece) + 1 for piece in reading.pieces)]
        for entry, first, last in self.split_words(pieces):
            tail = len(reading.pieces[first].split()[-1])
            start = starts[first] + len(reading.pieces[first].rstrip()) - tail
            end = starts[last] + len(reading.pieces[last].rstrip())
            evasion = (*entry.evasion, "split_messages")
            yield Found(entry.rule, entry.form, Span(start, end), evasion, entry.weak, 0.9)

    def starred(self, folded: str) -> Iterator[tuple[Entry, int, int]]:
        for token, start, end in starred_tokens(folded):
            for entry in self.tables.by_length.get(len(token), ()):
                if fits(token, entry.text):
                    yield entry, start, end

    def _in_patterns(self, reading: Reading, anchors: Mapping[int, Sequence[int]], work: Work) -> Iterator[Found]:
        for number in sorted(anchors):
            pattern = self.tables.patterns[number]
            for start, end in pattern.matches(reading.folded.text, anchors[number], work):
                span = reading.folded.span(start, end)
                yield Found(pattern.rule, "", span, pattern.rule.evasion, score=pattern.score, pattern=True)


def leading_sign(folded: str) -> set[str | None]:
    """The sign that a text beginning with a single letter is; elsewhere the automaton sees it."""
    return {SINGLE} if _LEADING.match(folded) else set()


def _widest(finds: Iterable[Found]) -> Iterator[Found]:
    """Without the finds that lie inside another find of the same rule and strength."""
    by_rule: dict[tuple[str, bool, bool], list[Found]] = {}
    for found in finds:
        by_rule.setdefault((found.rule.id, found.weak, found.pattern), []).append(found)
    for group in by_rule.values():
        last: Found | None = None
        for found in sorted(group, key=lambda f: (f.span.start, -f.span.end)):
            if last is None or found.span.end > last.span.end:
                last = found
                yield found


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
    return pieces is not None and not all(len(piece) < 3 or piece in ordinary_words() for piece in pieces)


def _surer(found: Found) -> tuple[float, int]:
    return (found.score, -len(found.evasion))


def _run_end(folded: str, skeleton: Skeleton, end: int) -> int:
    """Where the run of the last matched letter ends in the folded text."""
    last = skeleton.positions[end - 1]
    stop = last + 1
    while stop < len(folded) and folded[stop] == folded[last]:
        stop += 1
    return stop


def _mostly_latin(folded: str) -> bool:
    """Whether most letters are ASCII: then a whole word in look-alikes is no honest word."""
    if folded.isascii():
        return True
    letters = [c for c in folded[:2000] if c.isalpha()]
    return sum(c.isascii() for c in letters) * 2 > len(letters)


def _folded_joints(reading: Reading) -> frozenset[int]:
    """The joints between messages as indices of the folded view."""
    if not reading.joints:
        return frozenset()
    view = reading.folded
    return frozenset(i for i, c in enumerate(view.text) if c == "\n" and view.starts[i] in reading.joints)


def _found(
    reading: Reading, entry: Entry, start: int, end: int, evasion: tuple[str, ...] = (), score: float = 1.0
) -> Found:
    span = reading.folded.span(start, end)
    shown = dict.fromkeys((*entry.evasion, *evasion, *style_of(reading.slice(span))))
    return Found(entry.rule, entry.form, span, tuple(shown), entry.weak, min(entry.score, score))


def style_of(original: str) -> tuple[str, ...]:
    """Which disguises of single characters an original slice shows: zero_width, marks, styled."""
    if original.isascii():
        return ("zero_width",) if not original.replace("\n", "").replace("\t", "").isprintable() else ()
    shown = []
    for char in original:
        if char.isascii():
            continue
        folded = fold(char)
        if not folded:
            shown.append(_dropped_kind(char))
        elif folded.isascii() and not "À" <= char <= "ỹ":
            shown.append("styled")
    return tuple(dict.fromkeys(shown))


def _dropped_kind(char: str) -> str:
    if "\u0300" <= char <= "\u036f":
        return "marks"
    return "styled" if "\u20d0" <= char <= "\u20ff" or "\ufe00" <= char <= "\ufe0f" else "zero_width"
