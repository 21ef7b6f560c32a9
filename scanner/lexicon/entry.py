"""One string the automaton looks for, and what it means when it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.lexicon.pack import Rule
from scanner.match.variants import leet_variants, misspellings
from scanner.text.fold import fold


@dataclass(frozen=True, slots=True)
class Entry:
    """A spelling of a rule's form. `text` is folded; `needs_capital` asks for a capital I read as l (or the reverse)."""

    rule: Rule
    form: str
    text: str
    weak: bool = False
    score: float = 1.0
    evasion: tuple[str, ...] = ()
    inflects: bool = False
    whole: bool = True


_SHORT = 5
"""Forms with fewer letters are not looked for in skeletons, where they would match everywhere."""
_MISSPELT_SCORE = 0.85


def tidy(form: str) -> tuple[str, bool]:
    """The folded form with single spaces, and whether it ended in the inflection mark `*`."""
    inflects = form.endswith("*") and len(form) > 2
    return " ".join(fold(form.rstrip("*") if inflects else form).split()), inflects


def entries_of(rule: Rule, ordinary: frozenset[str]) -> Iterator[Entry]:
    """Every spelling of a rule's forms: as written, without spaces, leet (short ones), misspelt, backwards."""
    for forms, weak in ((rule.forms, False), (rule.weak, True)):
        for form in forms:
            yield from _spellings(rule, form, ordinary, weak=weak)


def _spellings(rule: Rule, form: str, ordinary: frozenset[str], *, weak: bool) -> Iterator[Entry]:
    text, inflects = tidy(form)
    if not text:
        return
    yield Entry(rule, form, text, weak=weak, evasion=rule.evasion, inflects=inflects)
    if not text.isascii():
        return
    if len(text) < _SHORT and text.isalpha() and len(text) > 1:
        for variant in leet_variants(text):
            yield Entry(rule, form, variant, weak=weak, score=0.9, evasion=("leet",))
    if weak:
        return
    if rule.misspell:
        for variant in misspellings(text):
            if variant not in ordinary:
                yield Entry(rule, form, variant, score=_MISSPELT_SCORE, evasion=("misspelled",))
    if rule.extra.get("reversible") and len(text) >= _SHORT and text.isalpha():
        yield Entry(rule, form, text[::-1], score=0.9, evasion=("reversed",))
