"""What `assess` answers: the scan, what it costs the merchant, and what follows, in words and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.model import Scan
from scanner.rules.decide import describe
from scanner.rules.findings import NOT_COVERED, Outcome
from scanner.rules.times import iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One rule's finding in a message: `event` is its number in the ledger, 0 when nothing was written."""

    rule: str
    label: str
    ref: str
    outcome: Outcome
    event: int = 0
    hits: tuple[int, ...] = ()
    next_cost: str = ""

    @property
    def state(self) -> str:
        """`executed`, `proposed`, `review`, `waiting` or `none`."""
        return self.outcome.state

    def words(self) -> str:
        """ "offence 3 under R1: 3 points, balance 6; the next costs 6 points"."""
        name, outcome = self.label or self.rule, self.outcome
        if outcome.state == "executed":
            said = f"offence {outcome.offence_no} under {name}: {self._cost()}, balance {outcome.balance:g}"
            if outcome.reason:
                said = f"part of an offence under {name}, balance {outcome.balance:g}"
            reached = f", which brings {' and '.join(outcome.thresholds)}" if outcome.thresholds else ""
            return f"{said}{reached}; the next costs {self.next_cost}" if self.next_cost else f"{said}{reached}"
        if outcome.state == "proposed":
            return f"proposed under {name}: {self._cost()}; a person has to confirm it ({outcome.reason})"
        if outcome.reason == NOT_COVERED:
            return "no rule of the policy covers this: a person has to look, nothing is charged"
        if outcome.state == "review":
            return f"under {name} a person has to look; nothing is charged"
        return f"no charge under {name}: {outcome.reason}"

    def _cost(self) -> str:
        cost = describe(self.outcome.action, self.outcome.points)
        until = self.outcome.until
        return cost if until is None or self.state == "proposed" else f"{cost} until {iso(until)}"

    def to_dict(self, tz: str) -> dict[str, Any]:
        """As JSON."""
        return {
            "rule": self.rule,
            "label": self.label,
            "ref": self.ref,
            "state": self.state,
            "event": self.event,
            "hits": list(self.hits),
            **self.outcome.to_dict(tz),
            "thresholds": list(self.outcome.thresholds),
            "says": self.words(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer for one message: what stands in it, what it costs, and what the caller should know."""

    scan: Scan
    merchant: str | None
    charges: tuple[Charge, ...] = ()
    notes: tuple[str, ...] = ()
    zone: str = "UTC"
    dry_run: bool = False

    def words(self) -> str:
        """What follows, one line per charge."""
        return "\n".join(charge.words() for charge in self.charges)

    def to_dict(self) -> dict[str, Any]:
        """The result line of `scanner assess`: that of a scan, then merchant, charges and notes."""
        return {
            **self.scan.to_dict(),
            "merchant": self.merchant,
            "charges": [charge.to_dict(self.zone) for charge in self.charges],
            "notes": list(self.notes),
            "dry_run": self.dry_run,
        }
