"""The review queue: what waits for a person, one case open beside it, decided with one key."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from api.console.evidence import case_view
from api.console.web import Desk, Form, ForReview, is_htmx, pages, redirect
from api.errors import Problem
from scanner.assess import Ledger
from scanner.ledger import decisions, handles, previews, queue
from scanner.ledger.codec import loads
from scanner.ledger.queue import PRIORITIES, Filter, Item
from scanner.ledger.standing import history, standing
from scanner.rules.findings import UNCOVERED

router = pages()

PAGE = 30
MOST = 100
"""Charges of one bulk decision."""

_FILTERS = ("state", "rule", "merchant", "priority", "after")


@router.get("/review")
def page(at: ForReview) -> Response:
    """The queue with one case open: the one asked for, else the first."""
    return _page(at, at.form, revealed=False)


@router.get("/review/item")
def one(at: ForReview) -> Response:
    """One case, as a fragment."""
    return _item_answer(at, at.form, revealed=False)


@router.post("/review/reveal")
def reveal(at: ForReview) -> Response:
    """The case with its contacts shown; the ledger notes who saw them."""
    with at.service.ledger() as ledger:
        queue.reveal(ledger, at.form.integer("charge"), by=at.caller.name, at=at.now)
    return _item_answer(at, at.form, revealed=True)


def _item_answer(at: Desk, form: Form, *, revealed: bool) -> Response:
    if not is_htmx(at.request):
        return _page(at, form, revealed=revealed)
    with at.service.ledger() as ledger:
        values = _case(at, ledger, queue.item(ledger, form.integer("charge"), at.now), revealed=revealed)
        return at.page("part_case.html", **values, where=_where(form), filters=_filters(form))


def _page(at: Desk, form: Form, *, revealed: bool) -> Response:
    with at.service.ledger() as ledger:
        found = queue.items(ledger, _wanted(form), at.now, PAGE + 1)
        shown = found[:PAGE]
        values: dict[str, Any] = {"items": shown, "policy": ledger.policy, "zone": ledger.policy.zone}
        values |= {"counts": queue.counts(ledger), "next": _after(found), "now": at.now, "item": None}
        values |= {"codes": decisions.CODES, "uncovered": UNCOVERED}
        wanted = _open(at, ledger, form.integer("charge"))
        values["gone"] = bool(form.integer("charge")) and wanted is None
        if wanted is not None or shown:
            values |= _case(at, ledger, wanted or shown[0], revealed=revealed and wanted is not None)
        values["done"] = _done(ledger, form.integer("done"))
        return at.page("review.html", **values, form=form, where=_where(form), filters=_filters(form))


def _open(at: Desk, ledger: Ledger, charge: int) -> Item | None:
    """The case that was asked for, while it waits."""
    try:
        return queue.item(ledger, charge, at.now) if charge else None
    except queue.NotWaitingError:
        return None


def _filters(form: Form) -> dict[str, str]:
    return {name: form.text(name).strip()[:256] for name in _FILTERS}


def _set(form: Form) -> dict[str, str]:
    """Those that say something."""
    return {name: value for name, value in _filters(form).items() if value}


def _where(form: Form) -> str:
    """The filters as a query, so that a decision comes back to the same list."""
    return urlencode(_set(form))


def _wanted(form: Form) -> Filter:
    said = _set(form)
    pressing = {name: number for number, name in PRIORITIES.items()}
    place = [part for part in said.get("after", "").split(".") if part.isascii() and part.isdecimal()]
    return Filter(
        state=said.get("state"),
        rule=said.get("rule"),
        merchant=said.get("merchant"),
        priority=pressing.get(said.get("priority", "")),
        after=(int(place[0][:15]), int(place[1][:15]), int(place[2][:15])) if len(place) == 3 else None,
    )


def _after(found: list[Item]) -> str | None:
    return ".".join(map(str, queue.place(found[PAGE - 1]))) if len(found) > PAGE else None


def _case(at: Desk, ledger: Ledger, item: Item, *, revealed: bool) -> dict[str, Any]:
    """All that one case shows: the text, the talk, the merchant, and what upholding would bring."""
    return {
        "item": item,
        "case": case_view(ledger, item.charge, revealed=revealed),
        "forecast": decisions.forecast(ledger, item.charge, at.now),
        "standing": standing(ledger, item.merchant, at.now),
        "history": history(ledger, item.merchant, 8),
        "asked": previews.asked(ledger, [item.merchant], at.now)[item.merchant],
        "shared": [one for one in handles.shared(ledger, item.merchant, item.ref) if one["merchants"] > 1],
        "policy": ledger.policy,
        "zone": ledger.policy.zone,
        "now": at.now,
        "me": at.caller.name,
        "codes": decisions.CODES,
        "covered": item.rule != UNCOVERED,
    }


def _done(ledger: Ledger, event: int) -> dict[str, Any] | None:
    """The decision just made, to say so and to offer its undoing."""
    if not event:
        return None
    kinds = "('uphold', 'dismiss', 'undo')"
    sql = f"SELECT seq, type, merchant, rule, ref, body FROM events WHERE seq = ? AND type IN {kinds}"
    rows = ledger.query(sql, (event,))
    return {**rows[0], "body": loads(rows[0]["body"])} if rows else None


# what is done ------------------------------------------------------------------------------------------


def _decision(form: Form) -> decisions.Decision:
    kind: decisions.Kind = next((one for one in decisions.CODES if one == form.text("decision")), "dismiss")
    return decisions.Decision(
        kind=kind,
        code=form.text(f"{kind}_code"),
        note=form.text("note").strip()[:2000],
        decided={"points": float(form.text("points"))} if kind == "uphold" and _is_number(form.text("points")) else {},
    )


def _is_number(text: str) -> bool:
    return len(text) < 8 and text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdecimal()


@router.post("/review/decide")
def decide(at: ForReview) -> Response:
    """Uphold, dismiss or note the open case; the next one is open then."""
    with at.service.ledger() as ledger:
        entry = decisions.decide(ledger, at.form.integer("charge"), _decision(at.form), by=at.caller.name, at=at.now)
    return _back(at.form, done=entry.seq)


@router.post("/review/undo")
def undo(at: ForReview) -> Response:
    """Take a decision back; the case waits again and is open."""
    with at.service.ledger() as ledger:
        event = at.form.integer("event")
        entry = decisions.undo(ledger, event, by=at.caller.name, at=at.now)
        rows = ledger.query("SELECT max(c.seq) AS charge FROM charges c JOIN events e ON e.merchant = c.merchant "
                            "AND e.rule = c.rule AND e.ref = c.ref WHERE e.seq = ?", (event,))  # fmt: skip
    return _back(at.form, done=entry.seq, charge=rows[0]["charge"])


@router.post("/review/claim")
def claim(at: ForReview) -> Response:
    """Claim the open case, or let it go."""
    charge = at.form.integer("charge")
    act = queue.unclaim if at.form.text("release") else queue.claim
    with at.service.ledger() as ledger:
        act(ledger, charge, by=at.caller.name, at=at.now)
    return _back(at.form, charge=charge)


@router.post("/review/bulk")
def bulk(at: ForReview) -> Response:
    """The same decision for many: first what it would bring, then, confirmed, all of it or nothing."""
    form = at.form
    charges = sorted({int(text) for text in form.all("pick") if text.isascii() and text.isdecimal() and len(text) < 16})
    if not charges:
        raise Problem("bad-request", "No case is picked: tick some, or press x on each.")
    if len(charges) > MOST:
        raise Problem("bad-request", f"At most {MOST} cases at once.")
    decision = _decision(form)
    with at.service.ledger() as ledger:
        if form.text("confirmed") == "yes":
            entries = decisions.decide_all(ledger, charges, decision, by=at.caller.name, at=at.now)
            return _back(form, many=len(entries))
        decision.check()
        found = [(queue.item(ledger, number, at.now), decisions.forecast(ledger, number, at.now)) for number in charges]
        return at.page("bulk.html", found=found, decision=decision, where=_where(form), policy=ledger.policy,
                       zone=ledger.policy.zone, filters=_filters(form), reasons=_reasons(decision))  # fmt: skip


def _reasons(decision: decisions.Decision) -> str:
    return decisions.CODES[decision.kind][decision.code]


def _back(form: Form, **more: Any) -> Response:
    query = urlencode({**_set(form), **{name: value for name, value in more.items() if value}})
    return redirect(f"/review?{query}" if query else "/review")
