"""The tables a lexicon compiles to: which strings are looked for where, and what each of them means."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeVar

from scanner.lexicon.entry import Entry
from scanner.lexicon.needs import Needs
from scanner.lexicon.pack import Lexicon
from scanner.lexicon.patterns import PatternRule
from scanner.lexicon.spellings import Spellings, has_bones
from scanner.match.disguise import Shape
from scanner.match.keywords import FoldedKeywords, Keywords
from scanner.text.cas import is_cas
from scanner.text.fold import SEPARATOR
from scanner.text.hints import Hint, Hints
from scanner.text.skeleton import collapse, skeleton_of

K = TypeVar("K")
REPEATED, STARRED, SINGLE, CAS = "repeated", "starred", "single", "cas"
"""Signs of a disguise that cost nothing to look for: the automaton finds them on its way."""
_LETTERS = string.ascii_lowercase + "абвгдежзиклмнопрстуфхцчшщыьэюя"
_BEFORE = SEPARATOR + " \n:(,"
_GAPS = (" ", ".", "-", "_", "*", "/", "|", "~", "·", "•", "+", "  ", ". ", " . ", " - ", " / ", " | ", " * ", ", ")
"""What stands between letters set apart; a run of them is a sign only if a short form begins so."""
_COMMON_GAPS = frozenset(_GAPS[:12])
"""Those looked for between the letters of the shortest words."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one string of an automaton stands for, when it is found.

    hint: it may belong to a number, an address or a link.
    tight: it means nothing inside an ASCII word, so that a neighbouring letter rules it out at a glance.
    """

    entries: tuple[Entry, ...] = ()
    patterns: tuple[int, ...] = ()
    sign: str | None = None
    hint: Hint | None = None
    tight: bool = False


class Tables:
    """Everything that finding needs. What few texts need is made when the first of them comes."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._spellings = Spellings(lexicon)
        self._bones = self._spellings.bones()
        self.patterns = tuple(PatternRule(r, pack) for pack in lexicon.packs for r in pack.rules if r.patterns)
        self.needs = Needs(lexicon)
        self.shape = cache(Shape.of)
        self.cas = _grouped((e.text, e) for e in self._spellings.exact if is_cas(e.text))
        self.short = _grouped((e.text, e) for e in self._spellings.exact if _is_short(e.text))
        self.folded = _folded(self._spellings, self.patterns, self.short)
        self.skeleton = Keywords(list(self._bones), lambda bone: self._meaning(self._bones[bone]))
        self.skeleton.find("")

    def _meaning(self, texts: Iterable[str]) -> Meaning:
        return Meaning(entries=tuple(entry for text in texts for entry in self._spellings.entries(text)))

    @cached_property
    def collapsed(self) -> Keywords[Meaning]:
        """Skeletons with repeated letters written once."""
        bones = [(bone, text) for bone, texts in self._bones.items() for text in texts]
        bones += [(skeleton_of(text), text) for text in self.short if text.isalpha() and len(text) >= 3]
        flat = _grouped((collapse(bone), text) for bone, text in bones)
        return Keywords(list(flat), lambda bone: self._meaning(flat[bone]))

    @cached_property
    def whole(self) -> dict[str, tuple[Entry, ...]]:
        """Exact forms without their spaces, for words cut over messages."""
        return _grouped((e.text.replace(" ", ""), e) for e in self._spellings.exact if len(e.text) >= 2)

    @cached_property
    def by_length(self) -> dict[int, tuple[Entry, ...]]:
        """Exact forms of four letters or more, for words with letters starred out."""
        return _grouped((len(e.text), e) for e in self._spellings.exact if len(e.text) >= 4)


def _is_short(text: str) -> bool:
    """Whether a form is too short for the skeleton and is looked for letter by letter instead."""
    return 1 < len(text) <= 8 and text.isascii() and text.isalnum() and not has_bones(text)


V = TypeVar("V")


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    out: dict[K, list[V]] = {}
    for key, value in pairs:
        out.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in out.items()}


def _folded(spellings: Spellings, patterns: Sequence[PatternRule], short: Iterable[str]) -> FoldedKeywords[Meaning]:
    """Forms, atoms of patterns, signs of disguise and hints of contacts, in one automaton for one pass."""
    atoms = _grouped((atom, number) for number, pattern in enumerate(patterns) for atom in pattern.atoms)
    signs = dict(_signs(short))
    hints = Hints.shipped().texts

    def meaning(text: str) -> Meaning:
        entries, numbers, sign, hint = spellings.entries(text), atoms.get(text, ()), signs.get(text), hints.get(text)
        tight = not numbers and sign is None and hint is None and _is_tight(text, entries)
        return Meaning(entries, numbers, sign, hint, tight)

    return FoldedKeywords(list(dict.fromkeys((*spellings.texts(), *atoms, *signs, *hints))), meaning)


def _is_tight(text: str, entries: Sequence[Entry]) -> bool:
    edges = text[0] + text[-1]
    return edges.isascii() and edges.isalpha() and len(text) < 6 and not any(e.inflects for e in entries)


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
                yield from ((before + gap.join(word), SINGLE) for before in _BEFORE if gap in _COMMON_GAPS)
