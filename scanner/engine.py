"""The engine: a compiled lexicon that reads one text, and `Scanner`, its public face."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from scanner.detect import DETECTORS, Context, Detector, ListedDetector
from scanner.errors import InputError
from scanner.exceptions import Facts, apply
from scanner.lexicon import Lexicon, load
from scanner.lexicon.buffers import MAX_TEXT, stirred_texts
from scanner.lexicon.gate import Gate
from scanner.lexicon.joints import LONGEST, Joints, Traits
from scanner.lexicon.matcher import MAX_FINDS, Matcher
from scanner.model import Hit, Kind, Merchant, Message, Role, Scan, decide_level
from scanner.resolve import resolve
from scanner.segments import stretches
from scanner.text.fold import fold
from scanner.text.reading import Reading
from scanner.version import VERSION

BATCH = 512
"""Texts that `scan_many` takes at a time; it is ahead of its reader by as many at most."""


class Engine:
    """A lexicon compiled. Immutable after construction and safe to share between threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.matcher = Matcher(lexicon)
        self.gate = Gate(self.matcher)
        self.joints = Joints(self.gate)
        self.observed = frozenset(r.id for p in lexicon.packs for r in p.rules if r.stage == "observe")
        own = {detector.category for detector in DETECTORS}
        self.detectors: tuple[Detector, ...] = (
            *(detector(lexicon.of(detector.category)) for detector in DETECTORS),
            *(ListedDetector(lexicon.of(c)) for c in lexicon.categories() if c not in own),
        )

    def hits(self, message: Message, reading: Reading, at: date) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
        """The hits of one text in contract order, and what cut the search short."""
        hits: list[Hit] = []
        cut: set[str] = set()
        taken = 0
        for stretch in stretches(reading):
            if taken > MAX_FINDS:
                cut.add("candidates")
                break
            found, short = self.matcher.find(stretch.reading, at, message.category or "")
            context = Context(message, stretch.reading, found, at)
            cut.update(short)
            taken += len(found)
            seen = (stretch.own(hit) for detector in self.detectors for hit in detector.detect(context))
            hits.extend(hit for hit in seen if hit is not None)
        excused = apply(hits, Facts.of(message), message.at or at)
        return resolve(excused, reading, self.observed), tuple(sorted(cut))


class Scanner:
    """Reads text. `Scanner()` loads the shipped packs; `packs` names others; `as_of` the day they stood.

    Frozen, thread-safe and picklable: a pickle carries the packs' content and compiles again.
    """

    def __init__(self, packs: str | Path | Lexicon | None = None, as_of: date | None = None) -> None:
        with _collector_off():
            lexicon = packs if isinstance(packs, Lexicon) else load(packs)
            self._setup(lexicon, as_of)

    def _setup(self, lexicon: Lexicon, as_of: date | None) -> None:
        self.engine = Engine(lexicon)
        self.as_of = as_of
        self.packs = lexicon.versions()
        self.version = VERSION
        self._shared = Scan(decision="allow", packs=self.packs, engine=self.version)

    def __getstate__(self) -> dict[str, Any]:
        return {"lexicon": self.engine.lexicon, "as_of": self.as_of}

    def __setstate__(self, state: dict[str, Any]) -> None:
        with _collector_off():
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
        bare = not previous and title is None and category is None
        signals = self.engine.gate.signals_of(fold(text[:MAX_TEXT])) if bare else None
        if bare and signals is None:
            return self._nothing(text)
        message = Message(
            text=text, kind=kind, role=role, category=category, title=title, merchant=merchant,
            previous=tuple(previous), at=at,
        )  # fmt: skip
        return self._look(message, signals) if bare else self.scan_message(message)

    def scan_message(self, message: Message) -> Scan:
        """What is wrong with one message or listing."""
        if self.stirs(message):
            return self._look(message)
        return self._clean(message, "\n".join(message.pieces()))

    def stirs(self, message: Message) -> bool:
        """Whether the gate sends a message on to be looked at."""
        if _is_windowed(message):
            return self._windowed_stirs(message, self.engine.joints.traits((*message.previous, message.text)))
        text = "\n".join(message.pieces())[:MAX_TEXT]
        return self.engine.gate.stirs(fold(text)) or self._stirs_besides(message, text)

    def _stirs_besides(self, message: Message, text: str) -> bool:
        """Whether what stands round a text makes it worth a look: its goods, or the messages it continues."""
        return self.engine.gate.stirs_over(message.pieces()) or self._goods_stir(message, text)

    def _goods_stir(self, message: Message, text: str) -> bool:
        gate = self.engine.gate
        return bool(message.category) and gate.stirs_for(fold(str(message.category)), fold(text))

    def _windowed_stirs(self, message: Message, traits: Mapping[str, Traits]) -> bool:
        """As `stirs`, for a message with earlier ones, each of which the gate has seen by itself."""
        if self.engine.joints.stirs([traits[text] for text in message.previous], traits[message.text]):
            return True
        return bool(message.category) and self._goods_stir(message, "\n".join(message.pieces()))

    def scan_many(self, items: Iterable[str | Message]) -> Iterator[Scan]:
        """`scan` for each item, in input order; many texts go through the gate together."""
        source = iter(items)
        while batch := list(islice(source, BATCH)):
            yield from self._batch(batch)

    def _batch(self, batch: Sequence[str | Message]) -> Iterator[Scan]:
        windowed = [item for item in batch if isinstance(item, Message) and _is_windowed(item)]
        traits = self.engine.joints.traits(text for item in windowed for text in (*item.previous, item.text))
        asked = {i: _text_of(item) for i, item in enumerate(batch) if isinstance(item, str) or not _is_windowed(item)}
        stirred = self._stirred(asked, traits)
        for number, item in enumerate(batch):
            if isinstance(item, str):
                yield self._look(Message(text=item), stirred[number]) if number in stirred else self._nothing(item)
            elif number in asked:
                look = number in stirred or self._stirs_besides(item, asked[number][:MAX_TEXT])
                yield self._look(item, stirred.get(number, False)) if look else self._clean(item, asked[number])
            else:
                look = self._windowed_stirs(item, traits)
                yield self._look(item) if look else self._clean(item, _text_of(item))

    def _stirred(self, texts: Mapping[int, str], traits: Mapping[str, Traits]) -> dict[int, bool | None]:
        """Numbers of the texts that need a look, with whether signals are in them; what has traits is known already."""
        fresh = [number for number, text in texts.items() if text not in traits]
        asked = stirred_texts(self.engine.gate, [texts[number] for number in fresh])
        known = {number: None for number, text in texts.items() if text in traits and traits[text].stirs}
        return {**known, **{fresh[place]: signals for place, signals in asked.items()}}

    def _look(self, message: Message, signals: bool | None = None) -> Scan:
        """The one path of every text that the gate does not wave through.

        signals   whether the gate saw what may be a number, an address or a link, where it was asked about the text
        """
        pieces = message.pieces()
        text = "\n".join(pieces)
        degraded: tuple[str, ...] = ()
        if len(text) > MAX_TEXT:
            pieces, degraded = _cut(pieces), ("truncation",)
        own = min(len(message.previous), len(pieces) - 1) if message.messages is None else 0
        hits, short = self.engine.hits(message, Reading(pieces, own, signals), self.day(message.at))
        return self._answer(message, text, hits, (*degraded, *short))

    def day(self, at: datetime | None) -> date:
        """The day whose rules hold for a text: its own, else `as_of`, else today."""
        if at is not None:
            return at.date()
        return self.as_of if self.as_of is not None else date.today()

    def _nothing(self, text: str) -> Scan:
        """The shared answer for a bare text with nothing in it."""
        return self._shared if len(text) <= MAX_TEXT else self._clean(Message(text=text), text)

    def _clean(self, message: Message, text: str) -> Scan:
        return self._answer(message, text, (), ("truncation",) if len(text) > MAX_TEXT else ())

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


@contextmanager
def _collector_off() -> Iterator[None]:
    """No garbage collection meanwhile: compiling makes half a million objects that all stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_windowed(message: Message) -> bool:
    """Whether a message is read after earlier ones of its sender, few enough to be asked one by one."""
    if not message.previous or message.messages is not None or message.title is not None:
        return False
    return sum(map(len, message.previous)) + len(message.text) <= LONGEST


def _text_of(item: str | Message) -> str:
    return item if isinstance(item, str) else "\n".join(item.pieces())


def _cut(pieces: Sequence[str]) -> tuple[str, ...]:
    """The pieces up to `MAX_TEXT` code points."""
    kept, left = [], MAX_TEXT
    for piece in pieces:
        if left <= 0:
            break
        kept.append(piece[:left])
        left -= len(piece) + 1
    return tuple(kept)


__all__ = ["Engine", "Scanner"]
