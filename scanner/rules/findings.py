"""What goes into the rules and what comes out: findings, merchant facts, outcomes. Frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.model import AuthorisedMark, Merchant
from scanner.rules.policy import ACTIONS, Points, tidy
from scanner.rules.times import Instant, iso_or_none

Key = tuple[str, str]
"""An offence's identity: (rule, ref)."""

UNCOVERED = "uncovered"
"""The rule id of what no rule of the policy covers; no policy has a rule of that name."""

NOT_COVERED = "not_covered"
"""Why such a finding waits: a person has to look at the text, and nothing can be charged."""


def held_state(why: str | None) -> str:
    """The state of a finding that waits: `review` where a person has to look first, else `proposed`."""
    return "review" if why in ("needs_review", NOT_COVERED) else "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's finding in one message or listing.

    `hits` are (kind, value) of contacts; None means the detector gave no detail. `group` is the conversation.
    `machine` says that no person has looked yet.
    """

    rule: str
    ref: str
    at: Instant
    received: Instant
    role: str = "seller"
    channel: str = "onsite"
    hits: tuple[tuple[str, str], ...] = ()
    context: str | None = None
    buyer_requested: bool | None = None
    refusal: str | None = None
    mark: str | None = None
    goods: str | None = None
    in_scope: bool = True
    serious: bool = False
    measure: str | None = None
    decision: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    machine: bool = False
    review: bool = False

    @property
    def key(self) -> Key:
        """(rule, ref)."""
        return (self.rule, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantFacts:
    """What holds for a merchant at one time."""

    ta_signed: bool = False
    ta_opened: bool = False
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    marks: tuple[AuthorisedMark, ...] = ()
    upgrade_service: bool = False

    def merchant(self, merchant_id: str | None = None) -> Merchant:
        """The same as the scan knows it."""
        return Merchant(
            id=merchant_id,
            registered_contacts=(*self.emails, *self.phones, *self.contacts),
            authorised_marks=self.marks,
            ta_signed=self.ta_signed,
            ta_opened=self.ta_opened,
        )

    def updated(self, changes: Mapping[str, Any]) -> MerchantFacts:
        """The facts with the named ones changed; unknown names are ignored."""
        known = {key: value for key, value in changes.items() if key in _FACTS}
        return replace(self, **known)


NOTHING_KNOWN = MerchantFacts()
"""A merchant of whom nothing was ever stated."""

_FACTS = ("ta_signed", "ta_opened", "emails", "phones", "contacts", "marks", "upgrade_service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """What an offence costs now, in force since `executed`; `execution` tells such times apart."""

    no: int
    action: str
    points: Points
    executed: Instant
    execution: int = 1
    until: Instant | None = None
    measure: str | None = None
    flags: tuple[str, ...] = ()
    raw: Points = 0
    closes: bool = False
    head: bool = True

    def weight(self) -> tuple[int, Points]:
        """How grave it is, for comparison."""
        return ACTIONS.index(self.action), self.raw


@dataclass(frozen=True, slots=True)
class Change:
    """The new values of another penalty; a removed one has action `none`."""

    rule: str
    ref: str
    at: Instant
    offence_no: int | None = None
    action: str = "none"
    points: Points = 0
    until: Instant | None = None

    def to_dict(self, tz: str) -> dict[str, Any]:
        """As a scenario shows it."""
        return {
            "rule": self.rule,
            "ref": self.ref,
            "offence_no": self.offence_no,
            "action": self.action,
            "points": tidy(self.points),
            "until": iso_or_none(self.until, tz),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one event brings. `state` is `executed`, `proposed`, `review`, `waiting` or `none`."""

    action: str = "none"
    points: Points = 0
    offence_no: int | None = None
    balance: Points = 0
    until: Instant | None = None
    reason: str | None = None
    flags: tuple[str, ...] = ()
    measure: str | None = None
    changes: tuple[Change, ...] = ()
    appeal: str | None = None
    appeal_until: Instant | None = None
    example_met: bool | None = None
    ta_suspended: bool | None = None
    store_closed: bool | None = None
    effective_from: Instant | None = None
    thresholds: tuple[str, ...] = ()
    state: str = "none"

    def to_dict(self, tz: str) -> dict[str, Any]:
        """The fields of a scenario's expectation; optional ones only when they say something."""
        out: dict[str, Any] = {
            "action": self.action,
            "points": tidy(self.points),
            "offence_no": self.offence_no,
            "balance": tidy(self.balance),
            "until": iso_or_none(self.until, tz),
        }
        optional = {
            "reason": self.reason,
            "flags": list(self.flags) or None,
            "measure": self.measure,
            "changes": [change.to_dict(tz) for change in self.changes] or None,
            "appeal": self.appeal,
            "appeal_until": iso_or_none(self.appeal_until, tz),
            "example_met": self.example_met,
            "ta_suspended": self.ta_suspended,
            "store_closed": self.store_closed,
            "effective_from": iso_or_none(self.effective_from, tz),
        }
        return out | {key: value for key, value in optional.items() if value is not None}
