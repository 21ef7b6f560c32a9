"""One merchant's account: the offences that stand, wait or were removed, and what they cost now.

An `Account` changes only through `scanner.rules.step`; `fork` gives a copy to try a step on, so whoever holds
an account sees pure functions. Copying is shallow: everything inside is frozen.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.rules.findings import NOTHING_KNOWN, Change, Finding, Key, MerchantFacts, Penalty
from scanner.rules.policy import Points, Policy
from scanner.rules.times import DAY, Instant

STANDING, WAITING, REMOVED = "standing", "waiting", "removed"

Place = tuple[Instant, int]
"""Where an offence stands among those of its rule: (conduct, arrival), or (arrival, arrival)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """A finding that nothing excludes, with its arrival number, its state and its penalty now."""

    finding: Finding
    arrival: int
    state: str = STANDING
    penalty: Penalty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A finding that waits for a person: `why` is `needs_review`, `proposed`, `budget` or `paused`."""

    finding: Finding
    why: str
    action: str = "none"
    upheld_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """`[start, end)` of a closure; `end` None while it is open. `key` is the offence behind it."""

    start: Instant
    end: Instant | None
    key: Key | None = None

    def holds(self, at: Instant) -> bool:
        """Whether `at` lies inside."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(slots=True)
class Track:
    """The standing offences of one rule in order, and those of them that carry a number."""

    places: list[Place] = field(default_factory=list)
    refs: dict[Place, str] = field(default_factory=dict)
    heads: list[Place] = field(default_factory=list)

    def fork(self) -> Track:
        """A copy that can be changed."""
        return Track(self.places.copy(), self.refs.copy(), self.heads.copy())

    def add(self, place: Place, ref: str) -> int:
        """Put an offence in its place; its index."""
        insort(self.places, place)
        self.refs[place] = ref
        return bisect_left(self.places, place)

    def drop(self, place: Place) -> int:
        """Take an offence out; the index it had."""
        index = bisect_left(self.places, place)
        del self.places[index]
        del self.refs[place]
        return index


class Account:
    """See the module. `facts` are those at the beginning, `updates` what changed since, in order of time."""

    def __init__(self, facts: MerchantFacts | None = None) -> None:
        self.facts = facts or NOTHING_KNOWN
        self.updates: list[tuple[Instant, int, Mapping[str, Any]]] = []
        self.offences: dict[Key, Offence] = {}
        self.tracks: dict[str, Track] = {}
        self.pending: dict[Key, Pending] = {}
        self.waiting: list[tuple[int, Key]] = []
        self.ta: list[Interval] = []
        self.closures: list[Interval] = []
        self.closing: set[Key] = set()
        self.carrier: Key | None = None
        self.appealed: set[tuple[Key, int]] = set()
        self.contested: set[Key] = set()
        self.dismissed: set[Key] = set()
        self.served: dict[Key, Instant] = {}
        self.groups: dict[tuple[str, str], tuple[Place, ...]] = {}
        self.executed: list[tuple[Instant, Key]] = []
        self.total: Points = 0
        self.arrivals = 0
        self.before: dict[Key, Penalty | None] = {}
        self.moved: dict[Key, int] = {}

    def fork(self) -> Account:
        """A copy to try a step on."""
        other = Account.__new__(Account)
        other.__dict__.update(self.__dict__)
        other.updates, other.offences, other.pending = self.updates.copy(), self.offences.copy(), self.pending.copy()
        other.waiting, other.ta, other.closures = self.waiting.copy(), self.ta.copy(), self.closures.copy()
        other.closing, other.appealed = self.closing.copy(), self.appealed.copy()
        other.contested = self.contested.copy()
        other.dismissed, other.served = self.dismissed.copy(), self.served.copy()
        other.groups, other.executed = self.groups.copy(), self.executed.copy()
        other.tracks = {rule: track.fork() for rule, track in self.tracks.items()}
        other.before, other.moved = {}, {}
        return other

    def arrive(self) -> int:
        """The next arrival number."""
        self.arrivals += 1
        return self.arrivals

    def facts_at(self, at: Instant) -> MerchantFacts:
        """The facts that held at `at`, as far as they are known now."""
        facts = self.facts
        for since, _, changes in self.updates:
            if since > at:
                break
            facts = facts.updated(changes)
        return facts

    def update_facts(self, at: Instant, changes: Mapping[str, Any]) -> None:
        """Let `changes` hold from `at` on."""
        insort(self.updates, (at, self.arrive(), changes), key=lambda item: item[:2])

    def store_closed(self, at: Instant | None = None) -> bool:
        """Whether the store is closed: now, or at `at`."""
        if at is None:
            return bool(self.closing) or self.carrier is not None
        return any(interval.holds(at) for interval in self.closures)

    def ta_suspended(self, at: Instant) -> bool:
        """Whether eligibility was in fact closed at `at`."""
        return any(interval.holds(at) for interval in self.ta)

    def ta_closed_until(self) -> Instant | None:
        """The latest end of a closure that stands (it may lie in the past)."""
        ends = [i.end for i in self.ta if i.key is not None and i.end is not None]
        return max(ends, default=None)

    def balance(self, policy: Policy, now: Instant) -> Points:
        """The points in force at `now`."""
        if not policy.expiry_days:
            return self.total
        oldest = now - policy.expiry_days * DAY
        penalties = (offence.penalty for offence in self.offences.values())
        return sum(penalty.points for penalty in penalties if penalty and penalty.executed > oldest)

    def counts(self) -> dict[str, int]:
        """Standing executed offences per rule."""
        return {rule: len(track.places) for rule, track in sorted(self.tracks.items()) if track.places}

    def set_penalty(self, key: Key, penalty: Penalty | None) -> None:
        """Give an offence its penalty of now, keeping the sum and the note of what it was before."""
        offence = self.offences[key]
        old = offence.penalty
        if old == penalty:
            return
        self.before.setdefault(key, old)
        self.total += (penalty.points if penalty else 0) - (old.points if old else 0)
        self.offences[key] = Offence(
            finding=offence.finding, arrival=offence.arrival, state=offence.state, penalty=penalty
        )
        (self.closing.add if penalty is not None and penalty.closes else self.closing.discard)(key)

    def changes(self, own: Key | None) -> tuple[Change, ...]:
        """What differs from before this step, other than `own`, by rule and conduct time."""
        found = []
        for key, old in self.before.items():
            new = self.offences[key].penalty
            if key != own and _shown(old) != _shown(new):
                offence = self.offences[key]
                found.append((key[0], offence.finding.at, offence.arrival, _change(key, offence)))
        return tuple(item[-1] for item in sorted(found, key=lambda item: item[:3]))


def _shown(penalty: Penalty | None) -> tuple[Any, ...] | None:
    """What of a penalty a change reports."""
    if penalty is None:
        return None
    return penalty.no, penalty.action, penalty.points, penalty.until


def _change(key: Key, offence: Offence) -> Change:
    penalty = offence.penalty
    if penalty is None:
        return Change(*key, at=offence.finding.at)
    return Change(
        *key,
        at=offence.finding.at,
        offence_no=penalty.no,
        action=penalty.action,
        points=penalty.points,
        until=penalty.until,
    )
