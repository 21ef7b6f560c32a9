"""The Overview page: volume, decisions, top rules and terms, appeals overturned; every chart beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from api.console import charts, words
from api.console.charts import Series
from api.console.web import ForReview, pages, utc
from scanner.assess import Ledger
from scanner.ledger import overview, queue
from scanner.ledger.overview import Bucket, Rate
from scanner.rules.times import DAY, Instant

router = pages()

PERIODS = ("30", "7", "90", "365", "all")
COLUMNS = 30
"""Columns of the chart at most."""


@router.get("/overview")
def page(at: ForReview) -> Response:
    """How things go."""
    period = at.form.choice("days", PERIODS)
    with at.service.ledger() as ledger:
        since, step = _period(ledger, period, at.now)
        values = _figures(ledger, since, at.now + 1, step)
        values |= {"counts": queue.counts(ledger), "policy": ledger.policy, "zone": "UTC"}
    values |= {"period": period, "since": since, "now": at.now}
    return at.page("overview.html", **values)


def _period(ledger: Ledger, period: str, now: Instant) -> tuple[Instant, int]:
    """Where a period begins, at a day's beginning in UTC, and how long one column is."""
    first = overview.first_moment(ledger)
    days = int(period) if period != "all" else max(1, (now - (first if first is not None else now)) // DAY + 2)
    since = (now // DAY - days + 1) * DAY
    return since, -(-days // COLUMNS) * DAY


def _figures(ledger: Ledger, since: Instant, until: Instant, step: int) -> dict[str, Any]:
    buckets = overview.volume(ledger, since, until, step)
    rules, terms = overview.by_rule(ledger, since, until), overview.top_terms(ledger, since, until)
    policy, overturned = ledger.policy, overview.overturned(ledger, since, until)
    labels = {row["rule"]: words.rule_title(row["rule"], policy) for row in rules}
    return {
        "buckets": [bucket for bucket in buckets if bucket.read or bucket.charged or bucket.held],
        "step_days": step // DAY,
        "volume": _volume(buckets),
        "rules": rules,
        "rules_chart": charts.columns(
            "Findings by rule", [_label(policy, row["rule"]) for row in rules], _states(rules)
        ),
        "labels": labels,
        "terms": terms,
        "terms_chart": charts.bars("Terms found most often", [_term(row) for row in terms]),
        "decided": overview.decided(ledger, since, until),
        "overturned": overturned,
        "overturned_chart": charts.bars(
            "Appeals overturned", [_rate(policy, *r) for r in overturned], most=1, room=190
        ),
    }


def _volume(buckets: Sequence[Bucket]) -> Any:
    names = [f"{utc(bucket.start):%d %b}" for bucket in buckets]
    series = [
        Series("charged", "solid", [bucket.charged for bucket in buckets]),
        Series("left to a person", "hatch", [bucket.held for bucket in buckets]),
        Series("nothing found", "empty", [bucket.clean for bucket in buckets]),
    ]
    return charts.columns("Messages read", names, series)


def _states(rules: Sequence[dict[str, Any]]) -> list[Series]:
    kinds = (("executed", "solid"), ("proposed", "hatch"), ("review", "dots"))
    return [Series(name, pattern, [row[name] for row in rules]) for name, pattern in kinds]


def _label(policy: Any, rule: str) -> str:
    known = policy.rules.get(rule)
    return known.label if known is not None and known.label else rule


def _term(row: dict[str, Any]) -> tuple[str, float, str]:
    return words.term(row["term"]), row["findings"], str(row["findings"])


def _rate(policy: Any, rule: str, rate: Rate) -> tuple[str, float, str]:
    low, high = rate.interval()
    note = f"{rate.share:.0%} of {rate.whole} ({low:.0%} to {high:.0%})"
    return _label(policy, rule), rate.share, note
