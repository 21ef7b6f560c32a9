"""What two sets of packs decide differently on the same records: counted by category and direction.

Examples are ids, never texts. A record's level in a category is that of its gravest hit there, `info` being none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from scanner.batch.readers import Reading, find_sources, read_messages
from scanner.engine import Scanner
from scanner.errors import InputError
from scanner.model import Message, Scan
from scanner.windows import Windows

EXAMPLES = 20
"""Ids that are named of each category and direction."""

_RANK = {"none": 0, "review": 1, "violation": 2}
_BLOCK = 500


@dataclass(slots=True)
class Moved:
    """Records of one category that went one way: how many, and the first of them as (id, before, after)."""

    count: int = 0
    examples: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, record: str, before: str, after: str) -> None:
        """One record more."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((record, before, after))


@dataclass(slots=True)
class Impact:
    """The whole comparison. `cut`: the corpus holds more records than were read; `unread`: rows that are none."""

    records: int = 0
    differing: int = 0
    unread: int = 0
    cut: bool = False
    decisions: Counter[str] = field(default_factory=Counter)
    moved: defaultdict[tuple[str, str], Moved] = field(default_factory=lambda: defaultdict(Moved))

    def add(self, before: Scan, after: Scan) -> None:
        """One record, read by both."""
        self.records += 1
        old, new = _levels(before), _levels(after)
        if before.decision != after.decision:
            self.decisions[f"{before.decision} -> {after.decision}"] += 1
        changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        self.differing += bool(changed) or before.decision != after.decision
        for name in changed:
            was, now = old.get(name, "none"), new.get(name, "none")
            self.moved[(name, direction(was, now))].add(str(after.id), was, now)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "records": self.records,
            "differing": self.differing,
            "unread": self.unread,
            "cut": self.cut,
            "decisions": dict(sorted(self.decisions.items())),
            "categories": [
                {
                    "category": category,
                    "direction": way,
                    "count": moved.count,
                    "examples": [dict(zip(("id", "before", "after"), one, strict=True)) for one in moved.examples],
                }
                for (category, way), moved in sorted(self.moved.items())
            ],
        }


def direction(before: str, after: str) -> str:
    """`flagged` (nothing -> something), `cleared` (the reverse), `raised` or `lowered` (between the levels)."""
    if before == "none":
        return "flagged"
    if after == "none":
        return "cleared"
    return "raised" if _RANK[after] > _RANK[before] else "lowered"


def _levels(scan: Scan) -> dict[str, str]:
    """The gravest level of each category, where it is `review` or above."""
    out: dict[str, str] = {}
    for hit in scan.hits:
        if hit.level != "info" and _RANK[hit.level] > _RANK[out.get(hit.category, "none")]:
            out[hit.category] = hit.level
    return out


def impact(paths: Sequence[str], before: Scanner, after: Scanner, limit: int) -> Impact:
    """Read the first `limit` records of the files with both scanners, conversations in their windows."""
    out = Impact()
    rows = read_messages(find_sources(paths), Reading())
    messages = Windows().over(_readable(islice(rows, limit), out))
    while block := list(islice(messages, _BLOCK)):
        for one, other in zip(before.scan_many(block), after.scan_many(block), strict=True):
            out.add(one, other)
    out.cut = next(rows, None) is not None
    return out


def _readable(rows: Iterable[Message | InputError], out: Impact) -> Iterator[Message]:
    for row in rows:
        if isinstance(row, InputError):
            out.unread += 1
        else:
            yield row
