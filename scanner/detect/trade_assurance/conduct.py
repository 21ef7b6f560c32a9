"""What a clause amounts to, and the scene it is said in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scanner.detect.trade_assurance.events import Event
from scanner.detect.trade_assurance.talk import Clause, Sentence
from scanner.lexicon.found import Found
from scanner.match.script import is_unspaced
from scanner.model import Level

_CARRY = 250
"""Characters over which a name of the escrow is still what "it" means."""
_LONGEST = 64
"""A span longer than this is cut to the words that tell."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """One piece of conduct: `start`/`end` index the folded view."""

    term: str
    level: Level
    start: int
    end: int
    found: Found | None
    score: float = 0.9

    def milder(self) -> Conduct:
        """The same at review."""
        return self if self.level != "violation" else replace(self, level="review", score=min(self.score, 0.6))


@dataclass(frozen=True, slots=True)
class Scene:
    """The folded text and its sentences; `named` is every escrow, `own` is where the record's own text begins."""

    text: str
    sentences: Sequence[Sentence]
    named: Sequence[Event] = ()
    listing: bool = False
    own: int = 0

    def clauses(self) -> Iterator[tuple[Sentence, Clause]]:
        """Every clause with its sentence, in order."""
        for sentence in self.sentences:
            for clause in sentence.clauses:
                yield sentence, clause

    def escrow_for(self, clause: Clause) -> Event | None:
        """The escrow a clause speaks of: its own name of it, or the last one named before."""
        if clause.escrow is not None:
            return clause.escrow
        last = self._last_before(clause.start)
        return last if last is not None and clause.start - last.end <= _CARRY else None

    def _last_before(self, start: int) -> Event | None:
        """The last escrow named before an offset."""
        place = bisect_left(self.named, start, key=lambda event: event.start)
        return self.named[place - 1] if place else None

    def has(self, *names: str) -> bool:
        """Whether an event of these sets is anywhere in the text."""
        return any(sentence.any(*names) for sentence in self.sentences)


def hull(*events: Event) -> tuple[int, int]:
    """From the first start to the last end; when that is long, the last of them alone."""
    start, end = min(e.start for e in events), max(e.end for e in events)
    if end - start > _LONGEST:
        return events[0].start, events[0].end
    return start, end


def no_spaces(text: str, event: Event) -> bool:
    """Whether the event is written in a script without spaces between words, or in Hangul."""
    char = text[event.start]
    return is_unspaced(char) or "가" <= char <= "힣"
