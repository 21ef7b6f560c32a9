"""What a policy charges, against what a fair officer would charge, conversation by conversation.

The labels are JSON lines: `conversation, innocent, charges: [{rule, alt_rule, message}]`; the records are those of
`scanner assess`. Facts about merchants are taken from the records before the first message. Nothing is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner.assess import Ledger
from scanner.engine import Scanner
from scanner.model import Message
from scanner.records import parse_record
from scanner.verdict import Charge

COUNTED = ("executed", "proposed", "waiting")
"""States in which a charge is held against a merchant, at least for a person to confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One conversation: the rules expected, the rules charged (with their messages), and whether that is right."""

    conversation: str
    innocent: bool
    expected: tuple[str, ...]
    charged: tuple[tuple[str, str, str], ...]
    review: tuple[str, ...]
    right: bool

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "conversation": self.conversation,
            "innocent": self.innocent,
            "expected": list(self.expected),
            "charged": [list(item) for item in self.charged],
            "review": list(self.review),
        }


def judge(
    labels: Iterable[Mapping[str, Any]],
    records: Iterable[Mapping[str, Any]],
    *,
    policy: str = "alibaba-points",
    scanner: Scanner | None = None,
) -> list[Judged]:
    """Every labelled conversation, assessed from an empty ledger."""
    wanted = list(labels)
    turns: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for record in records:
        turns[str(record.get("conversation"))].append(record)
    with Ledger(":memory:", policy=policy, scanner=scanner) as ledger:
        return [_judged(ledger, label, turns.get(str(label["conversation"]), [])) for label in wanted]


def _judged(ledger: Ledger, label: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> Judged:
    messages = [parse_record(row, where=str(row.get("id"))) for row in rows]
    _know(ledger, messages)
    skipped = {str(row.get("id")) for row in rows if row.get("skip")}
    found = [charge for verdict in ledger.assess_many(messages) for charge in verdict.charges]
    counted = [charge for charge in found if charge.state in COUNTED and charge.ref not in skipped]
    rules = {charge.rule for charge in counted}
    expected = tuple(str(charge["rule"]) for charge in label["charges"])
    met = all(rules & {str(charge["rule"]), str(charge.get("alt_rule"))} for charge in label["charges"])
    return Judged(
        conversation=str(label["conversation"]),
        innocent=bool(label["innocent"]),
        expected=expected,
        charged=tuple((charge.rule, charge.ref, charge.state) for charge in counted),
        review=tuple(_held(charge) for charge in found if charge.state == "review"),
        right=not counted if label["innocent"] else met,
    )


def _held(charge: Charge) -> str:
    return f"{charge.rule} {charge.ref}"


def _know(ledger: Ledger, messages: list[Message]) -> None:
    """State the merchant's facts as of the first message."""
    first = min((message.at for message in messages if message.at is not None), default=None)
    for message in messages:
        if message.merchant is not None and first is not None:
            ledger.learn(replace(message, at=first))
            return


def shares(judged: Iterable[Judged]) -> dict[str, tuple[int, int]]:
    """(right, of how many) for the innocent and for the guilty conversations."""
    out = {"innocent": (0, 0), "guilty": (0, 0)}
    for item in judged:
        name = "innocent" if item.innocent else "guilty"
        right, count = out[name]
        out[name] = (right + item.right, count + 1)
    return out
