"""The gate: which of many texts need a look. Most need none, and that is where the speed comes from.

Texts are joined into one buffer with a separator that no text holds, so that one pass of each automaton serves
hundreds of them. The gate's no is certain; its yes only says that the one path every text takes must be taken.
`Gate.signals_of` is the same question for one text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from scanner.lexicon.compiled import CAS, SINGLE, Tables
from scanner.lexicon.matcher import Matcher, atom_stands, leading_sign, stands
from scanner.lexicon.secondlook import Met, SecondLook
from scanner.text.cas import cas_signals
from scanner.text.fold import SEPARATOR, fold
from scanner.text.hints import Hinted
from scanner.text.signals import signals_in
from scanner.text.skeleton import skeleton_of

_WORD = frozenset("abcdefghijklmnopqrstuvwxyz")
"""Neighbours that rule out a short ASCII form at a glance; `stands` decides about the others."""


class Gate:
    """Asks a compiled lexicon about folded texts, many at a time."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._second = SecondLook(matcher)
        self.tables: Tables = matcher.tables

    def stirs(self, folded: str) -> bool:
        """Whether one folded text needs a look."""
        return bool(self._asked(folded, [len(folded) + 1]))

    def signals_of(self, folded: str) -> bool | None:
        """Whether a number, an address or a link may be in one folded text; None when it needs no look at all."""
        return self._asked(folded, [len(folded) + 1]).get(0)

    def forms_stir(self, folded: str) -> bool:
        """Whether a form, or a pattern with what it needs, is in one folded text: numbers and disguises left out."""
        out: set[int] = set()
        ends = [len(folded) + 1]
        self._confirm(self._met(folded, ends, out, []), folded, ends, out)
        return bool(out)

    def stirs_over(self, pieces: Sequence[str]) -> bool:
        """Whether several messages hold a word together that none of them holds alone."""
        if len(pieces) < 2:
            return False
        return any(True for _ in self._matcher.split_words([fold(piece) for piece in pieces]))

    def stirred(self, buffer: str) -> dict[int, bool]:
        """Numbers of the folded texts in a buffer (joined by `SEPARATOR`) that need a look.

        Each with whether a number, an address or a link may be in it.
        """
        return self._asked(buffer, _ends(buffer))

    def _asked(self, buffer: str, ends: Sequence[int]) -> dict[int, bool]:
        out: set[int] = set()
        hinted: list[Hinted] = []
        met = self._met(buffer, ends, out, hinted)
        signalled = {bisect_right(ends, position) for position in signals_in(buffer, hinted)}
        out |= signalled
        if self.tables.cas:
            for position in cas_signals(buffer):
                number = bisect_right(ends, position)
                if number not in out:
                    met.setdefault(number, Met()).signs.add(CAS)
        if met:
            self._confirm(met, buffer, ends, out)
        if len(out) < len(ends):
            self._by_skeleton(buffer, ends, out)
        return {number: number in signalled for number in out} if out else {}

    def _met(self, buffer: str, ends: Sequence[int], out: set[int], hinted: list[Hinted]) -> dict[int, Met]:
        """One pass: forms that stand as words go to `out`, hints to `hinted`; the rest wants a second look."""
        meaning_of = self.tables.folded.meaning
        met: dict[int, Met] = {}
        if leading_sign(buffer):
            met[0] = Met(signs={SINGLE})
        for index, start, end in self.tables.folded.find(buffer):
            meaning = meaning_of(index)
            if meaning.tight and (buffer[start - 1 : start] in _WORD or buffer[end : end + 1] in _WORD):
                continue
            if meaning.hint is not None:
                hinted.append((meaning.hint, start, end))
            number = bisect_right(ends, start)
            if number in out:
                continue
            signed = meaning.sign is not None and (meaning.sign != SINGLE or _is_set_apart(buffer, start, end))
            if signed or (meaning.patterns and atom_stands(buffer, start, end)):
                met.setdefault(number, Met()).add(meaning, start - (ends[number - 1] if number else 0))
            for entry in meaning.entries:
                if stands(buffer, start, end, entry):
                    group = self.tables.needs.group_of(entry.rule) if entry.weak else None
                    if group is None:
                        out.add(number)
                        break
                    place = start - (ends[number - 1] if number else 0)
                    met.setdefault(number, Met()).weak.append((group, place, place + end - start))
        return met

    def _confirm(self, met: Mapping[int, Met], buffer: str, ends: Sequence[int], out: set[int]) -> None:
        """What the automaton met, looked at a second time."""
        for number, what in met.items():
            if number not in out and self._second.confirms(_slice(buffer, ends, number), what):
                out.add(number)

    def stirs_for(self, goods: str, folded: str) -> bool:
        """Whether the path of the goods gives a weak form or a pattern of a folded text what it needs."""
        met = self.tables.needs.met(goods)
        if not met:
            return False
        served = any(self._serves(met, folded, *match) for match in self.tables.folded.find(folded))
        return served or self._second.disguise_for(folded, met)

    def _serves(self, met: frozenset[int], folded: str, index: int, start: int, end: int) -> bool:
        meaning, needs = self.tables.folded.meaning(index), self.tables.needs
        if any(needs.group_of(self.tables.patterns[number].rule) in met for number in meaning.patterns):
            return True
        weak = (entry for entry in meaning.entries if entry.weak and needs.group_of(entry.rule) in met)
        return any(stands(folded, start, end, entry) for entry in weak)

    def _by_skeleton(self, buffer: str, ends: Sequence[int], out: set[int]) -> None:
        """Skeleton matches that the text around them confirms as a disguise."""
        bones = skeleton_of(buffer)
        matches = self.tables.skeleton.find(bones)
        if not matches:
            return
        bone_ends = _ends(bones)
        by_text: dict[int, list[int]] = {}
        for index, start, _ in matches:
            by_text.setdefault(bisect_right(bone_ends, start), []).append(index)
        for number, found in by_text.items():
            if number not in out:
                folded = _slice(buffer, ends, number)
                if not self._all_plain(folded, found) and self._second.disguise_counts(folded):
                    out.add(number)

    def _all_plain(self, folded: str, found: Sequence[int]) -> bool:
        """Whether every skeleton match stands there undisguised, or inside another word."""
        keywords = self.tables.skeleton
        for index in set(found):
            written = [entry.text for entry in keywords.meaning(index).entries]
            plain = sum(folded.count(text) for text in written)
            if plain < found.count(index) and not self._in_words(folded, keywords.texts[index], found.count(index)):
                return False
        return True

    @staticmethod
    def _in_words(folded: str, bone: str, wanted: int) -> bool:
        """Whether a bone stands so many times inside longer words, nowhere alone."""
        merged = folded.replace("l", "i")
        count, at = 0, merged.find(bone)
        while at >= 0:
            if _is_alone(folded, at, at + len(bone)):
                return False
            count, at = count + 1, merged.find(bone, at + 1)
        return count >= wanted

    def disguise_in(self, folded: str) -> bool:
        """Whether a form stands in disguise in one folded text, whatever it needs beside it."""
        return self._second.disguise_in(folded)


def _is_alone(folded: str, start: int, end: int) -> bool:
    """Whether no ASCII letter goes on before or behind."""
    return folded[start - 1 : start] not in _WORD and folded[end : end + 1] not in _WORD


def _is_set_apart(buffer: str, start: int, end: int) -> bool:
    """Whether the first and the last of some single letters stand alone too."""
    if buffer[end : end + 1].isalnum():
        return False
    return not (buffer[start].isalnum() and buffer[start - 1 : start].isalnum())


def _ends(buffer: str) -> list[int]:
    """Where each text of a buffer ends, its separator included."""
    return list(accumulate(len(text) + 1 for text in buffer.split(SEPARATOR)))


def _slice(buffer: str, ends: Sequence[int], number: int) -> str:
    start = ends[number - 1] if number else 0
    return buffer[start : ends[number] - 1]
