"""One string the automaton looks for, and what it means when it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from scanner.lexicon.pack import Rule
from scanner.match.variants import leet_variants, lookalike_variants, misspellings
from scanner.text.fold import fold

EXACT, MISSPELT, LEET, REVERSED, LOOKALIKE = range(5)
"""How a spelling comes from its form."""
_GUESS_OF = {
    MISSPELT: (0.85, "misspelled"),
    LEET: (0.9, "leet"),
    REVERSED: (0.9, "reversed"),
    LOOKALIKE: (0.9, "lookalike"),
}
"""Score and evasion of a spelling that is not the form itself."""
_TURNED = str.maketrans("pdbqnu", "dpqbun")
"""Letters that are other letters when the page is turned round; those that are not have look-alikes of their own."""
_CODE = 3
"""Letters of a code; with a digit in it a weak one is another code ("pse", "ps3")."""
_SHORT = 5
"""Letters from which on a word read backwards is no coincidence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A spelling of a rule's form. `text` is folded."""

    rule: Rule
    form: str
    text: str
    weak: bool = False
    score: float = 1.0
    evasion: tuple[str, ...] = ()
    inflects: bool = False

    def spelt(self, text: str, kind: int) -> Entry:
        """The entry of another spelling of the same form."""
        score, evasion = _GUESS_OF[kind]
        shown = (*self.evasion, evasion)
        return replace(self, text=text, score=score, evasion=shown, inflects=False)


def tidy(form: str) -> tuple[str, bool]:
    """The folded form with single spaces, and whether it ended in the inflection mark `*`."""
    inflects = form.endswith("*") and len(form) > 2
    return " ".join(fold(form.rstrip("*") if inflects else form).split()), inflects


def exact_entries(rule: Rule) -> Iterator[Entry]:
    """The entries of a rule's forms as they are written; a sign that folds to a lone letter is none."""
    for forms, weak in ((rule.forms, False), (rule.weak, True)):
        for form in forms:
            text, inflects = tidy(form)
            if text and not (len(text) == 1 and text.isascii() and not form.isascii()):
                yield Entry(rule, form, text, weak=weak, evasion=rule.evasion, inflects=inflects)


def is_guessed(entry: Entry) -> bool:
    """Whether misspellings of an entry are looked for: names of one ASCII word, unless their rule says no."""
    text = entry.text
    return not entry.weak and entry.rule.misspell and len(text) >= _SHORT and text.isascii() and text.isalpha()


def guesses(entry: Entry, limit: int) -> Iterator[tuple[str, int]]:
    """(spelling, kind) of a form that people write instead: leet (short forms), misspelt, backwards.

    At most `limit` misspellings; weak forms, which are ordinary words, have none.
    """
    text = entry.text
    if not (text.isascii() and text.isalpha()):
        return
    if not entry.weak or len(text) > _CODE:
        for variant in leet_variants(text):
            yield variant, LEET
    for variant in lookalike_variants(text):
        yield variant, LOOKALIKE
    if entry.weak:
        return
    if is_guessed(entry):
        for variant in islice(misspellings(text), limit):
            yield variant, MISSPELT
    if entry.rule.extra.get("reversible") and len(text) >= _SHORT:
        yield text[::-1], REVERSED
        yield text[::-1].translate(_TURNED), REVERSED
