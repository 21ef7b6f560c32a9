"""A ledger with a believable month in it: the labelled conversations, assessed, decided, appealed.

`python tests/api/console/seed.py LEDGER.db` makes one to look at the console with.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scanner.assess import Ledger
from scanner.engine import Scanner
from scanner.ledger import appeals, cases, decisions, previews, queue
from scanner.model import Merchant, Message
from scanner.records import parse_record

FIXTURES = Path(__file__).parents[3] / "fixtures"
NOW = datetime(2021, 9, 30, 16, 30, tzinfo=UTC)
MERCHANTS = ("ningbo-brightware", "shenzhen-lumo", "guangzhou-lexi-toys", "hangzhou-tea-hill", "mumbai-kesar-exports",
             "istanbul-mavi", "saigon-bamboo", "yiwu-glamour-star")  # fmt: skip
NASTY = (
    '<script>alert("xss")</script><img src=x onerror=alert(1)> \u202e\u200bgnp.exe\u2066 whatsapp +86 138 0013 8000 '
    "\"'>"
)
HOSTILE = 'evil"><script>alert(2)</script>\u202e'


def rows(limit: int) -> Iterator[dict[str, Any]]:
    """The labelled conversations' records, whole conversations shared out among a few merchants."""
    with (FIXTURES / "cases" / "trade.jsonl").open(encoding="utf-8") as lines:
        for line, _ in zip(lines, range(limit), strict=False):
            yield json.loads(line)


def messages(limit: int) -> Iterator[Message]:
    """The same as messages of September 2021, in order of time."""
    found, day = [], {}
    for row in rows(limit):
        talk = row["conversation"]
        number = day.setdefault(talk, len(day))
        merchant = MERCHANTS[(number * number + number // 5) % len(MERCHANTS)]
        at = datetime(2021, 9, 2, 1, tzinfo=UTC) + timedelta(hours=number * 2.6, minutes=len(found) % 60)
        given = {**row, "at": at.isoformat(), "merchant": {"id": merchant}}
        found.append(parse_record(given, where=row["id"]))
    return iter(sorted(found, key=lambda message: (message.at, message.id)))


def seed(path: Path, *, limit: int = 1487, scanner: Scanner | None = None, policy: str = "alibaba-points") -> None:
    """Fill a new ledger."""
    with Ledger(path, policy=policy, scanner=scanner, budget=0) as ledger:
        for merchant in MERCHANTS:
            name = merchant.replace("-", " ").title() + " Co., Ltd."
            ledger.set_facts(merchant, {"ta_signed": True, "ta_opened": True, "name": name}, at="2021-01-01T00:00:00Z")
        for verdict in ledger.assess_many(messages(limit)):
            _serve(ledger, verdict)
        _hostile(ledger)
        _decide(ledger)
        _appeal(ledger)
        for number in range(23):
            previews.count(ledger, "shenzhen-lumo", int(NOW.timestamp()) - number * 3600, found=number % 3 > 0)


def _serve(ledger: Ledger, verdict: Any) -> None:
    """Every notice reaches its merchant, so that the next rung can follow."""
    for charge in verdict.charges:
        if charge.state == "executed" and charge.event:
            at = ledger.event(charge.event)["received"] + 3600
            cases.serve(ledger, verdict.merchant, (charge.rule, charge.ref), at=at)


def _hostile(ledger: Ledger) -> None:
    """A merchant and a message that try everything."""
    for number, goods in enumerate(("", " fentanyl powder 99 %")):
        ledger.assess(
            Message(text=NASTY + goods, id=f'm{number}"><b>', conversation="<i>talk</i>", sender="s", role="seller",
                    at=NOW - timedelta(hours=5 - number), merchant=Merchant(id=HOSTILE))
        )  # fmt: skip
    ledger.set_facts(HOSTILE, {"name": NASTY}, at=NOW)


def _decide(ledger: Ledger) -> None:
    """Two officers at work: most of what is older is decided."""
    at = int(NOW.timestamp()) - 7200
    for place, item in enumerate(queue.items(ledger, queue.Filter(), at, 500)):
        if place % 4 == 0:
            code = "innocent" if place % 8 else "evidence"
            decisions.decide(ledger, item.charge, decisions.Decision(kind="dismiss", code=code), by="mei.lin", at=at)
        elif place % 4 == 1:
            decisions.decide(ledger, item.charge, decisions.Decision(kind="uphold", code="clear"), by="j.okafor", at=at)


def _appeal(ledger: Ledger) -> None:
    """Some penalties are appealed, some of the appeals decided."""
    sql = "SELECT DISTINCT merchant, rule, ref, executed FROM charges WHERE state = 'executed' AND executed IS NOT NULL"
    for place, row in enumerate(ledger.query(f"{sql} ORDER BY seq")):
        merchant, key = row["merchant"], (row["rule"], row["ref"])
        ground = "abc"[place % 3]
        at = row["executed"] + 86_400
        if at < NOW.timestamp():
            cases.file_appeal(ledger, merchant, key, ground=ground, at=at, received=at)
            if appeals.pending(ledger, merchant, key) and place % 4 < 3:
                cases.decide_appeal(ledger, merchant, key, accepted=place % 3 == 0, by="j.okafor", at=at + 7200)


if __name__ == "__main__":
    seed(Path(sys.argv[1]))
