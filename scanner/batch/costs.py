"""What findings would cost under a policy: noted while texts pass, decided afterwards by the rules themselves.

An estimate without a ledger: it starts from empty accounts, takes the records' word for a merchant's facts and
believes that no notice was served, or, on the other side, each at once. `scanner assess` decides for good.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from scanner.batch.bounded import NAME, short_name
from scanner.model import Hit, Message, Scan, Span
from scanner.rules import step
from scanner.rules.account import STANDING, Account
from scanner.rules.decide import Circumstances, decide
from scanner.rules.policy import Points, Policy, tidy

Digest = Callable[[str], str]

MOST = 100_000
"""Texts with findings that are noted; those after it are counted only."""
MOST_OF_ONE = 300
"""As many of one merchant at most: long before that its store is closed, and the work would grow with the square."""
MOST_HITS = 50
"""Findings of one text that are noted: a rule charges a text once."""
ASKED = 20_000
"""Conversations whose buyer is known to have asked for the escrow."""


class Costs:
    """The texts that may cost something, without their words; contacts as digests. Bounded, mergeable, plain data."""

    def __init__(self) -> None:
        self.noted: list[bytes] = []
        self.per: Counter[str] = Counter()
        self.facts: dict[str, tuple[bool, bool]] = {}
        self.asked: dict[str, int] = {}
        self.over = 0
        self.without = 0

    def note(self, message: Message, scan: Scan, digest: Digest) -> None:
        """A text with findings at `review` or above; one without a merchant or a time cannot cost anything."""
        if message.role == "buyer":
            self._ask(message, scan)
            return
        merchant = message.merchant
        if merchant is None or merchant.id is None or message.at is None or message.id is None:
            self.without += 1
        elif self._room(short_name(merchant.id)):
            self.noted.append(_packed(message, scan, digest))
            if merchant.ta_signed is not None:
                self.facts.setdefault(short_name(merchant.id), (merchant.ta_signed, bool(merchant.ta_opened)))

    def merge(self, other: Costs) -> None:
        """Take in what another noted."""
        self.noted += [item for item in other.noted if self._room(json.loads(item)[0])]
        self.over += other.over
        self.without += other.without
        for merchant, facts in other.facts.items():
            self.facts.setdefault(merchant, facts)
        for conversation, at in other.asked.items():
            self._asked_at(conversation, at)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        noted = [json.loads(item) for item in self.noted]
        facts = {name: list(pair) for name, pair in self.facts.items()}
        return {"noted": noted, "facts": facts, "asked": self.asked, "over": self.over, "without": self.without}

    def read(self, data: dict[str, Any]) -> None:
        """Become what `to_json` wrote."""
        self.noted = [_bytes(item) for item in data["noted"]]
        self.per = Counter(item[0] for item in data["noted"])
        self.facts = {name: (bool(pair[0]), bool(pair[1])) for name, pair in data["facts"].items()}
        self.asked = {str(name): int(at) for name, at in data["asked"].items()}
        self.over, self.without = int(data["over"]), int(data["without"])

    def _room(self, merchant: str) -> bool:
        """Whether one more text of a merchant is noted; if not it is counted."""
        if len(self.noted) >= MOST or self.per[merchant] >= MOST_OF_ONE:
            self.over += 1
            return False
        self.per[merchant] += 1
        return True

    def _ask(self, message: Message, scan: Scan) -> None:
        said = message.buyer_requested
        asks = any("buyer-request" in hit.tags for hit in scan.hits) if said is None else said
        if asks and message.conversation is not None and message.at is not None:
            self._asked_at(short_name(message.conversation), int(message.at.timestamp()))

    def _asked_at(self, conversation: str, at: int) -> None:
        if conversation in self.asked or len(self.asked) < ASKED:
            self.asked[conversation] = min(at, self.asked.get(conversation, at))


def _packed(message: Message, scan: Scan, digest: Digest) -> bytes:
    """What the rules need to know of a text, as compact JSON."""
    assert message.merchant is not None and message.at is not None
    hits = [
        (hit.rule, hit.category, hit.term, hit.level, digest(hit.value or hit.text), hit.tags, hit.exception)
        for hit in scan.hits
        if hit.level != "info"
    ][:MOST_HITS]
    goods = message.category and message.category[:NAME]
    about = (message.channel, message.context, message.buyer_requested, goods)
    names = (message.merchant.id, message.id, message.conversation)
    merchant, ref, talk = (None if name is None else short_name(name) for name in names)
    return _bytes((merchant, int(message.at.timestamp()), ref, talk, message.kind, about, hits))


def _bytes(item: Any) -> bytes:
    return json.dumps(item, separators=(",", ":")).encode()


def _text(item: Any) -> tuple[Message, tuple[Hit, ...]]:
    """Message and hits again, as far as the rules look at them."""
    _, at, ref, conversation, kind, (channel, context, requested, goods), hits = item
    message = Message(
        id=ref, conversation=conversation, kind=kind, channel=channel, context=context, buyer_requested=requested,
        category=goods, at=datetime.fromtimestamp(at, UTC),
    )  # fmt: skip
    return message, tuple(
        Hit(rule=rule, category=category, term=term, level=level, value=value, tags=tuple(tags), exception=exception,
            span=Span(0, 0), text="")
        for rule, category, term, level, value, tags, exception in hits
    )  # fmt: skip


@dataclass(slots=True)
class Bill:
    """What the findings of one merchant, or of all, come to."""

    merchant: str = ""
    offences: int = 0
    points: Points = 0
    proposed: int = 0
    review: int = 0
    measures: tuple[str, ...] = ()
    served: Points = 0
    closed: bool = False
    rules: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """As one row of a table."""
        return {
            "merchant": self.merchant,
            "offences": self.offences,
            "points": tidy(self.points),
            "points_with_notices_served": tidy(self.served),
            "waiting_for_confirmation": self.proposed,
            "waiting_for_review": self.review,
            "measures": " ".join(self.measures),
            "store_closed": self.closed,
        }


def bills(costs: Costs, policy: Policy) -> list[Bill]:
    """What each merchant would owe under `policy`, dearest first."""
    items = sorted(map(json.loads, costs.noted), key=lambda item: (item[0], item[1], item[2]))
    made = [_bill(merchant, list(group), costs, policy) for merchant, group in groupby(items, key=lambda item: item[0])]
    return sorted(made, key=lambda bill: (-bill.points, -bill.served, -bill.offences, -bill.proposed, bill.merchant))


def _bill(merchant: str, items: list[Any], costs: Costs, policy: Policy) -> Bill:
    bill = Bill(merchant=merchant)
    account = _run(items, costs, policy, serve=False, bill=bill)
    standing = [offence for offence in account.offences.values() if offence.state == STANDING]
    bill.offences = sum(1 for offence in standing if offence.penalty is None or offence.penalty.head)
    bill.points = account.total
    served = _run(items, costs, policy, serve=True) if policy.notice_first else account
    bill.served = served.total
    bill.closed = served.store_closed()
    return bill


def _run(items: Iterable[Any], costs: Costs, policy: Policy, *, serve: bool, bill: Bill | None = None) -> Account:
    """One merchant's account after all its texts; `serve` serves the notice of each charge at once."""
    account = Account()
    for item in items:
        message, hits = _text(item)
        signed, opened = costs.facts.get(item[0], (False, False))
        if not account.updates:
            account.update_facts(item[1], {"ta_signed": signed, "ta_opened": opened})
        asked = costs.asked.get(item[3])
        about = Circumstances(
            ref=item[2],
            at=item[1],
            received=item[1],
            requested=True if asked is not None and asked <= item[1] else None,
        )
        for decision in decide(hits, message, account, policy, about):
            account = decision.account
            if bill is not None:
                _count(bill, decision.outcome.state, decision.finding.rule, decision.outcome.thresholds)
            if serve and decision.outcome.state == "executed" and decision.outcome.reason is None:
                account = account.fork()
                step.serve(account, decision.finding.key, item[1])
    return account


def _count(bill: Bill, state: str, rule: str, thresholds: tuple[str, ...]) -> None:
    bill.proposed += state == "proposed"
    bill.review += state == "review"
    if state == "executed":
        bill.rules[rule] += 1
        bill.measures = tuple(dict.fromkeys((*bill.measures, *thresholds)))


def total(rows: Iterable[Bill]) -> Bill:
    """All bills as one."""
    out = Bill()
    for bill in rows:
        out.offences += bill.offences
        out.points += bill.points
        out.served += bill.served
        out.proposed += bill.proposed
        out.review += bill.review
        out.rules.update(bill.rules)
    return out
