"""The engine: a compiled lexicon that reads one text, and `Scanner`, its public face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from scanner.detect import DETECTORS, Context, Detector, ListedDetector
from scanner.errors import InputError
from scanner.lexicon import Lexicon, load
from scanner.lexicon.matcher import Matcher
from scanner.model import Hit, Kind, Merchant, Message, Role, Scan, decide_level, parts_of
from scanner.resolve import resolve
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.text.signals import has_signals

MAX_TEXT = 100_000
"""Code points of one text that are read; a longer one is cut there and the scan says so."""


def engine_version() -> str:
    """The installed version of this library."""
    try:
        return version("compliance-scanner")
    except PackageNotFoundError:
        return "0+checkout"


class Engine:
    """A lexicon compiled. Immutable after construction and safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.matcher = Matcher(lexicon)
        own = {detector.category for detector in DETECTORS}
        self.detectors: tuple[Detector, ...] = (
            *(detector(lexicon.of(detector.category)) for detector in DETECTORS),
            *(ListedDetector(lexicon.of(c)) for c in lexicon.categories() if c not in own),
        )

    def stirs(self, folded: str) -> bool:
        """Whether a folded text needs a look; False is certain."""
        return self.matcher.stirs(folded) or has_signals(folded)

    def hits(self, message: Message, reading: Reading, at: date) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
        """The hits of one text in contract order, and what cut the search short."""
        found, cut = self.matcher.find(reading, at)
        context = Context(message, reading, found, at)
        hits = [hit for detector in self.detectors for hit in detector.detect(context)]
        return resolve(hits, context), ("candidates",) if cut else ()


class Scanner:
    """Reads text. `Scanner()` loads the shipped packs; `packs` names others; `as_of` the day they stood.

    Frozen, thread-safe and picklable: a pickle carries the packs' content and compiles again.
    """

    def __init__(self, packs: str | Path | Lexicon | None = None, as_of: date | None = None) -> None:
        lexicon = packs if isinstance(packs, Lexicon) else load(packs)
        self._setup(lexicon, as_of)

    def _setup(self, lexicon: Lexicon, as_of: date | None) -> None:
        self.engine = Engine(lexicon)
        self.as_of = as_of
        self.packs = lexicon.versions()
        self.version = engine_version()

    def __getstate__(self) -> dict[str, Any]:
        return {"lexicon": self.engine.lexicon, "as_of": self.as_of}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._setup(state["lexicon"], state["as_of"])

    def scan(
        self,
        text: str,
        *,
        kind: Kind = "message",
        role: Role = "seller",
        category: str | None = None,
        title: str | None = None,
        merchant: Merchant | None = None,
        previous: Sequence[str] = (),
        at: datetime | None = None,
    ) -> Scan:
        """What is wrong with one text. InputError when `text` is not a string."""
        if not isinstance(text, str):
            raise InputError(f"text is {type(text).__name__}, not a string; pass the text itself")
        return self.scan_message(
            Message(
                text=text, kind=kind, role=role, category=category, title=title, merchant=merchant,
                previous=tuple(previous), at=at,
            )
        )  # fmt: skip

    def scan_message(self, message: Message) -> Scan:
        """What is wrong with one message or listing."""
        pieces = message.pieces()
        text = pieces[0] if len(pieces) == 1 else "\n".join(pieces)
        degraded: tuple[str, ...] = ()
        if len(text) > MAX_TEXT:
            pieces, degraded = _cut(pieces), ("truncation",)
        if not self.engine.stirs(fold(text[:MAX_TEXT])):
            return self._answer(message, text, (), degraded)
        own = len(message.previous) if message.messages is None else 0
        reading = Reading(pieces, own)
        hits, short = self.engine.hits(message, reading, self._day(message.at))
        return self._answer(message, text, hits, (*degraded, *short))

    def scan_many(self, items: Iterable[str | Message]) -> Iterator[Scan]:
        """`scan` for each item, in order."""
        for item in items:
            yield self.scan(item) if isinstance(item, str) else self.scan_message(item)

    def _day(self, at: datetime | None) -> date:
        if at is not None:
            return at.date()
        return self.as_of if self.as_of is not None else date.today()

    def _answer(self, message: Message, text: str, hits: tuple[Hit, ...], degraded: tuple[str, ...]) -> Scan:
        return Scan(
            decision=decide_level(hits, degraded),
            hits=hits,
            text=text,
            text_start=message.own_start(),
            degraded=degraded,
            packs=self.packs,
            engine=self.version,
            id=message.id,
        )


def _cut(pieces: Sequence[str]) -> tuple[str, ...]:
    """The pieces up to `MAX_TEXT` code points."""
    kept, left = [], MAX_TEXT
    for piece in pieces:
        if left <= 0:
            break
        kept.append(piece[:left])
        left -= len(piece) + 1
    return tuple(kept)


__all__ = ["Engine", "Scanner", "parts_of"]
