"""Events: what is said in a text that matters here, as named pieces of the folded view in text order.

An event is a find of the lexicon (a name of the escrow, a way of paying), a cue word, or a number. Events do
not overlap: the longer wins, so that "no problem" is never a "no".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scanner.detect.trade_assurance.cuetable import CueTable
from scanner.detect.trade_assurance.plain import plain
from scanner.lexicon.found import Found
from scanner.text.view import View

ESCROW = frozenset({"escrow", "short"})
PAYING = frozenset({"channel", "wallet", "personal", "outside", "offline", "direct", "account_phrase"})
"""Kinds of finds that name a way of paying round the platform."""
_NUMBER = re.compile(r"(?:(?:us)?[$€£¥]\s?|[%٪])?\d[\d.,]*(?:\s?k\b)?(?:\s?[%٪])?|[$€]")
_BESIDE = 25
_SHORT_NAME = 6
"""Letters of a name that, written longer than it is, has been set apart."""
_WINDOW = 400
"""Characters round a find that are read."""
_MOST = 300
"""Events of one text that are read; more is a text made to be slow."""
_PLAIN = re.compile(r"[^\d.,]")
_PLUS = re.compile(r"(?<![\d%])(?:^|[^\d%+\s])?\s?\+ ?$")
_LEET = re.compile(r"[a-z][0134@$][a-z]")
"""A digit or sign that stands for a letter inside a word."""
_QUOTES = str.maketrans("’ʼ`´‘ʹ", "''''''")


@dataclass(frozen=True, slots=True)
class Event:
    """A piece of the folded text; `names` are the cue sets it belongs to, `found` the lexicon's find if it is one."""

    start: int
    end: int
    names: frozenset[str]
    found: Found | None = None
    negated: bool = False
    value: float | None = None

    def has(self, *names: str) -> bool:
        """Whether the event belongs to one of these sets."""
        return not self.names.isdisjoint(names)

    def turned(self) -> Event:
        """The same event, negated."""
        return replace(self, negated=True)


def gather(view: View, finds: Sequence[Found], table: CueTable) -> list[Event]:
    """Every event of a text, in order, without overlaps."""
    text = view.text.translate(_QUOTES)
    events = [*_of_finds(view, finds), *_of_numbers(text), *_of_cues(text, table)]
    if _LEET.search(text) or any(_is_disguised(found) for found in finds):
        events += _of_disguised_cues(text, table)
    return _near(_resolve(events, text), [e for e in events if e.found is not None])


def _near(events: list[Event], named: Sequence[Event]) -> list[Event]:
    """The events within reach of a find, a bounded number of them."""
    starts = sorted(event.start for event in named)
    kept = []
    for event in events:
        place = bisect_left(starts, event.start)
        around = starts[max(0, place - 1) : place + 1]
        if any(abs(start - event.start) <= _WINDOW for start in around):
            kept.append(event)
    return kept[:_MOST]


def _of_cues(text: str, table: CueTable) -> Iterable[Event]:
    return (Event(start, end, names) for start, end, names in table.find(text))


def _is_disguised(found: Found) -> bool:
    apart = len(found.form) <= _SHORT_NAME and len(found.span) > len(found.form)
    return apart or not set(found.evasion) <= {"misspelled", "split_messages", "transliterated"}


def _of_disguised_cues(text: str, table: CueTable) -> Iterable[Event]:
    """Cue words that stand there only once the disguise is off."""
    for one in "li" if "1" in text else "l":
        readable, at = plain(text, one)
        for start, end, names in table.find(readable):
            yield Event(at[start], at[end - 1] + 1, names)


def _of_finds(view: View, finds: Iterable[Found]) -> Iterable[Event]:
    for found in finds:
        kind = str(found.rule.extra.get("kind", "escrow"))
        start, end = view.place(found.span)
        yield Event(start, end, frozenset({"account_phrase" if kind == "account" else kind}), found)


def _of_numbers(text: str) -> Iterable[Event]:
    for match in _NUMBER.finditer(text):
        sign = match.group().rstrip()[-1:]
        names = {"number", "percent_sign"} if sign in "%٪" or match.group()[0] in "%٪" else {"number"}
        if match.group()[0] in "u$€£¥" or sign == "k":
            names.add("currency")
        if not names.isdisjoint(("percent_sign", "currency")) and _PLUS.search(text, 0, match.start()):
            names.add("extra")
        yield Event(match.start(), match.end(), frozenset(names), value=_value(match.group()))


def _value(text: str) -> float | None:
    """The number as a number; commas and points that part thousands are dropped."""
    digits = _PLAIN.sub("", text).strip(".,")
    if not digits:
        return None
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        return float(whole)
    except ValueError:
        return None


def _resolve(events: list[Event], text: str) -> list[Event]:
    """Longest first; of two equal spans both sets are kept; a short name must be one."""
    merged: dict[tuple[int, int], Event] = {}
    for event in events:
        known = merged.get((event.start, event.end))
        if known is None:
            merged[(event.start, event.end)] = event
        else:
            merged[(event.start, event.end)] = replace(
                known,
                names=known.names | event.names,
                found=known.found or event.found,
                value=known.value or event.value,
            )
    kept: list[Event] = []
    taken = bytearray(len(text) + 1)
    for event in sorted(merged.values(), key=lambda e: (e.start - e.end, e.found is None, e.start)):
        if not any(taken[event.start : event.end]):
            taken[event.start : event.end] = b"\x01" * (event.end - event.start)
            kept.append(event)
    kept = sorted(_without_homonyms(kept), key=lambda e: e.start)
    if any(event.has("portuguese") for event in kept):
        return [event for event in kept if not (event.has("neg") and text[event.start : event.end] == "no")]
    return kept


def _without_homonyms(events: list[Event]) -> list[Event]:
    """The events but for short names that stand by words which give them another meaning ("TA certificate")."""
    others = [event for event in events if event.has("homonym")]
    return [e for e in events if not (e.has("short") and any(-_BESIDE <= o.start - e.end <= _BESIDE for o in others))]
