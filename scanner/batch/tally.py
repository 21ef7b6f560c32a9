"""The tally: what a report needs to know of any number of results, in bounded memory.

    tally = Tally(key=key)              # the same key in every process whose tallies will be merged
    tally.add(message, scan)            # in order of the input; `scan` is the message's own
    tally.merge(other)                  # other processes' tallies, in order of their shards
    Tally.from_json(tally.to_json(), key=key)

No text and no contact is kept but a few masked excerpts; contacts are told apart by a keyed HMAC. Figures are exact
up to the limits below; what lies beyond is counted, and the report says so.
"""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.batch.bounded import Drawn, Heaviest, Sample, short_name
from scanner.batch.costs import Costs
from scanner.batch.masking import excerpt, is_secret, loose
from scanner.batch.scripts import writing_of
from scanner.model import Hit, Message, Scan

MERCHANTS, CONTACTS, DAYS, NAMES, SAMPLES = 20_000, 20_000, 4_000, 50_000, 8
"""Merchants, contacts, days and names that are counted one by one, and excerpts of each category."""
SHARING = 40
"""Merchants remembered of one contact."""

NAMED = 300
"""Code points kept of what a rule says of its finding."""

_OTHER = "(others)"


@dataclass(slots=True)
class Exposure:
    """What one merchant's texts hold: texts by decision, findings by category."""

    blocked: int = 0
    review: int = 0
    categories: Counter[str] = field(default_factory=Counter)

    def merge(self, other: Exposure) -> None:
        """Add another's counts."""
        self.blocked += other.blocked
        self.review += other.review
        self.categories.update(other.categories)

    def weight(self) -> tuple[int, ...]:
        """Blocked texts first."""
        return self.blocked, self.review

    def to_json(self) -> list[Any]:
        """As plain data."""
        return [self.blocked, self.review, dict(self.categories)]

    @classmethod
    def of(cls, data: Any) -> Exposure:
        """Back from `to_json`."""
        return cls(data[0], data[1], Counter(data[2]))


@dataclass(slots=True)
class Shared:
    """One contact: how often it was found, as what, when, and by which merchants."""

    texts: int = 0
    terms: Counter[str] = field(default_factory=Counter)
    merchants: Counter[str] = field(default_factory=Counter)
    more: bool = False
    first: int = 0
    last: int = 0

    def see(self, term: str, merchant: str, day: int) -> None:
        """Found once more."""
        self.texts += 1
        self.terms[term] += 1
        self._by(merchant, 1)
        self._when(day, day)

    def merge(self, other: Shared) -> None:
        """Add another's counts."""
        self.texts += other.texts
        self.terms.update(other.terms)
        self.more |= other.more
        for merchant, count in other.merchants.items():
            self._by(merchant, count)
        self._when(other.first, other.last)

    def weight(self) -> tuple[int, ...]:
        """Most merchants first."""
        return len(self.merchants), self.texts

    def to_json(self) -> list[Any]:
        """As plain data."""
        return [self.texts, dict(self.terms), dict(self.merchants), self.more, self.first, self.last]

    @classmethod
    def of(cls, data: Any) -> Shared:
        """Back from `to_json`."""
        return cls(data[0], Counter(data[1]), Counter(data[2]), *data[3:])

    def _by(self, merchant: str, count: int) -> None:
        if merchant in self.merchants or len(self.merchants) < SHARING:
            self.merchants[merchant] += count
        else:
            self.more = True

    def _when(self, first: int, last: int) -> None:
        if first:
            self.first = min(self.first or first, first)
            self.last = max(self.last, last)


class Tally:
    """See the module. `counts[name][key]` are plain counts; what has no bound of its own has one here.

    `unread` (rows that could not be read) and `closed_early` (windows) are for the caller to set.
    """

    def __init__(self, *, key: bytes | None = None) -> None:
        self.key = secrets.token_bytes(32) if key is None else key
        self.counts: dict[str, Counter[Any]] = {name: Counter() for name in _COUNTS}
        self.merchants = Heaviest(Exposure, MERCHANTS)
        self.contacts = Heaviest(Shared, CONTACTS)
        self.samples: dict[str, Sample] = {}
        self.costs = Costs()
        self.packs: set[str] = set()
        self.unread = 0
        self.closed_early = 0
        self._seen_packs: Mapping[str, str] | None = None

    @property
    def records(self) -> int:
        """How many results were added."""
        return self.counts["decision"].total()

    def add(self, message: Message, scan: Scan) -> None:
        """One result."""
        counts = self.counts
        counts["decision"][scan.decision] += 1
        counts["what"][(message.kind, message.role)] += 1
        writing = writing_of(message.text if message.messages is None else message.messages[-1])
        counts["writing"][(writing, scan.decision)] += 1
        if message.at is not None:
            _bump(counts["day"], (message.at.toordinal(), scan.decision), 3 * DAYS)
        if scan.packs is not self._seen_packs:
            self._seen_packs = scan.packs
            self.packs.update(f"{name} {version}" for name, version in scan.packs.items())
        if scan.degraded:
            counts["degraded"].update(scan.degraded)
        if scan.hits:
            self._add_hits(message, scan)

    def merge(self, other: Tally) -> None:
        """Take in another's counts; both must have been made with the same key."""
        if not hmac.compare_digest(self.key, other.key):
            raise ValueError("tallies of different keys cannot be merged: give both the same key")
        for name, counts in other.counts.items():
            for key, count in counts.items():
                _bump(self.counts[name], key, NAMES, count)
        self.merchants.merge(other.merchants)
        self.contacts.merge(other.contacts)
        for category, sample in other.samples.items():
            self._sample(category).merge(sample)
        self.costs.merge(other.costs)
        self.packs |= other.packs
        self.unread += other.unread
        self.closed_early += other.closed_early

    def to_json(self) -> dict[str, Any]:
        """As plain data, without the key."""
        return {
            "counts": {name: [[key, count] for key, count in counts.items()] for name, counts in self.counts.items()},
            "merchants": self.merchants.to_json(),
            "contacts": self.contacts.to_json(),
            "samples": {name: [_drawn(item) for item in sample.drawn] for name, sample in self.samples.items()},
            "costs": self.costs.to_json(),
            "packs": sorted(self.packs),
            "unread": self.unread,
            "closed_early": self.closed_early,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, key: bytes) -> Tally:
        """Back from `to_json`; `key` is the one it was made with."""
        tally = cls(key=key)
        for name, items in data["counts"].items():
            tally.counts[name] = Counter({_key(item): count for item, count in items})
        tally.merchants.read(data["merchants"], Exposure.of)
        tally.contacts.read(data["contacts"], Shared.of)
        for name, items in data["samples"].items():
            tally._sample(name).drawn = [_undrawn(item) for item in items]
        tally.costs.read(data["costs"])
        tally.packs = set(data["packs"])
        tally.unread, tally.closed_early = data["unread"], data["closed_early"]
        return tally

    def digest(self, value: str) -> str:
        """A contact as what can be told apart but not turned back."""
        return hmac.digest(self.key, value.casefold().encode("utf-8", "surrogatepass"), "sha256").hex()[:16]

    def _add_hits(self, message: Message, scan: Scan) -> None:
        counts, found = self.counts, [hit for hit in scan.hits if hit.level != "info"]
        day = message.at.toordinal() if message.at is not None else 0
        for hit in scan.hits:
            counts["level"][(hit.category, hit.level)] += 1
            if hit.level == "info":
                _bump(counts["let off"], hit.exception or "nothing to act on", NAMES)
                continue
            _bump(counts["term"], (hit.category, hit.term, hit.level), NAMES)
            counts["disguise"][(hit.category, bool(hit.evasion))] += 1
            for view in hit.evasion:
                counts["view"][(hit.category, view)] += 1
            if day:
                _bump(counts["day of"], (day, hit.category), 8 * DAYS)
            self._sample(hit.category).offer(hit.text, _Maker(message, scan, hit))
        if found:
            self._expose(message, scan, found, day)
            self.costs.note(message, scan, self.digest)

    def _expose(self, message: Message, scan: Scan, found: list[Hit], day: int) -> None:
        """Charge what was found to whoever wrote it; buyers are counted as such only."""
        if message.role == "buyer":
            self.counts["buyers"][scan.decision] += 1
            return
        merchant = message.merchant.id if message.merchant is not None else None
        if merchant is None:
            self.counts["nobody"][scan.decision] += 1
            return
        merchant = short_name(merchant)
        exposure = self.merchants.at(merchant)
        exposure.blocked += scan.decision == "block"
        exposure.review += scan.decision == "review"
        exposure.categories.update(hit.category for hit in found)
        for hit in found:
            if hit.value and is_secret(hit):
                self.contacts.at(self.digest(hit.value)).see(hit.term, merchant, day)

    def _sample(self, category: str) -> Sample:
        return self.samples.setdefault(category, Sample(SAMPLES))


_COUNTS = (
    "decision", "what", "writing", "day", "degraded", "level", "let off", "term", "disguise", "view", "day of",
    "buyers", "nobody",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the excerpt of a hit, only for those that are taken."""

    message: Message
    scan: Scan
    hit: Hit

    def __call__(self, draw: str) -> Drawn:
        return Drawn(
            draw,
            short_name(self.message.id or ""),
            excerpt(self.scan, self.hit),
            self.hit.level,
            loose(self.hit.why[:NAMED]),
        )


def _bump(counts: Counter[Any], key: Any, limit: int, by: int = 1) -> None:
    """Count, a key beyond the limit under the others."""
    counts[key if key in counts or len(counts) < limit else _OTHER] += by


def _key(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) else item


def _drawn(item: Drawn) -> list[Any]:
    return [item.draw, item.where, [list(piece) for piece in item.pieces], item.level, item.why]


def _undrawn(item: Any) -> Drawn:
    return Drawn(item[0], item[1], tuple((text, kind) for text, kind in item[2]), item[3], item[4])
