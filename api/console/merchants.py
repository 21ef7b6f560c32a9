"""The merchants' pages: who is on record, where one stands and why, and the evidence of a charge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from api.console import charts
from api.console.evidence import case_view
from api.console.web import Desk, ForReview, pages, redirect, utc
from api.errors import Problem
from scanner.assess import Ledger
from scanner.ledger import appeals, cases, overview, previews, queue
from scanner.ledger.finals import InForce, company, of_merchant
from scanner.ledger.standing import history, standing
from scanner.rules.decide import rung_words
from scanner.rules.policy import Policy
from scanner.rules.times import DAY, Instant

router = pages()

PAGE = 40


@router.get("/merchants")
def listed(at: ForReview) -> Response:
    """Who is on record, the last active first; a search by id."""
    wanted, start = at.form.text("q").strip()[:128], at.form.integer("from")
    with at.service.ledger() as ledger:
        found = overview.merchants(ledger, wanted, PAGE + 1, start)
        rows = [{**row, "standing": standing(ledger, row["merchant"], at.now)} for row in found[:PAGE]]
        policy = ledger.policy
    more = start + PAGE if len(found) > PAGE else None
    return at.page("merchants.html", rows=rows, wanted=wanted, more=more, policy=policy, zone=policy.zone)


@router.get("/merchants/view")
def one(at: ForReview) -> Response:
    """One merchant: standing, points over time, the ladder, charges, appeals."""
    merchant = at.form.text("id").strip()[:256]
    if not merchant:
        raise Problem("not-found")
    with at.service.ledger() as ledger:
        return at.page("merchant.html", **_merchant(at, ledger, merchant))


def _merchant(at: Desk, ledger: Ledger, merchant: str) -> dict[str, Any]:
    policy, penalties = ledger.policy, of_merchant(ledger, merchant)
    curve = overview.balance_over_time(ledger, merchant, at.now)
    return {
        "merchant": merchant,
        "name": company(ledger, merchant),
        "standing": standing(ledger, merchant, at.now),
        "facts": ledger.account(merchant).facts_at(at.now),
        "curve": curve,
        "plot": _plot(curve, policy),
        "ladders": _ladders(policy, penalties, at.now),
        "penalties": {item.key: item for item in penalties},
        "history": history(ledger, merchant, 100),
        "appeals": appeals.appeals(ledger, merchant),
        "asked": previews.asked(ledger, [merchant], at.now)[merchant],
        "policy": policy,
        "zone": policy.zone,
        "now": at.now,
    }


def _plot(curve: Sequence[tuple[Instant, float]], policy: Policy) -> Markup:
    """The points over time with the policy's thresholds."""
    first, last = curve[0][0], curve[-1][0]
    start = min(first, last - 30 * DAY)
    points = [(float(start), 0.0), *((float(at), float(value)) for at, value in curve)]
    most = max(value for _, value in points)
    near = [step for step in policy.thresholds if step.points <= most] + [
        s for s in policy.thresholds if s.points > most
    ][:1]
    levels = [charts.Level(step.points, f"{step.points:g}: {step.measure.replace('_', ' ')}") for step in near]
    ticks = [
        (start + part * (last - start), f"{utc(int(start + part * (last - start))):%d %b %y}")
        for part in (0.08, 0.36, 0.64, 0.92)
    ]
    return charts.steps("Points over time", points, ticks, levels)


def _ladders(policy: Policy, penalties: Sequence[InForce], now: Instant) -> list[dict[str, Any]]:
    """Every rule's rungs now, with the one the merchant stands on; rules with offences first."""
    numbers: dict[str, int] = {}
    for item in penalties:
        numbers[item.key[0]] = max(numbers.get(item.key[0], 0), item.penalty.no)
    out = [_ladder(policy, rule, numbers.get(rule, 0), now) for rule in policy.rules]
    return sorted((one for one in out if one["rungs"]), key=lambda one: -one["here"])


def _ladder(policy: Policy, rule: str, here: int, now: Instant) -> dict[str, Any]:
    version = policy.rules[rule].version(now)
    ladder = () if version is None else version.ladder
    on = max((rung.n for rung in ladder if rung.n <= here), default=0)
    next_on = max((rung.n for rung in ladder if rung.n <= here + 1), default=0)
    rungs = [
        {"n": rung.n, "words": rung_words(rung), "here": bool(here) and rung.n == on, "next": rung.n == next_on,
         "open": index == len(ladder) - 1}
        for index, rung in enumerate(ladder)
    ]  # fmt: skip
    return {"rule": rule, "here": here, "rungs": rungs}


# one charge --------------------------------------------------------------------------------------------


@router.get("/merchants/charge")
def charge(at: ForReview) -> Response:
    """The evidence of a charge."""
    return _charge(at, revealed=False)


@router.post("/merchants/charge")
def reveal(at: ForReview) -> Response:
    """The same with its contacts shown; the ledger notes who saw them."""
    with at.service.ledger() as ledger:
        queue.reveal(ledger, at.form.integer("n"), by=at.caller.name, at=at.now)
    return _charge(at, revealed=True)


def _charge(at: Desk, *, revealed: bool) -> Response:
    number = at.form.integer("n")
    with at.service.ledger() as ledger:
        if not ledger.query("SELECT 1 FROM charges WHERE seq = ?", (number,)):
            raise Problem("not-found")
        case = case_view(ledger, number, revealed=revealed)
        return at.page("charge.html", case=case, number=number, policy=ledger.policy, zone=ledger.policy.zone,
                       steps=[_step(event) for event in case["file"]["history"]])  # fmt: skip


def _step(event: Mapping[str, Any]) -> dict[str, Any]:
    """One thing that happened, with what is worth saying of it."""
    recorded = event["recorded"]
    said = [str(recorded[name]).replace("_", " ") for name in ("why", "code", "how", "ground") if recorded.get(name)]
    if "accepted" in recorded:
        said.append("accepted" if recorded["accepted"] else "rejected")
    kind = "note" if recorded.get("noted") else event["type"]
    return {"type": kind, "at": event["at"], "by": recorded.get("by"), "said": ", ".join(said)}


@router.post("/merchants/appeal")
def decide_appeal(at: ForReview) -> Response:
    """Accept or reject an appeal that waits."""
    form = at.form
    with at.service.ledger() as ledger:
        found = appeals.filed(ledger, form.integer("event"))
        if found is None or not appeals.pending(ledger, *found):
            raise Problem("conflict", "No appeal of this number waits for a decision.")
        merchant, key = found
        accepted = form.text("decision") == "accept"
        cases.decide_appeal(ledger, merchant, key, accepted=accepted, by=at.caller.name, at=at.now)
    return redirect(f"/merchants/view?id={quote(merchant)}#appeals")
