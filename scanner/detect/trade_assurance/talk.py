"""Sentences and their clauses, with negations tied to what they negate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.detect.trade_assurance.clauses import clause_marks, sentences
from scanner.detect.trade_assurance.events import ESCROW, PAYING, Event

_REACH = 30
"""Characters between a negation and what it negates, at most."""
_CLOSE = 12
_AMOUNT = re.compile(r"(?:\d|%|usd|dolares|dollars|euros|cento) ?$")
_TARGETS = frozenset(
    {
        "cancel",
        "discount",
        "handle",
        "covers",
        "ship",
        "refuse",
        "able",
        "pay",
        "bank",
        "extra",
        "block",
        "account",
        "gain",
        "promise",
        "small",
    }
)
_STOPS = ESCROW | PAYING | _TARGETS


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that says one thing; `names` are all the sets its events belong to."""

    start: int
    end: int
    events: tuple[Event, ...]
    names: frozenset[str]

    def all(self, *names: str) -> list[Event]:
        """The events of these sets, in order."""
        if self.names.isdisjoint(names):
            return []
        return [event for event in self.events if not event.names.isdisjoint(names)]

    def plain(self, *names: str) -> list[Event]:
        """Those of them that are not negated."""
        if self.names.isdisjoint(names):
            return []
        return [event for event in self.events if not (event.negated or event.names.isdisjoint(names))]

    def only_events(self, text: str) -> bool:
        """Whether every letter of the clause is part of an event: nothing is said that is not understood."""
        said = {at for event in self.events for at in range(event.start, event.end)}
        return not any(text[at].isalpha() and at not in said for at in range(self.start, self.end))

    @property
    def escrow(self) -> Event | None:
        """The first name of the escrow in the clause."""
        if self.names.isdisjoint(ESCROW):
            return None
        return next(event for event in self.events if not event.names.isdisjoint(ESCROW))


@dataclass(frozen=True, slots=True)
class Sentence:
    """Clauses in order; `question` when it ends in a question mark, `number` its place among the sentences."""

    start: int
    end: int
    clauses: tuple[Clause, ...]
    question: bool
    names: frozenset[str]
    number: int

    def any(self, *names: str) -> bool:
        """Whether some clause has an event of these sets."""
        return not self.names.isdisjoint(names)

    def all(self, *names: str) -> list[Event]:
        """The events of these sets, in order."""
        if self.names.isdisjoint(names):
            return []
        return [event for clause in self.clauses for event in clause.all(*names)]


def _names(events: Iterable[Event | Clause]) -> frozenset[str]:
    """All the sets that the pieces belong to."""
    return frozenset().union(*(event.names for event in events))


def read(text: str, events: Sequence[Event]) -> list[Sentence]:
    """The sentences of a folded text that have events, with their negations settled."""
    out: list[Sentence] = []
    for (start, end), inside in _grouped(_whole(text, sentences(text), events), events):
        cuts = _cuts(text, start, end, inside)
        bounds = list(zip([start, *cuts], [*cuts, end], strict=True))
        clauses = tuple(
            Clause(low, high, tuple(settle(part, text, high)), _names(part))
            for (low, high), part in _grouped(bounds, inside)
        )
        out.append(Sentence(start, end, clauses, _asks(text[start:end]), _names(clauses), len(out)))
    return out


def _whole(text: str, spans: list[tuple[int, int]], events: Sequence[Event]) -> list[tuple[int, int]]:
    """The sentences, but none ends inside a name or with the point of "T.A."."""
    inner = {at for e in events if e.has(*ESCROW) for at in range(e.start + 1, e.end)}
    inner |= {e.end for e in events if e.has("short") and text[e.end - 1] == "."}
    out: list[tuple[int, int]] = []
    for start, end in spans:
        goes_on = out and start in inner and out[-1][1] == start
        out.append((out.pop()[0] if goes_on else start, end))
    return out


def _grouped(
    spans: Sequence[tuple[int, int]], events: Sequence[Event]
) -> Iterator[tuple[tuple[int, int], list[Event]]]:
    """Each span with the events that begin in it; spans without any are left out. Both are in order."""
    at = 0
    for start, end in spans:
        first = at
        while at < len(events) and events[at].start < end:
            at += 1
        if at > first:
            yield (start, end), list(events[first:at])


def _asks(sentence: str) -> bool:
    return sentence.rstrip().endswith(("?", "？", "؟"))


def _cuts(text: str, start: int, end: int, events: Iterable[Event]) -> list[int]:
    marks = set(clause_marks(text, start, end))
    marks |= {e.start for e in events if e.has("but") and not _is_more(text, e)}
    covered = {at for e in events for at in range(e.start + 1, e.end)}
    return sorted(mark for mark in marks if start < mark < end and mark not in covered)


def _is_more(text: str, event: Event) -> bool:
    """Whether a word that may mean "but" means "more" here, after an amount: "3% más"."""
    return event.has("extra") and bool(_AMOUNT.search(text, max(0, event.start - 12), event.start))


def settle(events: list[Event], text: str, end: int) -> list[Event]:
    """The events of one clause with `negated` set."""
    out = list(events)
    for i, event in enumerate(events):
        if event.has("neg", "unable", "promise"):
            for j in _objects(events, i, text, end):
                out[j] = out[j].turned()
    return out


def _objects(events: Sequence[Event], i: int, text: str, end: int) -> Iterator[int]:
    """Indexes of the events that event i negates."""
    target = None if _said_of_name(events, i) else _forward(events, i)
    if target is None:
        yield from _backward(events, i, text, end)
        return
    if events[i].has("unable") and events[target].has(*ESCROW, "handle", "able", "refuse", "block", "pronoun"):
        return
    yield target
    if events[i].has("unable", "promise") or not events[target].has(*ESCROW):
        yield from _spread(events, target)


def _said_of_name(events: Sequence[Event], i: int) -> bool:
    """Whether event i ("not supported") is said of the escrow named right before it."""
    return i > 0 and events[i].has("unable") and events[i - 1].has(*ESCROW) and events[i].start - events[i - 1].end <= 8


def _forward(events: Sequence[Event], i: int) -> int | None:
    """The next event that can be negated and is near."""
    for j in range(i + 1, len(events)):
        if events[j].start - events[i].end > _REACH or events[j].has("neg", "unable"):
            return None
        if events[j].has(*ESCROW):
            return j if events[j].start - events[i].end <= _CLOSE else None
        if events[j].has(*_STOPS):
            return j
    return None


def _spread(events: Sequence[Event], target: int) -> Iterator[int]:
    """What falls with a negated verb: the ways of paying and the charges it governs, up to the next escrow."""
    verb = events[target]
    for j in range(target + 1, len(events)):
        event = events[j]
        if event.has(*ESCROW, "refuse") or event.has("neg", "unable") or event.start - verb.end > 60:
            return
        if event.has(*PAYING, "bank", "account", "pay") or (
            event.has("extra", "review5") and event.start - verb.end <= _REACH
        ):
            yield j


def _ends(events: Sequence[Event], i: int, text: str, end: int) -> bool:
    """Whether event i is the last word of its clause that says something."""
    said = {at for event in events[i + 1 :] if event.has("filler", "able") for at in range(event.start, event.end)}
    return not any(text[at].isalnum() and at not in said for at in range(events[i].end, end))


def _backward(events: Sequence[Event], i: int, text: str, end: int) -> Iterator[int]:
    """What a negation at the end of its clause negates: the verb or the name before it."""
    last = _ends(events, i, text, end)
    if not last and end - events[i].end > _CLOSE:
        return
    if events[i].has("unable"):
        if not any(e.has(*ESCROW) for e in events):
            yield from (j for j in range(i) if events[j].has(*PAYING, "pay"))
        return
    for j in range(i - 1, -1, -1):
        if events[i].start - events[j].end > _REACH:
            return
        if events[j].has(*_STOPS):
            if last or not events[j].has(*ESCROW):
                yield j
            if events[j].has("extra") and j and events[j - 1].has("extra") and events[j].start - events[j - 1].end <= 2:
                yield j - 1
            if events[j].has("pay"):
                yield from (k for k in range(j) if events[k].has(*PAYING))
            return
