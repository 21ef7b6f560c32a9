"""What two scans of the same records decide differently: row by row, in memory that same-order inputs keep constant.

Rows are paired by `id`; of several with the same id the first with the first. What a hit says in words (`why`) and
the versions of packs and engine are no difference.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.batch.rows import Row
from scanner.errors import InputError

WAITING = 100_000
"""Rows of one side that wait for their like on the other; beyond it the orders differ too much."""

_COMPARED = ("rule", "term", "level", "start", "end", "value", "score", "evasion", "tags", "exception")

Hit = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One record that differs; a decision is None on the side that does not have the record."""

    id: str
    before: str | None
    after: str | None
    appeared: tuple[Hit, ...] = ()
    gone: tuple[Hit, ...] = ()
    changed: tuple[tuple[Hit, Hit], ...] = ()

    @property
    def decided(self) -> bool:
        """Whether the decision differs, and not only what it rests on."""
        return self.before != self.after

    def to_dict(self) -> dict[str, Any]:
        """As one JSON line."""
        return {
            "id": self.id,
            "before": self.before,
            "after": self.after,
            "appeared": list(self.appeared),
            "gone": list(self.gone),
            "changed": [{"before": old, "after": new, "fields": fields(old, new)} for old, new in self.changed],
        }


@dataclass(slots=True)
class Summary:
    """Counts over all rows; `packs` are the versions that each side names."""

    rows: int = 0
    same: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    only_before: int = 0
    only_after: int = 0
    packs: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))

    @property
    def different(self) -> bool:
        """Whether anything differs."""
        return self.rows != self.same

    def count(self, found: Difference | None) -> None:
        """One pair, or one row without its like."""
        self.rows += 1
        if found is None:
            self.same += 1
            return
        self.only_before += found.after is None
        self.only_after += found.before is None
        if found.before and found.after and found.decided:
            self.decisions[f"{found.before} -> {found.after}"] += 1
        for name, hits in (("appeared", found.appeared), ("gone", found.gone), ("changed", found.changed)):
            self.hits[name] += len(hits)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        before, after = self.packs
        return {
            "rows": self.rows,
            "same": self.same,
            "decisions": dict(sorted(self.decisions.items())),
            "hits": {name: self.hits[name] for name in ("appeared", "gone", "changed")},
            "only_before": self.only_before,
            "only_after": self.only_after,
            "packs_gone": sorted(before - after),
            "packs_new": sorted(after - before),
        }


def compare(before: Iterable[Row], after: Iterable[Row], summary: Summary) -> Iterator[Difference]:
    """The records that differ, in the order of the inputs; `summary` counts all.

    `InputError` when the two orders are too far apart. Rows without their like come when the other side has ended.
    """
    sides = (_Side(), _Side())
    sources = (iter(before), iter(after))
    open_ = [True, True]
    while any(open_):
        for side in (0, 1):
            row = next(sources[side], None) if open_[side] else None
            if row is None:
                open_[side] = False
                continue
            _packs(row, summary.packs[side])
            yield from _met(row, side, sides, other_open=open_[1 - side], summary=summary)
    for side in (0, 1):
        for row in sides[side].rest():
            yield _alone(row, side, summary)


def _met(
    row: Row, side: int, sides: tuple[_Side, _Side], *, other_open: bool, summary: Summary
) -> Iterator[Difference]:
    """A row with its like, if that came before; else it waits, or has none when the other side has ended."""
    like = sides[1 - side].take(_id(row))
    if like is not None:
        pair = (like, row) if side else (row, like)
        found = _difference(pair[0].fields, pair[1].fields)
        summary.count(found)
        if found is not None:
            yield found
    elif other_open:
        sides[side].wait(row)
    else:
        yield _alone(row, side, summary)


def _alone(row: Row, side: int, summary: Summary) -> Difference:
    hits, decision = _hits(row.fields), _decision(row.fields)
    found = (
        Difference(id=_id(row), before=None, after=decision, appeared=hits)
        if side
        else Difference(id=_id(row), before=decision, after=None, gone=hits)
    )
    summary.count(found)
    return found


class _Side:
    """The rows of one input that wait for their like, oldest first."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, deque[Row]] = OrderedDict()
        self._count = 0

    def wait(self, row: Row) -> None:
        if self._count >= WAITING:
            raise InputError(
                f"{row.where}: {WAITING:,} rows have no like on the other side; sort both files by id, or compare "
                "scans of the same records"
            )
        self._rows.setdefault(_id(row), deque()).append(row)
        self._count += 1

    def take(self, name: str) -> Row | None:
        rows = self._rows.get(name)
        if rows is None:
            return None
        row = rows.popleft()
        self._count -= 1
        if not rows:
            del self._rows[name]
        return row

    def rest(self) -> Iterator[Row]:
        for rows in self._rows.values():
            yield from rows


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference | None:
    old, new = _hits(before), _hits(after)
    decisions = _decision(before), _decision(after)
    gone, appeared, changed = matched(old, new) if old != new else ((), (), ())
    if decisions[0] == decisions[1] and not (gone or appeared or changed):
        return None
    return Difference(
        id=str(before.get("id")),
        before=decisions[0],
        after=decisions[1],
        appeared=appeared,
        gone=gone,
        changed=changed,
    )


def matched(
    old: Sequence[Hit], new: Sequence[Hit]
) -> tuple[tuple[Hit, ...], tuple[Hit, ...], tuple[tuple[Hit, Hit], ...]]:
    """(gone, appeared, changed): equal hits leave; others of one category that overlap are one, changed."""
    have, want = Counter(map(_key, old)), Counter(map(_key, new))
    gone = _surplus(old, have - want)
    left = _surplus(new, want - have)
    appeared, changed = [], []
    for hit in left:
        like = next((other for other in gone if _overlap(other, hit)), None)
        if like is None:
            appeared.append(hit)
        else:
            gone.remove(like)
            changed.append((like, hit))
    return tuple(gone), tuple(appeared), tuple(changed)


def _surplus(hits: Sequence[Hit], counts: Counter[str]) -> list[Hit]:
    """As many hits of each key as `counts` says, in order."""
    kept = []
    for hit in hits:
        key = _key(hit)
        if counts[key] > 0:
            counts[key] -= 1
            kept.append(hit)
    return kept


def _key(hit: Hit) -> str:
    return repr([hit.get(name) for name in ("category", *_COMPARED)])


def fields(old: Hit, new: Hit) -> list[str]:
    """The fields in which two hits differ."""
    return [name for name in _COMPARED if old.get(name) != new.get(name)]


def _overlap(one: Hit, other: Hit) -> bool:
    if one.get("category") != other.get("category"):
        return False
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def _id(row: Row) -> str:
    return str(row.fields.get("id"))


def _decision(result: Mapping[str, Any]) -> str:
    return str(result["decision"])


def _hits(result: Mapping[str, Any]) -> tuple[Hit, ...]:
    return tuple(result["hits"])


def _packs(row: Row, known: set[str]) -> None:
    packs = row.fields.get("packs")
    if isinstance(packs, Mapping):
        known.update(f"{name} {version}" for name, version in packs.items())


def checked(row: Row) -> Row:
    """The row, if it looks like a line that `scanner scan` writes; `InputError` with the cure if not."""
    result, hits = row.fields, row.fields.get("hits")
    if "decision" not in result or "id" not in result or not isinstance(hits, list):
        raise InputError(f"{row.where}: no result of `scanner scan --format jsonl` (id, decision, hits)")
    for hit in hits:
        places = (hit.get("start"), hit.get("end")) if isinstance(hit, dict) else (None, None)
        if not all(isinstance(place, int) for place in places):
            raise InputError(f"{row.where}: a hit without start and end; is this the output of `scanner scan`?")
    return row
