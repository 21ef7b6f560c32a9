"""Patterns of a pack: regular expressions from outside, run only where an atom is, and never for long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import regex
from ahocorasick_rs import AhoCorasick

from scanner.errors import PackError
from scanner.lexicon.literals import required
from scanner.lexicon.pack import Pack, Rule
from scanner.text.fold import fold

_TIMEOUT = 0.2
"""Seconds for one pattern over one text; the last resort, since a checked pattern is linear."""
_REACH = 160
"""Characters before and after an atom that a pattern is run on: more than any sentence of a chat needs."""
_REFUSED = {
    regex.compile(r"\(\?(?:R|[0-9]+|&|P>)"): "recursion, which has crashed interpreters",
    regex.compile(r"\{[^{}]*[eids]\s*<"): "fuzzy matching, whose cost has no bound",
    regex.compile(r"\\[1-9]|\(\?P=|\\g<"): "back references, whose cost has no bound",
}
"""Packs are input from outside: of the engine's language they get what is linear or nearly so."""
_REFERENCE = regex.compile(r"<<([\w-]+)>>")


class PatternRule:
    """The patterns of one rule, compiled at first use (a process that meets no atom compiles none)."""

    def __init__(self, rule: Rule, pack: Pack) -> None:
        self.rule = rule
        self.score = float(rule.extra.get("score", 0.9))
        self._pack = pack
        self.atoms = tuple(dict.fromkeys(_atom(atom) for atom in pack.expand(rule.atoms)))

    @cached_property
    def compiled(self) -> tuple[Any, ...]:
        """The patterns with their cue sets written out; PackError names the one that is wrong."""
        return tuple(self._compile(pattern) for pattern in self.rule.patterns)

    def _compile(self, pattern: str) -> Any:
        for what, named in _REFUSED.items():
            if what.search(pattern):
                raise PackError(
                    f"{self.rule.where}: rule {self.rule.id}: pattern {pattern!r} uses {named}; write it without"
                )
        try:
            return regex.compile(expand(pattern, self._pack), regex.VERSION1 | regex.UNICODE)
        except regex.error as error:
            raise PackError(f"{self.rule.where}: rule {self.rule.id}: pattern {pattern!r}: {error}") from None

    def matches(self, text: str, anchors: Iterable[int], work: Work) -> Iterator[tuple[int, int]]:
        """Spans (of group `hit` where there is one) in a folded text, near where its atoms stand."""
        for low, high in _windows(text, anchors):
            for number in self._possible(text[low:high]):
                if not work.take(high - low):
                    return
                yield from self._in_window(self.compiled[number], text, (low, high), work)

    @cached_property
    def _literals(self) -> tuple[Any, list[int], list[int]]:
        """Automaton of the patterns' literals, the pattern of each literal, and the patterns that have none."""
        wanted = [required(expand(pattern, self._pack)) for pattern in self.rule.patterns]
        pairs = [(literal, n) for n, literals in enumerate(wanted) for literal in sorted(literals or ())]
        always = [n for n, literals in enumerate(wanted) if not literals]
        return AhoCorasick([literal for literal, _ in pairs]) if pairs else None, [n for _, n in pairs], always

    def _possible(self, window: str) -> list[int]:
        """Numbers of the patterns that a window may match, in order."""
        automaton, owners, always = self._literals
        if automaton is None:
            return always
        found = {owners[i] for i, _, _ in automaton.find_matches_as_indexes(window, overlapping=True)}
        return sorted(found.union(always))

    @staticmethod
    def _in_window(pattern: Any, text: str, window: tuple[int, int], work: Work) -> Iterator[tuple[int, int]]:
        try:
            for match in pattern.finditer(text, *window, timeout=_TIMEOUT):
                start, end = match.span("hit") if "hit" in pattern.groupindex else match.span()
                if end > start >= 0:
                    yield start, end
        except TimeoutError:
            work.cut.add("timeout")


@dataclass(slots=True)
class Work:
    """What patterns may still cost on one text, counted in characters read; `cut` says what ran out."""

    characters: int = 1_000_000
    cut: set[str] = field(default_factory=set)

    def take(self, characters: int) -> bool:
        """Whether that much may be read; once the budget is spent, nothing may."""
        self.characters -= characters
        if self.characters < 0:
            self.cut.add("patterns")
        return self.characters >= 0


def _windows(text: str, anchors: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Stretches of text round the anchors, merged where they meet and widened to whole words."""
    low = high = -1
    for anchor in sorted(anchors):
        if anchor - _REACH > high and high >= 0:
            yield low, high
            low = -1
        low = _word_edge(text, anchor - _REACH, -1) if low < 0 else low
        high = _word_edge(text, anchor + _REACH, 1)
    if high >= 0:
        yield low, high


def _word_edge(text: str, at: int, step: int) -> int:
    """The nearest place at or beyond `at` that is not inside a word (twenty letters further at most)."""
    at = min(max(at, 0), len(text))
    for _ in range(20):
        if not 0 < at < len(text) or not (text[at - 1].isalnum() and text[at].isalnum()):
            break
        at += step
    return at


def _atom(atom: str) -> str:
    return " ".join(fold(atom).split())


def expand(pattern: str, pack: Pack) -> str:
    """The pattern with each `<<name>>` written out as the phrases of that cue set, longest first."""

    def phrases(match: Any) -> str:
        name = match.group(1)
        if name not in pack.cues:
            raise PackError(f"pack {pack.name}: pattern names cue set {name!r}, which the pack does not define")
        folded = sorted({_atom(phrase) for phrase in pack.cues[name]}, key=lambda p: (-len(p), p))
        return "(?:" + "|".join(r"\s+".join(map(regex.escape, p.split(" "))) for p in folded) + ")"

    return str(_REFERENCE.sub(phrases, pattern))
