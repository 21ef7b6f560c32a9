"""Phrases that make a rule's find innocent: "line up" is no LINE, "in the zone" names nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from ahocorasick_rs import AhoCorasick

from scanner.lexicon.pack import Pack, Rule
from scanner.text.fold import fold

Covered = list[tuple[frozenset[str], int, int]]
"""Ids of the rules that a phrase excuses, and its start and end in a folded text."""


class UnlessBook:
    """The `unless` phrases of the packs' rules, in one automaton made at first use."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._packs = tuple(packs)

    @cached_property
    def _compiled(self) -> tuple[Sequence[frozenset[str]], AhoCorasick | None]:
        rules: dict[str, set[str]] = {}
        for pack in self._packs:
            for rule in pack.rules:
                for phrase in rule.unless:
                    rules.setdefault(" ".join(fold(phrase).split()), set()).add(rule.id)
        rules.pop("", None)
        return [frozenset(ids) for ids in rules.values()], AhoCorasick(list(rules)) if rules else None

    def find(self, folded: str) -> Covered:
        """Every phrase in a folded text, wherever it stands."""
        excused, automaton = self._compiled
        if automaton is None:
            return []
        found = automaton.find_matches_as_indexes(folded, overlapping=True)
        return [(excused[index], start, end) for index, start, end in found]


def covers(phrases: Covered, rule: Rule, start: int, end: int) -> bool:
    """Whether one of the rule's phrases covers folded[start:end]."""
    return any(low <= start and end <= high and rule.id in ids for ids, low, high in phrases)
