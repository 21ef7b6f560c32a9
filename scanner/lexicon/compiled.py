"""The tables a lexicon compiles to: which strings are looked for where, and what each of them means."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ahocorasick_rs import AhoCorasick

from scanner.lexicon.entry import Entry, entries_of, tidy
from scanner.lexicon.ordinary import ordinary_words
from scanner.lexicon.pack import Lexicon, Rule
from scanner.lexicon.patterns import PatternRule
from scanner.match.disguise import Shape
from scanner.match.script import is_unspaced
from scanner.text.fold import SEPARATOR
from scanner.text.skeleton import collapse, skeleton_of

K = TypeVar("K")
REPEATED, STARRED, SINGLE = "repeated", "starred", "single"
"""Signs of a disguise that cost nothing to look for: the automaton finds them on its way."""
_LETTERS = string.ascii_lowercase + "абвгдежзиклмнопрстуфхцчшщыьэюя"
_BEFORE = SEPARATOR + " .-_*/|~·+:\n("
_GAPS = (
    " ",
    ".",
    "-",
    "_",
    "*",
    "/",
    "|",
    "~",
    "·",
    "•",
    "+",
    "  ",
    ". ",
    " . ",
    " - ",
    " / ",
    " | ",
    " * ",
    ", ",
)
"""What stands between letters set apart; a run of them is a sign only if a short form begins so."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one string of the automaton stands for, when it is found."""

    entries: tuple[Entry, ...] = ()
    patterns: tuple[int, ...] = ()
    sign: str | None = None


class Keywords:
    """An automaton and, for each of its strings, the meaning."""

    def __init__(self, table: dict[str, Meaning]) -> None:
        self.texts = list(table)
        self.meanings = list(table.values())
        self.tight = [_is_tight(text, meaning) for text, meaning in table.items()]
        self._automaton = AhoCorasick(self.texts) if self.texts else None

    def find(self, text: str) -> Sequence[tuple[int, int, int]]:
        """(index of the string, start, end) of every occurrence, overlapping ones too."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True) if self._automaton else ()


def _is_tight(text: str, meaning: Meaning) -> bool:
    """Whether the string means nothing inside an ASCII word, so that a neighbouring letter rules it out."""
    edges = text[0] + text[-1]
    if not (edges.isascii() and edges.isalpha()) or meaning.patterns or meaning.sign:
        return False
    return len(text) < 6 and not any(entry.inflects for entry in meaning.entries)


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that finding needs, made once."""

    folded: Keywords
    skeleton: Keywords
    collapsed: Keywords
    shapes: dict[str, Shape]
    short: dict[str, tuple[Entry, ...]]
    whole: dict[str, tuple[Entry, ...]]
    by_length: dict[int, tuple[Entry, ...]]
    patterns: tuple[PatternRule, ...]
    needs: Needs


class Needs:
    """What weak forms cannot do without: the phrases of their rules' `need`, found anywhere in a text.

    Ordinary words are in most texts; only those with one of these phrases besides are worth a look.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._groups: dict[str, int] = {}
        keys: dict[tuple[str, tuple[str, ...]], int] = {}
        phrases: dict[str, set[int]] = {}
        for pack in lexicon.packs:
            for rule in pack.rules:
                if rule.weak and rule.need:
                    group = keys.setdefault((pack.name, rule.need), len(keys))
                    self._groups[rule.id] = group
                    for phrase in pack.expand(rule.need):
                        phrases.setdefault(tidy(phrase)[0], set()).add(group)
        self._phrases = [(phrase, frozenset(groups)) for phrase, groups in phrases.items() if phrase]
        self._automaton = AhoCorasick([phrase for phrase, _ in self._phrases]) if self._phrases else None

    def group_of(self, rule: Rule) -> int | None:
        """The number of a rule's needs; None when it has none."""
        return self._groups.get(rule.id)

    def met(self, folded: str) -> frozenset[int]:
        """The needs that a folded text meets."""
        if self._automaton is None:
            return frozenset()
        found = {index for index, _, _ in self._automaton.find_matches_as_indexes(folded, overlapping=True)}
        return frozenset().union(*(self._phrases[index][1] for index in found))


def compile_tables(lexicon: Lexicon) -> Tables:
    """The tables of a lexicon; the order of packs and rules makes no difference to what is found."""
    entries = _entries(lexicon)
    exact = [entry for entry in entries if entry.score == 1]
    bones = [(skeleton_of(e.text), e) for e in entries if _has_bones(e.text) and _plain_or_misspelt(e)]
    short = _grouped(
        (e.text, e) for e in exact if 1 < len(e.text) <= 8 and e.text.isascii() and e.text.isalnum()
    )
    patterns = tuple(PatternRule(r, pack) for pack in lexicon.packs for r in pack.rules if r.patterns)
    return Tables(
        folded=Keywords(_folded_table(entries, patterns, short)),
        skeleton=Keywords(_entry_table(bones)),
        collapsed=Keywords(_entry_table((collapse(bone), e) for bone, e in bones if e.score == 1)),
        shapes={entry.text: Shape.of(entry.text) for _, entry in bones},
        short=short,
        whole=_grouped((e.text.replace(" ", ""), e) for e in exact if len(e.text) >= 2),
        by_length=_grouped((len(e.text), e) for e in exact if len(e.text) >= 4),
        patterns=patterns,
        needs=Needs(lexicon),
    )


def _entries(lexicon: Lexicon) -> list[Entry]:
    """Every spelling of every form, but no guessed spelling that is somebody's exact form."""
    ordinary = ordinary_words()
    entries = [e for pack in lexicon.packs for rule in pack.rules for e in entries_of(rule, ordinary)]
    exact = {entry.text for entry in entries if entry.score == 1}
    return [entry for entry in entries if entry.score == 1 or entry.text not in exact]


def _grouped(pairs: Iterable[tuple[K, Entry]]) -> dict[K, tuple[Entry, ...]]:
    out: dict[K, list[Entry]] = {}
    for key, entry in pairs:
        out.setdefault(key, []).append(entry)
    return {key: tuple(entries) for key, entries in out.items()}


def _entry_table(pairs: Iterable[tuple[str, Entry]]) -> dict[str, Meaning]:
    return {text: Meaning(entries=entries) for text, entries in _grouped(pairs).items()}


def _folded_table(
    entries: Sequence[Entry], patterns: Sequence[PatternRule], short: Iterable[str]
) -> dict[str, Meaning]:
    """Forms, atoms of patterns and signs of disguise, in one table for one pass."""
    table = _entry_table((entry.text, entry) for entry in entries)
    atoms: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns):
        for atom in pattern.atoms:
            atoms.setdefault(atom, []).append(number)
    for atom, numbers in atoms.items():
        table[atom] = Meaning(entries=table.get(atom, Meaning()).entries, patterns=tuple(numbers))
    for text, sign in _signs(short):
        known = table.get(text, Meaning())
        table[text] = Meaning(known.entries, known.patterns, sign)
    return table


def _signs(short: Iterable[str]) -> Iterator[tuple[str, str]]:
    for letter in _LETTERS:
        if letter != "w":
            yield letter * 3, REPEATED
        for star in "*●•":
            yield star + letter, STARRED
    yield "wwww", REPEATED
    for word in short:
        for gap in _GAPS:
            if len(word) > 3:
                yield gap.join(word[:4]), SINGLE
            else:
                yield from ((before + gap.join(word), SINGLE) for before in _BEFORE)


def _plain_or_misspelt(entry: Entry) -> bool:
    return entry.score == 1 or (entry.evasion == ("misspelled",) and len(entry.text) >= 6)


def _has_bones(text: str) -> bool:
    """Whether a form is long enough to be looked for in skeletons, where short ones match everywhere."""
    letters = [c for c in text if c.isalnum()]
    if any(is_unspaced(c) for c in letters):
        return len(letters) >= 2 and all(is_unspaced(c) for c in letters)
    return len(letters) >= 5 and sum(c.isalpha() for c in letters) >= 4
