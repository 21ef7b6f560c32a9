"""From packs to finds: every form of every rule in one pass over each view.

Three automata: the folded text (forms, likely misspellings, atoms of patterns), the skeleton (forms of five
letters or more, disguised), the collapsed skeleton (only where a letter stands three times in a row). Nothing
costlier runs on a text in which none of them finds anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ahocorasick_rs import AhoCorasick

from scanner.lexicon.entry import Entry, entries_of
from scanner.lexicon.found import Found
from scanner.lexicon.ordinary import ordinary_words
from scanner.lexicon.pack import Lexicon, Rule
from scanner.lexicon.patterns import PatternRule
from scanner.match import disguise
from scanner.match.bounds import ends_word, starts_word
from scanner.match.script import is_unspaced
from scanner.match.singles import single_letter_words
from scanner.match.stars import starred_words
from scanner.model import Span
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.skeleton import Skeleton, collapse, skeleton_of

_REPEATED = re.compile(r"(\w)\1\1")
_STARRED = re.compile(r"\w[*●•]+\w")
_MAX_FINDS = 5_000
"""Finds taken from one text, at most; more is a text made to be slow, and the scan says so."""


class _Keywords:
    """An automaton whose patterns may each mean several entries."""

    def __init__(self, texts: Iterable[tuple[str, Entry]]) -> None:
        table: dict[str, list[Entry]] = {}
        for text, entry in texts:
            table.setdefault(text, []).append(entry)
        self.texts = list(table)
        self.entries = [tuple(entries) for entries in table.values()]
        self.automaton = AhoCorasick(self.texts) if self.texts else None

    def find(self, text: str) -> Sequence[tuple[int, int, int]]:
        return self.automaton.find_matches_as_indexes(text, overlapping=True) if self.automaton else []


class Matcher:
    """A compiled lexicon. Immutable; `find` may be called from many threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        rules = [rule for pack in lexicon.packs for rule in pack.rules]
        ordinary = ordinary_words()
        entries = [entry for rule in rules for entry in entries_of(rule, ordinary)]
        exact = {entry.text for entry in entries if not entry.evasion or entry.score == 1}
        entries = [e for e in entries if e.score == 1 or e.text not in exact]
        self.patterns = [PatternRule(rule, pack) for pack in lexicon.packs for rule in pack.rules if rule.patterns]
        self.entry_count = len(entries)
        self._folded = _Keywords((entry.text, entry) for entry in entries)
        bones = [(skeleton_of(e.text), e) for e in entries if e.score == 1 and _has_bones(e.text)]
        self._skeleton = _Keywords(bones)
        self._collapsed = _Keywords((collapse(bone), entry) for bone, entry in bones)
        self._shapes = {e.text: disguise.Shape.of(e.text) for _, e in bones}
        self._short: dict[str, list[Entry]] = {}
        for entry in entries:
            if entry.score == 1 and entry.text.isascii() and 1 < len(entry.text) <= 8 and entry.text.isalnum():
                self._short.setdefault(entry.text, []).append(entry)
        self._atoms: dict[str, list[int]] = {}
        for number, pattern in enumerate(self.patterns):
            for atom in pattern.atoms:
                self._atoms.setdefault(atom, []).append(number)
        self._atom_list = list(self._atoms)
        self._atom_automaton = AhoCorasick(self._atom_list) if self._atom_list else None

    # -- the gate ------------------------------------------------------------------------------------------

    def stirs(self, folded: str) -> bool:
        """Whether anything of the lexicon may be in a folded text; False is certain, True is a suspicion."""
        if self._folded.find(folded):
            return True
        if self._atom_automaton is not None and self._atom_automaton.find_matches_as_indexes(folded):
            return True
        if self._skeleton.find(skeleton_of(folded)):
            return True
        return bool(_REPEATED.search(folded) or _STARRED.search(folded) or single_letter_words(folded))

    # -- finding -------------------------------------------------------------------------------------------

    def find(self, reading: Reading, at: date) -> tuple[list[Found], bool]:
        """Every find of rules in force, sorted by span, and whether there were too many to take."""
        best: dict[tuple[str, Span, bool], Found] = {}
        cut = False
        for found in self._all(reading, at):
            if len(best) >= _MAX_FINDS:
                cut = True
                break
            key = (found.rule.id, found.span, found.weak)
            known = best.get(key)
            if known is None or (found.score, -len(found.evasion)) > (known.score, -len(known.evasion)):
                best[key] = found
        finds = sorted(best.values(), key=lambda f: (f.span, -f.score, f.rule.id, f.form))
        return finds, cut

    def _all(self, reading: Reading, at: date) -> Iterator[Found]:
        for found in self._raw(reading):
            if found.rule.in_force(at):
                yield found

    def _raw(self, reading: Reading) -> Iterator[Found]:
        yield from self._in_folded(reading)
        yield from self._in_skeleton(reading, self._skeleton, reading.skeleton)
        text = reading.folded.text
        if _REPEATED.search(text):
            yield from self._in_collapsed(reading)
        for word, start, end in single_letter_words(text):
            for entry in self._short.get(word, ()):
                yield self._found(reading, entry, start, end, ("spaced",))
        if _STARRED.search(text):
            for entry, start, end in starred_words(text, self._short_and_long()):
                yield self._found(reading, entry, start, end, ("leet",))
        yield from self._in_patterns(reading)

    def _short_and_long(self) -> Iterable[Entry]:
        return (entry for entries in self._folded.entries for entry in entries if entry.score == 1)

    def _found(
        self, reading: Reading, entry: Entry, start: int, end: int, evasion: tuple[str, ...] = (), score: float = 1.0
    ) -> Found:
        span = reading.folded.span(start, end)
        shown = dict.fromkeys((*entry.evasion, *evasion, *style_of(reading.slice(span))))
        return Found(entry.rule, entry.form, span, tuple(shown), entry.weak, min(entry.score, score))

    def _in_folded(self, reading: Reading) -> Iterator[Found]:
        text = reading.folded.text
        for index, start, end in self._folded.find(text):
            for entry in self._folded.entries[index]:
                if not starts_word(text, start, entry.text):
                    continue
                if not ends_word(text, end, entry.text, inflects=entry.inflects):
                    continue
                yield self._found(reading, entry, start, end)

    def _in_skeleton(self, reading: Reading, keywords: _Keywords, skeleton: Skeleton) -> Iterator[Found]:
        text = reading.folded.text
        matches = keywords.find(skeleton.text)
        if not matches:
            return
        latin, joints = _mostly_latin(text), _folded_joints(reading)
        for index, start, end in matches:
            positions = skeleton.positions[start:end]
            if positions[-1] - positions[0] + 1 == len(positions) and text[positions[0] : positions[-1] + 1] == (
                keywords.entries[index][0].text
            ):
                continue
            for entry in keywords.entries[index]:
                shape = self._shapes[entry.text]
                evasion = disguise.judge(text, positions, shape, latin_around=latin, joints=joints)
                if evasion is not None:
                    score = 0.95 if evasion else 1.0
                    yield self._found(reading, entry, positions[0], positions[-1] + 1, evasion, score)

    def _in_collapsed(self, reading: Reading) -> Iterator[Found]:
        text, skeleton = reading.folded.text, reading.collapsed
        for index, start, end in self._collapsed.find(skeleton.text):
            positions = skeleton.positions[start:end]
            stop = skeleton.positions[end] if end < len(skeleton.positions) else len(text)
            while stop > positions[-1] + 1 and text[stop - 1] != text[positions[-1]]:
                stop -= 1
            if not _REPEATED.search(text, positions[0], stop):
                continue
            for entry in self._collapsed.entries[index]:
                if starts_word(text, positions[0], entry.text) and ends_word(text, stop, entry.text):
                    if any(c.isspace() for c in text[positions[0] : stop]) and " " not in entry.text:
                        continue
                    yield self._found(reading, entry, positions[0], stop, ("repeated",), 0.95)

    def _in_patterns(self, reading: Reading) -> Iterator[Found]:
        if self._atom_automaton is None:
            return
        text = reading.folded.text
        hits = self._atom_automaton.find_matches_as_indexes(text, overlapping=True)
        numbers = {number for index, _, _ in hits for number in self._atoms[self._atom_list[index]]}
        for number in sorted(numbers):
            pattern = self.patterns[number]
            for start, end in pattern.finditer(text):
                span = reading.folded.span(start, end)
                yield Found(pattern.rule, "", span, pattern.rule.evasion, score=pattern.score, pattern=True)


def _has_bones(text: str) -> bool:
    """Whether a form is long enough to be looked for in skeletons."""
    letters = [c for c in text if c.isalnum()]
    if any(is_unspaced(c) for c in letters):
        return len(letters) >= 2 and all(is_unspaced(c) for c in letters)
    return len(letters) >= 5 and sum(c.isalpha() for c in letters) >= 4 and "\n" not in text


def _mostly_latin(folded: str) -> bool:
    """Whether most letters are ASCII: then a whole word in look-alikes is no honest word."""
    letters = [c for c in folded[:2000] if c.isalpha()]
    return sum(c.isascii() for c in letters) * 2 > len(letters)


def _folded_joints(reading: Reading) -> frozenset[int]:
    """The joints between messages as indices of the folded view."""
    if not reading.joints:
        return frozenset()
    view = reading.folded
    return frozenset(i for i, c in enumerate(view.text) if c == "\n" and view.starts[i] in reading.joints)


def style_of(original: str) -> tuple[str, ...]:
    """Which disguises of single characters an original slice shows: zero_width, marks, styled."""
    if original.isascii():
        return ("zero_width",) if not original.replace("\n", "").isprintable() else ()
    shown = []
    for char in original:
        if char.isascii():
            continue
        folded = fold(char)
        if not folded:
            shown.append("marks" if "̀" <= char <= "ͯ" else "zero_width")
        elif folded.isascii() and not "À" <= char <= "ỹ":
            shown.append("styled")
    return tuple(dict.fromkeys(shown))
