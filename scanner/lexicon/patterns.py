"""Patterns of a pack: regular expressions from outside, run only where an atom is, and never for long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import regex

from scanner.errors import PackError
from scanner.lexicon.pack import Pack, Rule
from scanner.text.fold import fold

_TIMEOUT = 0.2
"""Seconds for one pattern over one text; the last resort, since a checked pattern is linear."""
_PER_TEXT = 50
"""Matches of one pattern taken from one text, at most."""
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
        try:
            return regex.compile(expand(pattern, self._pack), regex.VERSION1 | regex.UNICODE)
        except regex.error as error:
            raise PackError(f"{self.rule.where}: rule {self.rule.id}: pattern {pattern!r}: {error}") from None

    def finditer(self, text: str) -> Iterator[tuple[int, int]]:
        """Spans (of group `hit` where there is one) in a folded text, at most fifty a pattern."""
        for pattern in self.compiled:
            try:
                for count, match in enumerate(pattern.finditer(text, timeout=_TIMEOUT)):
                    if count >= _PER_TEXT:
                        break
                    start, end = match.span("hit") if "hit" in pattern.groupindex else match.span()
                    if end > start >= 0:
                        yield start, end
            except TimeoutError:
                continue


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
