"""A policy: what each rule costs by the nth offence, and the knobs that settle what texts leave open.

Frozen data. `scanner.rules.load` reads it from TOML; `scanner.rules.knobs` lays a scenario's knobs over it.
Amounts are points (halves occur), spans are days or hours as named, times are instants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from scanner.rules.times import Instant

Points = int | float

ACTIONS = ("none", "warning", "points", "restricted", "ta_suspended", "close_store")
"""What a charge does, from mildest to gravest."""

REFUSALS = ("no_reason", "conditional", "other_unreasonable")
"""The refusals of the escrow that are offences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What the nth offence costs, from `n` up to the next rung."""

    n: int
    points: Points = 0
    ta_days: int = 0
    restrict_days: int = 0
    close: bool = False
    measure: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A ladder and when it holds: `[since, until)`; `published` is never None for one made known later."""

    ladder: tuple[Rung, ...]
    since: Instant | None = None
    until: Instant | None = None
    published: Instant | None = None

    def holds(self, at: Instant) -> bool:
        """Whether this version is in force at `at`."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def rung(self, n: int) -> Rung:
        """The rung of the nth offence: the last one that starts at or below `n`."""
        best = Rung(n=0)
        for rung in self.ladder:
            if rung.n <= n:
                best = rung
        return best


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its versions in order of publication, and what excludes a finding, tested in order.

    decided   a person's `decision` (points, strike, close) replaces the rung
    serious   a person may call a case serious and add a measure
    malice    never capped
    merge_days  findings within so many days of an offence are that offence
    yields_to   a finding of that rule in the same message takes this one's place
    """

    id: str
    label: str = ""
    title: str = ""
    title_zh: str = ""
    text: str = ""
    source: str = ""
    versions: tuple[Version, ...] = ()
    exclude: tuple[str, ...] = ()
    decided: bool = False
    serious: bool = False
    malice: bool = False
    merge_days: int = 0
    yields_to: str | None = None
    elsewhere: bool = False

    def version(self, at: Instant) -> Version | None:
        """The version published last among those in force at `at`."""
        for version in reversed(self.versions):
            if version.holds(at):
                return version
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FromHits:
    """How hits become a finding of `rule`: every bound given must hold; the first entry that fits wins."""

    rule: str
    category: str
    kinds: tuple[str, ...] = ("message", "listing")
    terms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    refusal: str | None = None
    decision: Mapping[str, Any] = field(default_factory=dict)
    review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What reaching a balance brings for the whole account."""

    points: Points
    measure: str
    days: int = 0
    text: str = ""
    source: str = ""
    since: Instant | None = None
    until: Instant | None = None

    def holds(self, at: Instant) -> bool:
        """Whether it is in force at `at`."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most `points` in any `hours`; rules of malice are outside it."""

    points: Points
    hours: int = 24
    source: str = ""
    since: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many charges of one rule may be executed by machine before a person has to look."""

    per_run: int = 0
    per_hour: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeals:
    """Who may appeal, how long, and on what grounds."""

    rules: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    days: int = 7
    window: Literal["hours", "platform_day"] = "hours"
    grounds: Mapping[str, str] = field(default_factory=dict)
    example_ground: str = "b"
    example_ways: int = 3
    example_usd: Points = 5000
    example_usd_inclusive: bool = True
    entry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A marketplace's rules as they are applied.

    group        what counts as one offence: a `message`, or all of a `conversation_day`
    count_days   offences older than this do not count for the next rung (0: all count)
    expiry_days  points live so long after execution (0: for ever)
    notice_first the next rung needs the last notice served
    late_worsens conduct found late may make a penalty in force heavier
    backfill_days conduct older than this when it reaches us costs nothing (0: no such limit)
    """

    name: str
    version: str
    title: str = ""
    source: str = ""
    zone: str = "America/Los_Angeles"
    rules: Mapping[str, Rule] = field(default_factory=dict)
    hits: tuple[FromHits, ...] = ()
    order: Literal["conduct", "arrival"] = "conduct"
    group: Literal["message", "conversation_day"] = "message"
    count_days: int = 0
    expiry_days: int = 0
    notice_first: bool = False
    late_worsens: bool = True
    backfill_days: int = 0
    close_at_balance: Points | None = None
    review_at_balance: Points | None = 48
    refusal_while_suspended: Literal["no_offence", "counts"] = "no_offence"
    thresholds: tuple[Threshold, ...] = ()
    cap: Cap | None = None
    appeals: Appeals = Appeals()
    confirm: tuple[str, ...] = ()
    closers: int = 2
    budget: Budget = Budget()
    measures: Mapping[str, str] = field(default_factory=dict)
    lost_with_ta: tuple[str, ...] = ()
    retention_days: Mapping[str, int] = field(default_factory=dict)
    digest: str = ""
    plain: bool = field(init=False, default=True)
    """Whether an offence's number is simply its place among those of its rule."""

    def __post_init__(self) -> None:
        merging = any(rule.merge_days for rule in self.rules.values())
        special = self.count_days or self.notice_first or merging or self.group != "message"
        object.__setattr__(self, "plain", not special)


def tidy(points: Points) -> Points:
    """Whole points as int, halves as float: `3.0` is shown as 3."""
    return int(points) if points == int(points) else points
